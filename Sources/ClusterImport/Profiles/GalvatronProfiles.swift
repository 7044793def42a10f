import ClusterTopology
import InputFiles
import Quantities

/// The folder that Galvatron's profilers fill, with its model and search configuration.
///
/// - `computation_profiling_*.json`: `layertype_0_bsz2_seq2048`, milliseconds of a layer's forward
///   pass a sequence, and `layertype_other_…`, those of both ends. Backward passes take twice as
///   long, as Galvatron has it; with tensor degree t a rank does the work of 1/t of the sequences,
///   so the entry for b sequences is that of t·b.
/// - `memory_profiling_*.json`: `tp_activation_per_bsz_dict`, MiB that a layer keeps a sequence.
/// - `sp_time_*.json`, `allreduce_bandwidth_*.json`, `p2p_bandwidth_*.json`: collectives and links.
struct GalvatronProfiles {
  private let files: [ProfileFile]
  private let options: ProfileImport.Options

  init(_ files: [ProfileFile], _ options: ProfileImport.Options) {
    self.files = files
    self.options = options
  }

  func imported() throws(InputFaults) -> ImportedProfiles {
    let search = try configuration(having: "NUM_NODES", "search configuration")
    let nodes = try search.count("NUM_NODES")
    let perNode = try search.count("NUM_GPUS_PER_NODE")
    let (times, precision, file) = try passes()
    let accelerator = try AcceleratorTable(options: options).name(of: "", file: file)
    let kept = try keptBytes()
    var length = 0
    var drafts: [ProfileDraft] = []
    for tensor in [1, 2, 4, 8, 16] where tensor <= perNode && kept.layer[tensor] != nil {
      for (sequence, sizes) in times.sorted(by: { $0.key < $1.key }) {
        length = sequence
        drafts.append(
          ProfileDraft(
            accelerator: accelerator, tensor: tensor, sequenceLength: sequence,
            precision: precision,
            points: sizes.map { size, time in
              let all = Double(size)
              let held = all * Double(tensor)
              return ProfileDraft.Point(
                size: size * tensor,
                layer: .init(
                  forward: all * time.layer, backward: 2 * all * time.layer,
                  saved: kept.layer[tensor].map { held * $0 },
                  savedInput: kept.checkpoint.map { all * $0 }),
                embedding: .init(forward: 0, backward: 0),
                head: .init(forward: all * time.ends, backward: 2 * all * time.ends))
            }))
      }
    }
    guard !drafts.isEmpty else {
      throw InputFaults(
        malformed: "has no layertype_0_bsz…_seq… with a key of tp_activation_per_bsz_dict", in: file
      )
    }
    let model = try model(sequenceLength: length, search)
    return ImportedProfiles(
      model: model.with(drafts),
      cluster: try cluster(accelerator, nodes: nodes, perNode: perNode, search),
      notes: [
        "backward passes take twice the forward ones, as Galvatron has it",
        "with tensor degree t, micro-batches of t·b take what b sequences took on one",
        "what the ends keep stays analytic: other_memory_… mixes it with the loss's transients",
      ])
  }

  // MARK: Layers

  private struct PassTimes {
    /// Milliseconds of the forward pass a sequence.
    var layer = 0.0
    var ends = 0.0
  }

  /// By sequence length and size of micro-batch.
  private func passes() throws(InputFaults) -> (
    times: [Int: [Int: PassTimes]], precision: String, file: String
  ) {
    var times: [Int: [Int: PassTimes]] = [:]
    var precision = "bf16"
    var last = ""
    for file in files {
      guard let words = file.name.between("computation_profiling_", ".json") else { continue }
      let document = try file.document()
      last = document.file
      if let first = words.split(separator: "_").first { precision = String(first) }
      let log = FaultLog(file: document.file)
      guard
        let entries = JSONShape<[(key: String, value: JSONNode)]>.members(of: .node).read(
          document.root, log)
      else { throw InputFaults(reason: .malformed, faults: log.errors) }
      for (key, node) in entries {
        guard let place = Place(key) else { continue }
        let time = JSONShape<Double>.number(.above(0, atMost: 1e6)).read(node, log) ?? 0
        if place.isEnds {
          times[place.length, default: [:]][place.size, default: PassTimes()].ends = time
        } else {
          times[place.length, default: [:]][place.size, default: PassTimes()].layer = time
        }
      }
      try log.throwIfFaulty()
    }
    let whole = times.mapValues { $0.filter { $0.value.layer > 0 && $0.value.ends > 0 } }
      .filter { !$0.value.isEmpty }
    guard !whole.isEmpty else {
      throw InputFaults(
        malformed: "has no layertype_0_bsz…_seq… beside layertype_other_…: run Galvatron's "
          + "process_data of the model profiler first", in: last)
    }
    return (whole, precision, last)
  }

  /// The place of an entry: `layertype_0_bsz2_seq2048`.
  private struct Place {
    let isEnds: Bool
    let size: Int
    let length: Int

    init?(_ key: String) {
      let words = key.split(separator: "_").map(String.init)
      guard words.count == 4, words[0] == "layertype", ["0", "other"].contains(words[1]),
        let size = words[2].between("bsz", "").flatMap(Int.init),
        let length = words[3].between("seq", "").flatMap(Int.init), size > 0, length > 0
      else { return nil }
      isEnds = words[1] == "other"
      self.size = size
      self.length = length
    }
  }

