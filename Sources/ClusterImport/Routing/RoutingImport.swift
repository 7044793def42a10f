import InputFiles

/// Reads what training and serving stacks record of their routers.
///
/// Megatron-Core writes a JSON document a line (`--moe-routing-trace-path`) with `step`, `block`,
/// `layer`, `rank`, `num_tokens` and `top_indices`. SGLang's expert distribution recorder has
/// `logical_count` (layers × experts, or one such matrix a step), or `records` with
/// `topk_ids_of_layer` (layers × tokens × experts of a token); saved as JSON. TensorRT-LLM has a folder
/// of counts, and ExFlow an array of NumPy.
public struct RoutingImport: Sendable {
  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a file of routing records", mebibytes: 4096)

  /// The most experts that a layer may have.
  public static let expertLimit = RoutingCounter.expertLimit

  /// What deserves attention.
  public private(set) var warnings: [InputFault] = []
  var counter = RoutingCounter()
  /// The number of an array's first layer in the model.
  let firstLayer: Int
  /// The experts of a token, where arrays count pairs of them.
  let pairsOf: Int?
  private var ranks: Set<Int> = []

  /// - Parameters:
  ///   - firstLayer: the number in the model of the first layer of an array, which does not tell.
  ///   - pairsOf: the experts of a token, where arrays count pairs of them; at least 2.
  public init(firstLayer: Int = 0, pairsOf: Int? = nil) {
    self.firstLayer = firstLayer
    self.pairsOf = pairsOf
  }

