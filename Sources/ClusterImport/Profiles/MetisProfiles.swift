import ClusterTopology
import InputFiles

/// A folder of Metis's profiles, with its cluster file and host file.
///
/// - `DeviceType.A100_tp2_bs4.json`: milliseconds of both passes of every layer, of which the first
///   is the embedding and the last the head; tensor ranks' exchanges are in them. What the passes of
///   a micro-batch take beside the layers counts to the head; the passes share their time 1 : 2.
/// - `clusterfile.json`: accelerators, memory and bandwidths in GB/s by address; `host…`: an address
///   and `slots=4` a line.
struct MetisProfiles {
  private let files: [ProfileFile]
  private let options: ProfileImport.Options

  init(_ files: [ProfileFile], _ options: ProfileImport.Options) {
    self.files = files
    self.options = options
  }

  /// What the name of a profile says: `DeviceType.A100_tp2_bs4.json`.
  struct Measured: Hashable {
    let accelerator: String
    let tensor: Int
    let size: Int

    init?(fileName: String) {
      guard
        let words = fileName.between("DeviceType.", ".json")?.split(separator: "_").map(
          String.init),
        words.count == 3, let tensor = words[1].between("tp", "").flatMap(Int.init),
        let size = words[2].between("bs", "").flatMap(Int.init), tensor > 0, size > 0
      else { return nil }
      accelerator = words[0]
      self.tensor = tensor
      self.size = size
    }
  }

  func imported() throws(InputFaults) -> ImportedProfiles {
    let model = try ModelDraft(options, of: "Metis")
    guard let length = model.sequenceLength else {
      throw InputFaults(
        malformed: "needs workload.sequenceLength: Metis's files do not tell the length that they "
          + "were measured at", in: options.model?.file ?? "the model")
    }
    let table = AcceleratorTable(options: options)
    let cluster = try MetisCluster(files, table)
    var drafts: [Key: ProfileDraft] = [:]
    for file in files {
      guard let measured = Measured(fileName: file.name) else { continue }
      // A cluster file says how much memory an accelerator has, and so which one it is.
      let name: String
      if let known = cluster?.accelerator(measured.accelerator) {
        name = known
      } else if cluster != nil {
        // The host file has no node with it.
        continue
      } else {
        name = try table.name(of: measured.accelerator, file: file.path)
      }
      let times = try file.document().read(Self.times)
      let key = Key(name: name, tensor: measured.tensor)
      var draft =
        drafts[key]
        ?? ProfileDraft(
          accelerator: name, tensor: measured.tensor, sequenceLength: length, precision: "fp16",
          includesTensorCommunication: true, optimizer: times.optimizer)
      draft.points.append(times.point(size: measured.size))
      draft.optimizer = min(draft.optimizer ?? times.optimizer, times.optimizer)
      drafts[key] = draft
    }
    return ImportedProfiles(
      model: model.with(drafts.sorted { $0.key < $1.key }.map(\.value)),
      cluster: cluster?.json,
      notes: [
        "Metis measures both passes together; the backward one counts as two thirds",
        "what a micro-batch takes beside its layers counts to the head",
        "layer_memory_total_mb is not used: it mixes its optimiser's state with what layers keep",
      ] + (cluster?.notes ?? []))
  }

  private struct Key: Hashable, Comparable {
    var name: String
    var tensor: Int

    static func < (one: Key, other: Key) -> Bool {
      (one.name, one.tensor) < (other.name, other.tensor)
    }
  }

  /// Milliseconds of one profile.
  private struct Times {
    var layers: [Double]
    var passes: Double
    var optimizer: Double

    func point(size: Int) -> ProfileDraft.Point {
      let inner = layers.dropFirst().dropLast()
      let beside = max(0, passes - layers.reduce(0, +))
      return ProfileDraft.Point(
        size: size, layer: part(inner.reduce(0, +) / Double(inner.count)),
        embedding: part(layers[0]), head: part(layers[layers.count - 1] + beside))
    }

    private func part(_ both: Double) -> ProfileDraft.Part {
      .init(forward: both / 3, backward: 2 * both / 3)
    }
  }

  private static var times: JSONShape<Times> {
    .object { object in
      object.ignore("model", "execution_memory")
      let times = object.required("execution_time", .object(executionTime))
      object.finish()
      return times
    }
  }

  private static func executionTime(_ object: ObjectReader) -> Times? {
    let time = Limits<Double>.between(0, 1e6)
    let layers = object.required(
      "layer_compute_total_ms", .array(of: .number(time), count: .between(3, 1 << 14)))
    let passes = object.required("forward_backward_time_ms", .number(time))
    let optimizer = object.required("optimizer_time_ms", .number(time))
    guard let layers, let passes, let optimizer else { return nil }
    return Times(layers: layers, passes: passes, optimizer: optimizer)
  }
}
