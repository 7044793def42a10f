import ClusterTopology
import InputFiles

/// A model's folder of Sailor's profiles, with its training and cluster configurations.
///
/// - `A100-40/profile.json`: by micro-batch, tensor degree and layer, seconds of the forward and the
///   backward pass and of the optimiser; the first layer is the embedding, the last the head.
///   Tensor ranks' exchanges are in them.
/// - `training_config_*.json`: the model; `basic_cluster_config.json`: accelerators and memory of a
///   node; `intra_node_bandwidths.json` and `network_coeffs_*.json`: bandwidths.
struct SailorProfiles {
  private let files: [ProfileFile]
  private let options: ProfileImport.Options

  init(_ files: [ProfileFile], _ options: ProfileImport.Options) {
    self.files = files
    self.options = options
  }

  func imported() throws(InputFaults) -> ImportedProfiles {
    let (model, length, layers) = try model()
    let table = AcceleratorTable(options: options)
    var drafts: [ProfileDraft] = []
    var skipped: [String] = []
    for file in files where file.name == "profile.json" {
      let document = try file.document()
      guard options.nodes.isEmpty || options.nodes[file.folder] != nil else {
        skipped.append(file.folder)
        continue
      }
      let name = try table.name(of: file.folder, file: document.file)
      drafts += try Self.drafts(document, accelerator: name, sequenceLength: length, layers: layers)
    }
    guard !drafts.isEmpty else {
      throw InputFaults(
        malformed: "has no profile of \(options.nodes.keys.sorted().joined(separator: ", "))",
        in: files.first?.path.folderName ?? "the folder")
    }
    return ImportedProfiles(
      model: model.with(drafts),
      cluster: options.nodes.isEmpty ? nil : try SailorCluster(files, options, table).json,
      notes: ["tensor ranks' exchanges are in the times; what layers keep was not measured"]
        + (skipped.isEmpty ? [] : ["profiles of \(skipped.joined(separator: ", ")) are left out"])
        + (options.nodes.isEmpty
          ? ["no cluster file: --nodes A100-40=8 says how many nodes there are"] : []))
  }

  // MARK: Profiles

  private static func drafts(
    _ document: JSONDocument, accelerator: String, sequenceLength: Int, layers: Int
  ) throws(InputFaults) -> [ProfileDraft] {
    let log = FaultLog(file: document.file)
    let sizes = JSONShape<
      [(key: String, value: [(key: String, value: [(key: String, value: [Double])])])]
    >
    .members(
      of: .members(of: .members(of: .array(of: .number(.between(0, 1e4)), count: .exactly(3))))
    )
    .read(document.root, log)
    try log.throwIfFaulty()
    var drafts: [Int: ProfileDraft] = [:]
    for (size, tensors) in sizes ?? [] {
      for (tensor, entries) in tensors {
        guard let micro = Int(size), let tensor = Int(tensor), micro > 0, tensor > 0 else {
          throw InputFaults(
            malformed: "has keys that are no micro-batch and tensor degree: \(size.quoted) and "
              + tensor.quoted, in: document.file)
        }
        var passes: [Int: [Double]] = [:]
        for (key, times) in entries { passes[Int(key) ?? -1] = times }
        let inner = (1...layers).compactMap { passes[$0] }
        guard let embedding = passes[0], let head = passes[layers + 1], inner.count == layers else {
          throw InputFaults(
            malformed: "has \(entries.count) layers for micro-batches of \(micro) and tensor "
              + "\(tensor), but the model has \(layers), with the embedding and the head "
              + "\(layers + 2)", in: document.file)
        }
        let mean = (0..<3).map { place in
          inner.reduce(0) { $0 + $1[place] } / Double(layers)
        }
        var draft =
          drafts[tensor]
          ?? ProfileDraft(
            accelerator: accelerator, tensor: tensor, sequenceLength: sequenceLength,
            precision: "fp16", includesTensorCommunication: true)
        draft.points.append(
          ProfileDraft.Point(
            size: micro, layer: part(mean), embedding: part(embedding), head: part(head)))
        let update = 1e3 * (embedding[2] + head[2] + mean[2] * Double(layers))
        // Some profiles have no times of the optimiser.
        if update > 0 { draft.optimizer = min(draft.optimizer ?? update, update) }
        drafts[tensor] = draft
      }
    }
    return drafts.sorted { $0.key < $1.key }.map(\.value)
  }

  private static func part(_ seconds: [Double]) -> ProfileDraft.Part {
    .init(forward: 1e3 * seconds[0], backward: 1e3 * seconds[1])
  }

  // MARK: The model

  private func model() throws(InputFaults) -> (ModelDraft, length: Int, layers: Int) {
    let folder =
      files.first { $0.name == "profile.json" }?.path.folderName.folderName.fileName ?? ""
    var configurations: [Training] = []
    for file in files where file.name.hasPrefix("training_config_") {
      let training = try file.document().read(.object(Training.init))
      if training.model == folder { configurations.append(training) }
    }
    guard let training = configurations.first else {
      throw InputFaults(
        malformed: "has no training_config_*.json of the model \(folder.quoted)",
        in: files.first?.path.folderName ?? "the folder")
    }
    let draft =
      try options.model == nil
      ? ModelDraft(content: training.content, sequenceLength: training.length)
      : ModelDraft(options, of: "Sailor")
    return (draft, training.length, training.layers)
  }

  private struct Training {
    let model: String
    let batch: Int
    let hidden: Int
    let length: Int
    let layers: Int
    let vocabulary: Int
    let heads: Int
    let positions: Int

    init?(_ object: ObjectReader) {
      let count = Limits<Int>.between(1, 1 << 24)
      let model = object.required("model", .name)
      let batch = object.required("global_batch_size", .integer(count))
      let hidden = object.required("hidden_size", .integer(count))
      let length = object.required("sequence_length", .integer(count))
      let layers = object.required("num_layers", .integer(.between(1, 1 << 14)))
      let vocabulary = object.required("vocab_size", .integer(count))
      let heads = object.required("heads", .integer(.between(1, 1 << 14)))
      let positions = object.optional("max_position_embeddings", .integer(count), default: 0)
      guard let model, let batch, let hidden, let length, let layers, let vocabulary, let heads,
        let positions
      else { return nil }
      self.model = model
      self.batch = batch
      self.hidden = hidden
      self.length = length
      self.layers = layers
      self.vocabulary = vocabulary
      self.heads = heads
      self.positions = positions
    }

    /// A GPT of that size: plain layers with biases and learned positions.
    var content: [JSONValue.Member] {
      [
        .init("name", .string(model)),
        .init(
          "architecture",
          [
            "hiddenSize": .integer(hidden), "vocabularySize": .integer(vocabulary),
            "layers": .integer(layers), "learnedPositions": .integer(positions), "tiedHead": true,
            "normalisation": "layer",
            "attention": ["heads": .integer(heads), "bias": true, "fused": false],
            "feedForward": [
              "kind": "plain", "intermediateSize": .integer(4 * hidden), "bias": true,
            ],
          ]),
        .init(
          "workload",
          [
            "globalBatch": .integer(batch), "sequenceLength": .integer(length), "precision": "fp16",
          ]),
      ]
    }
  }
}