  /// Adds what a file records.
  ///
  /// - Throws: what is wrong with the file, with its place.
  public mutating func add(_ text: TextFile) throws(InputFaults) {
    if text.bytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
      throw text.fault(
        "is a file of PyTorch; write its content as JSON first: tensors by tolist(), then json.dump"
      )
    }
    if NumPyArray.isBeginning(text.bytes) { return try addArray(text) }
    if let reason = ForeignFile.unreadable(text) { throw text.fault(reason) }
    let first = text.bytes.prefix { $0 != UInt8(ascii: "\n") }
    let isLines = String(decoding: first, as: UTF8.self).contains("\"top_indices\"")
    if isLines { try addTrace(text) } else { try addRecorder(text) }
  }

  /// What all files record together.
  ///
  /// - Parameter experts: the experts in a layer; nil counts up to the highest that got a token.
  /// - Throws: one fault, where nothing was routed.
  public func routing(experts: Int?) throws(InputFaults) -> ExpertRouting {
    let result = counter.routing(experts: experts)
    if let experts, experts < result.experts {
      throw fault(
        "the records have \(result.experts) experts, more than the \(experts) of --experts")
    }
    guard !result.layers.isEmpty else { throw fault("the records route no token") }
    return result
  }

  private func fault(_ message: String) -> InputFaults {
    InputFaults(malformed: message, in: "import")
  }

  // MARK: Megatron-Core

  private mutating func addTrace(_ text: TextFile) throws(InputFaults) {
    let log = FaultLog(file: text.file)
    var last: (record: TraceRecord, tokens: [[Int]])?
    var others = 0
    var start = 0
    var line = 0
    while start < text.bytes.count {
      let end = text.bytes[start...].firstIndex(of: UInt8(ascii: "\n")) ?? text.bytes.count
      defer { start = end + 1 }
      line += 1
      guard text.bytes[start..<end].contains(where: { $0 > 0x20 }) else { continue }
      let document = try JSONDocument.parse(
        Array(text.bytes[start..<end]), file: text.file, firstLine: line)
      guard let record = TraceRecord(document.root, log) else { continue }
      guard record.isDecoder else {
        others += 1
        continue
      }
      // One pass goes through the layers in their order, with the same tokens.
      let previous = last.flatMap {
        $0.record.isFollowed(by: record) ? ($0.record.layer, $0.tokens) : nil
      }
      counter.add(record.tokens, layer: record.layer, after: previous)
      ranks.insert(record.rank)
      last = (record, record.tokens)
    }
    try log.throwIfFaulty()
    if others > 0 {
      warn(text, "\(others) records of multi-token prediction are left out")
    }
    if ranks.count > 1, !warnings.contains(where: { $0.message.contains("pipeline stages") }) {
      warn(
        text,
        "layers of \(ranks.count) ranks with one number are taken for one layer; pipeline stages "
          + "number theirs from 0 each, so import the ranks of one stage at a time")
    }
  }

  private mutating func warn(_ text: TextFile, _ message: String) {
    warnings.append(
      InputFault(file: text.file, position: nil, severity: .warning, message: message))
  }

  // MARK: SGLang

  private mutating func addRecorder(_ text: TextFile) throws(InputFaults) {
    let root = try JSONDocument.parse(text.bytes, file: text.file, dialect: .python).root
    let log = FaultLog(file: text.file)
    if let counts = root["logical_count"] {
      addCounts(counts, log)
    } else if let records = root["records"]?.elements {
      addPasses(Array(records), root["last_physical_to_logical_map"], log)
    } else {
      throw text.fault(
        at: root.position,
        "is neither a routing trace of Megatron-Core ('top_indices' in every line) nor SGLang's expert "
          + "distribution ('logical_count' or 'records')")
    }
    try log.throwIfFaulty()
  }

  private mutating func addCounts(_ node: JSONNode, _ log: FaultLog) {
    let hasSteps =
      node.elements?.first { _ in true }?.elements?.first { _ in true }?.elements != nil
    let steps = hasSteps ? node.elements.map(Array.init) ?? [] : [node]
    for step in steps {
      let shape = JSONShape<NumberMatrix>.matrix(
        .between(0, 1e15), columns: .between(1, RoutingCounter.expertLimit))
      guard let matrix = shape.read(step, log) else { return }
      for layer in 0..<matrix.rows {
        let row = (0..<matrix.columns).map { Int(matrix[layer, $0].rounded()) }
        counter.add(load: row, layer: layer)
      }
    }
  }

  private mutating func addPasses(_ records: [JSONNode], _ map: JSONNode?, _ log: FaultLog) {
    let rows = JSONShape<[[Int]]>.array(of: .array(of: .integer(.atLeast(0))))
    let logical = map.flatMap { rows.read($0, log) }
    for record in records {
      guard let layers = record["topk_ids_of_layer"]?.elements else {
        log.error(
          at: record,
          "\(record.subject) has no 'topk_ids_of_layer'; record with "
            + "--expert-distribution-recorder-mode per_token")
        return
      }
      let expert = JSONShape<Int>.integer(.between(-1, RoutingCounter.expertLimit - 1))
      var previous: (layer: Int, tokens: [[Int]])?
      for (layer, node) in layers.enumerated() {
        guard let physical = JSONShape<[[Int]]>.array(of: .array(of: expert)).read(node, log) else {
          return
        }
        let tokens = physical.map { chosen in
          chosen.filter { $0 >= 0 }.map { id in
            guard let row = logical, layer < row.count, id < row[layer].count else { return id }
            return min(row[layer][id], RoutingCounter.expertLimit - 1)
          }
        }
        guard tokens.contains(where: { !$0.isEmpty }) else { continue }
        counter.add(tokens, layer: layer, after: previous)
        previous = (layer, tokens)
      }
    }
  }
}

/// A line of Megatron-Core's routing trace.
private struct TraceRecord {
  let step: Int
  let layer: Int
  let rank: Int
  /// Whether the layer is of the model itself, and not of multi-token prediction.
  let isDecoder: Bool
  let tokens: [[Int]]

  init?(_ node: JSONNode, _ log: FaultLog) {
    guard let object = ObjectReader(node, log) else { return nil }
    let step = object.optional("step", .integer(), default: 0)
    let layer = object.required("layer", .integer(.between(0, 100_000)))
    let rank = object.optional("rank", .integer(), default: 0)
    let block = object.optional("block", .string, default: "decoder")
    let expert = JSONShape<Int>.integer(.between(-1, RoutingCounter.expertLimit - 1))
    let tokens = object.required("top_indices", .array(of: .array(of: expert)))
    guard let step, let layer, let rank, let block, let tokens else { return nil }
    self.step = step
    self.layer = layer
    self.rank = rank
    isDecoder = block == "decoder"
    self.tokens = tokens.map { $0.filter { $0 >= 0 } }
  }

  func isFollowed(by other: TraceRecord) -> Bool {
    step == other.step && rank == other.rank && layer < other.layer
      && tokens.count == other.tokens.count
  }
}
