import ClusterTopology
import InputFiles

/// The layer costs of AMP, `known_layer_costs.json`: seconds of the forward pass of one sequence
/// through every layer, by `model_instance_tensor`, as in `gpt2_G4_4`.
///
/// Layers are the embedding and a re-ordering before, and a re-ordering, a normalisation, the head
/// and the loss after the layers proper. AMP counts backward passes as twice the forward ones, and
/// micro-batches in proportion to their sequences; tensor ranks' exchanges are in the times.
struct AMPProfiles {
  private let files: [ProfileFile]
  private let options: ProfileImport.Options
  private static let before = 2
  private static let after = 4

  init(_ files: [ProfileFile], _ options: ProfileImport.Options) {
    self.files = files
    self.options = options
  }

  func imported() throws(InputFaults) -> ImportedProfiles {
    let model = try ModelDraft(options, of: "AMP")
    guard let length = model.sequenceLength else {
      throw InputFaults(
        malformed: "needs workload.sequenceLength: AMP's files do not tell the length that they "
          + "were measured at", in: options.model?.file ?? "the model")
    }
    guard let file = files.first(where: { $0.name == "known_layer_costs.json" }) else {
      throw InputFaults(malformed: "has no known_layer_costs.json", in: files.first?.path ?? "")
    }
    let document = try file.document()
    let entries = try document.read(.members(of: .node))
    let table = AcceleratorTable(options: options)
    let log = FaultLog(file: document.file)
    var drafts: [ProfileDraft] = []
    var others: Set<String> = []
    for (key, node) in entries.sorted(by: { $0.key < $1.key }) {
      let words = key.split(separator: "_").map(String.init)
      guard words.count == 3, let tensor = Int(words[2]), tensor > 0 else {
        log.error(at: node, "\(key.quoted) must be model_instance_tensor, as in \"gpt2_G4_4\"")
        continue
      }
      guard words[0] == "gpt2" else {
        others.insert(words[0])
        continue
      }
      let costs = JSONShape<[Double]>.array(
        of: .number(.between(0, 1e3)), count: .between(Self.before + Self.after + 1, 1 << 14)
      ).read(node, log)
      guard let costs else { continue }
      drafts.append(
        ProfileDraft(
          accelerator: try table.name(of: words[1], file: document.file), tensor: tensor,
          sequenceLength: length, precision: "fp16", includesTensorCommunication: true,
          isProportional: true, points: [Self.point(costs)]))
    }
    try log.throwIfFaulty()
    guard !drafts.isEmpty else {
      throw InputFaults(malformed: "has no costs of gpt2", in: document.file)
    }
    return ImportedProfiles(
      model: model.with(drafts), cluster: nil,
      notes: [
        "AMP measures forward passes of one sequence; backward ones take twice as long, and "
          + "micro-batches their sequences' sum, as AMP has it",
        "tensor ranks' exchanges are in the times; what layers keep was not measured",
      ] + others.sorted().map { "costs of \($0) are left out: only gpt2 is a decoder" })
  }

  private static func point(_ seconds: [Double]) -> ProfileDraft.Point {
    let milliseconds = seconds.map { 1e3 * $0 }
    let layers = milliseconds.dropFirst(before).dropLast(after)
    return ProfileDraft.Point(
      size: 1, layer: part(layers.reduce(0, +) / Double(layers.count)),
      embedding: part(milliseconds.prefix(before).reduce(0, +)),
      head: part(milliseconds.suffix(after).reduce(0, +)))
  }

  private static func part(_ forward: Double) -> ProfileDraft.Part {
    .init(forward: forward, backward: 2 * forward)
  }
}
