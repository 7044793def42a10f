import InputFiles

extension RoutingImport {
  /// Adds an array of the experts of every token: tokens × layers (as ExFlow traces them), or tokens ×
  /// layers × experts of a token.
  mutating func addArray(_ text: TextFile) throws(InputFaults) {
    let array = try NumPyArray(text)
    let shape = array.shape
    if let pairsOf { return try addPairs(array, of: pairsOf, text) }
    guard shape.count == 2 || shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
      throw text.fault(
        "has shape \(shape), but must have tokens × layers or tokens × layers × experts of a token")
    }
    let limit = Int32(Self.expertLimit)
    if let index = array.values.firstIndex(where: { !(0..<limit).contains($0) }) {
      throw text.fault(
        "has expert \(array.values[index]) at index \(index), but must have experts from 0 to "
          + "\(limit - 1)")
    }
    let topK = shape.count == 3 ? shape[2] : 1
    var previous: (layer: Int, tokens: [[Int]])?
    for layer in 0..<shape[1] {
      let tokens = (0..<shape[0]).map { token -> [Int] in
        let first = (token * shape[1] + layer) * topK
        return array.values[first..<(first + topK)].map(Int.init)
      }
      counter.add(tokens, layer: firstLayer + layer, after: previous)
      previous = (firstLayer + layer, tokens)
    }
  }

  /// Adds an array of how often two experts were chosen by the same token, layers × experts × experts.
  ///
  /// A layer's diagonal may have the tokens of each expert; where it is 0, these follow from the pairs,
  /// of which every token of an expert has one with each of its others.
  private mutating func addPairs(
    _ array: NumPyArray, of topK: Int, _ text: TextFile
  ) throws(InputFaults) {
    let shape = array.shape
    guard shape.count == 3, shape[1] == shape[2], (topK...Self.expertLimit).contains(shape[1])
    else {
      throw text.fault(
        "has shape \(shape), but must have layers × experts × experts for --pairs-of \(topK), with "
          + "\(topK) to \(Self.expertLimit) experts")
    }
    let n = shape[1]
    for layer in 0..<shape[0] {
      let counts = array.values[(layer * n * n)..<((layer + 1) * n * n)].map(Int.init)
      for one in 0..<n {
        for other in 0...one {
          let (count, mirrored) = (counts[one * n + other], counts[other * n + one])
          guard count >= 0, count == mirrored else {
            throw text.fault(
              "has \(count) and \(mirrored) for experts \(one) and \(other) of layer \(layer), but "
                + "must have equal counts, of at least 0")
          }
        }
      }
      let diagonal = (0..<n).map { counts[$0 * n + $0] }
      let load =
        diagonal.contains { $0 > 0 }
        ? diagonal
        : (0..<n).map { counts[($0 * n)..<(($0 + 1) * n)].reduce(0, +) / (topK - 1) }
      counter.add(load: load, layer: firstLayer + layer)
      counter.add(pairs: counts, experts: n, topK: topK, layer: firstLayer + layer)
    }
  }

  /// Adds what TensorRT-LLM records under `EXPERT_STATISTIC_PATH`: a folder with `meta_info.json` and a
  /// file for each rank, `rank0.safetensors`, that holds under `iteration_layer` the tokens of each
  /// expert.
  ///
  /// - Source: TensorRT-LLM, examples/wide_ep/ep_load_balancer.
  public mutating func add(_ folder: InputFolder) throws(InputFaults) {
    func fault(_ message: String) -> InputFaults {
      InputFaults(malformed: message, in: folder.path)
    }
    guard folder.names.contains("meta_info.json") else {
      throw fault("is no folder of TensorRT-LLM's expert statistics: it has no meta_info.json")
    }
    let meta = try JSONDocument.read(path: "\(folder.path)/meta_info.json", limit: Self.limit)
    let log = FaultLog(file: meta.file)
    let experts = ObjectReader(meta.root, log)?.required(
      "num_experts", .integer(.between(1, Self.expertLimit)))
    try log.throwIfFaulty()
    let ranks = folder.names.filter { name in
      let digits = name.dropFirst(4).dropLast(12)
      return name.hasPrefix("rank") && name.hasSuffix(".safetensors") && !digits.isEmpty
        && digits.allSatisfy(\.isNumber)
    }
    guard let experts, !ranks.isEmpty else {
      throw fault("has no rank0.safetensors, which would hold the tokens of each expert")
    }
    for rank in ranks {
      let text = try TextFile.read(path: "\(folder.path)/\(rank)", limit: Self.limit)
      let file = try SafetensorsFile(text)
      for name in file.names.sorted() {
        let parts = name.split(separator: "_")
        guard parts.count == 2, Int(parts[0]) != nil, let layer = Int(parts[1]),
          (0...100_000).contains(layer)
        else {
          throw text.fault("has the array \(name.quoted), but must name them iteration_layer: 50_3")
        }
        let (shape, counts) = try file.integers(of: name)
        guard shape == [experts], counts.allSatisfy({ $0 >= 0 }) else {
          throw text.fault(
            "has shape \(shape) in \(name.quoted), or counts below 0, but must have the tokens of "
              + "\(experts) experts, as meta_info.json says")
        }
        counter.add(load: counts, layer: layer)
      }
    }
  }
}