  /// MiB that a layer keeps a sequence, by tensor degree and of a layer that is recomputed.
  private func keptBytes() throws(InputFaults) -> (layer: [Int: Double], checkpoint: Double?) {
    for file in files where file.name.hasPrefix("memory_profiling_") {
      let document = try file.document()
      guard let section = document.root["layertype_0_sp"] ?? document.root["layertype_0"] else {
        continue
      }
      let log = FaultLog(file: document.file)
      var layer: [Int: Double] = [:]
      var checkpoint: Double?
      for length in section.members.map(Array.init) ?? [] {
        for entry in length.value["tp_activation_per_bsz_dict"]?.members.map(Array.init) ?? [] {
          let size = JSONShape<Double>.number(.above(0, atMost: 1e8)).read(entry.value, log)
          if entry.key == "checkpoint" { checkpoint = size }
          if let tensor = Int(entry.key) { layer[tensor] = size }
        }
      }
      try log.throwIfFaulty()
      if !layer.isEmpty { return (layer, checkpoint) }
    }
    throw InputFaults(
      malformed: "has no memory_profiling_*.json with layertype_0 and tp_activation_per_bsz_dict",
      in: files.first?.path.folderName ?? "the folder")
  }

  // MARK: Configurations

  /// The only configuration that has a key.
  private func configuration(
    having key: String, _ noun: String
  ) throws(InputFaults) -> PlainYAML {
    var having: [(file: ProfileFile, yaml: PlainYAML)] = []
    for file in files where file.name.hasSuffix(".yaml") || file.name.hasSuffix(".yml") {
      let yaml = try PlainYAML(path: file.path)
      if yaml.has(key) { having.append((file, yaml)) }
    }
    let meant = Set(having.map(\.file).meant.map(\.path))
    let found = having.filter { meant.contains($0.file.path) }.map(\.yaml)
    guard found.count == 1, let only = found.first else {
      throw InputFaults(
        malformed: found.isEmpty
          ? "holds no \(noun) in YAML, with the key '\(key)'"
          : "holds \(found.count) files that are a \(noun) (\(found.map(\.file).joined(separator: ", "))"
            + "): name the one that is meant after the folder",
        in: files.first?.path.folderName ?? "the folder")
    }
    return only
  }

  private func model(
    sequenceLength: Int, _ search: PlainYAML
  ) throws(InputFaults) -> ModelDraft {
    let workload = JSONValue.Member(
      "workload",
      [
        "globalBatch": .integer(try search.count("min_bsz")),
        "sequenceLength": .integer(sequenceLength), "precision": "bf16",
      ])
    if options.model != nil {
      var draft = try ModelDraft(options, of: "Galvatron")
      draft.content.removeAll { $0.key == "workload" }
      draft.content.append(workload)
      return draft
    }
    let yaml = try configuration(having: "hidden_size", "model configuration")
    let heads = try yaml.count("num_attention_heads")
    let groups = yaml.text("num_query_groups") == nil ? heads : try yaml.count("num_query_groups")
    let isGated = yaml.bool("gated_linear_unit")
    let isBiased = yaml.bool("add_bias_linear")
    let architecture: JSONValue = [
      "hiddenSize": .integer(try yaml.count("hidden_size")),
      "vocabularySize": .integer(try yaml.count("vocab_size")),
      "layers": .integer(try yaml.count("num_layers")),
      "tiedHead": .bool(
        yaml.has("untie_embeddings_and_output_weights")
          && !yaml.bool("untie_embeddings_and_output_weights")),
      "normalisation": yaml.text("normalization") == "RMSNorm" ? "rootMeanSquare" : "layer",
      "attention": [
        "heads": .integer(heads), "keyValueHeads": .integer(groups),
        "bias": .bool(isBiased || yaml.bool("add_qkv_bias")),
      ],
      "feedForward": [
        "kind": isGated ? "gated" : "plain",
        "intermediateSize": .integer(try yaml.count("ffn_hidden_size")), "bias": .bool(isBiased),
      ],
    ]
    return ModelDraft(
      content: [
        .init("name", .string(yaml.text("model_size") ?? "model")),
        .init("architecture", architecture), workload,
      ], sequenceLength: sequenceLength)
  }

  // MARK: The cluster

  private func cluster(
    _ accelerator: String, nodes: Int, perNode: Int, _ search: PlainYAML
  ) throws(InputFaults) -> JSONValue {
    var network = GalvatronNetwork(nodes: nodes, perNode: perNode)
    for file in files { try network.read(file) }
    var group: [JSONValue.Member] = [
      .init("name", "nodes"), .init("nodes", .integer(nodes)),
      .init("acceleratorsPerNode", .integer(perNode)),
      .init(
        "accelerator",
        [
          "preset": .string(accelerator), "name": .string(accelerator),
          "visibleMemoryGiB": .integer(try search.count("MEMORY_CONSTRAINT")),
        ]),
    ]
    if let rate = network.insideRate {
      group.append(.init("scaleUp", ["gigabytesPerSecond": .brief(rate)]))
    }
    if nodes > 1 {
      guard let rate = network.betweenRate else {
        throw InputFaults(
          malformed: "has no p2p_bandwidth_\(nodes)nodes_\(perNode)gpus_per_node.json",
          in: files.first?.path.folderName ?? "the folder")
      }
      // A rate between two accelerators of two nodes, all of which send at once.
      group.append(
        .init(
          "nics",
          [
            "fabric": "network", "perNode": .integer(perNode),
            "gigabitsPerSecond": .brief((8 * rate).withoutNoise),
          ]))
    }
    var members: [JSONValue.Member] = [
      .init("name", "profiled"), .init("nodeGroups", .array([.object(group)])),
    ]
    if nodes > 1 {
      members.append(.init("fabrics", .array([["name": "network", "kind": "ethernet"]])))
    }
    if let collectives = network.collectives {
      members.append(.init("measurements", ["collectives": collectives]))
    }
    return .object(members)
  }
}
