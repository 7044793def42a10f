import InputFiles

/// What routing files say, read for a check: documents of kind `routing`, or NumPy arrays of the
/// experts of every token; several are workloads of one shape.
struct RoutingCounts {
  /// The numbers of the layers in the model; nil where the files are traces.
  private(set) var layers: [Int]?
  /// Workload by workload and layer by layer, the tokens of each expert.
  private(set) var loads: [[[Double]]] = []
  /// For each boundary between two layers; none where a file has none.
  private(set) var transitions: [NumberMatrix] = []
  /// The traces; none where a file is none.
  private(set) var traces: [Trace] = []
  /// For each layer, how often two experts were chosen by the same token, and the experts of a token;
  /// `nil` where a file does not tell.
  private(set) var pairs: (topK: Int, counts: [[Double]])?

  /// The experts of tokens, token by token and layer by layer.
  struct Trace {
    let tokens: Int
    let layers: Int
    let topK: Int
    let choices: [Int]

    func experts(token: Int, layer: Int) -> ArraySlice<Int> {
      let first = (token * layers + layer) * topK
      return choices[first..<(first + topK)]
    }

    func pairs(experts: Int) -> [[Double]] {
      (0..<layers).map { layer in
        var counts = [Double](repeating: 0, count: experts * experts)
        for token in 0..<tokens {
          let chosen = self.experts(token: token, layer: layer)
          for one in chosen {
            for other in chosen where other != one { counts[one * experts + other] += 1 }
          }
        }
        return counts
      }
    }
  }

  /// - Throws: what cannot be read, or is not about so many experts.
  init(_ files: [TextFile], experts: Int) throws(InputFaults) {
    for file in files {
      if NumPyArray.isBeginning(file.bytes) {
        add(try Self.trace(file, experts: experts), experts: experts)
      } else {
        try add(JSONDocument.parse(file.bytes, file: file.file), experts: experts)
      }
    }
    if traces.count < files.count {
      for trace in traces where trace.topK > 1 {
        countedPairs.append((trace.topK, trace.pairs(experts: experts)))
      }
      traces = []
    }
    if countedPairs.count == files.count, let first = countedPairs.first,
      countedPairs.allSatisfy({ $0.topK == first.topK && $0.counts.count == first.counts.count })
    {
      let sums = countedPairs.dropFirst().reduce(first.counts) { sums, other in
        zip(sums, other.counts).map { zip($0, $1).map { $0 + $1 } }
      }
      pairs = (first.topK, sums)
    }
    let boundaries = (loads.first?.count ?? 0) - 1
    if found.count < files.count || found.contains(where: { $0.count != boundaries }) {
      found = []
    }
    transitions = found.first ?? []
    for other in found.dropFirst() {
      transitions = zip(transitions, other).map { one, two in
        NumberMatrix(
          rows: experts, columns: experts, values: zip(one.values, two.values).map { $0 + $1 })
      }
    }
  }

  /// The transitions of each file that has some.
  private var found: [[NumberMatrix]] = []
  /// The pairs of each file that has some.
  private var countedPairs: [(topK: Int, counts: [[Double]])] = []

  private mutating func add(_ document: JSONDocument, experts: Int) throws(InputFaults) {
    let log = FaultLog(file: document.file)
    func read<Value>(_ key: String, _ shape: JSONShape<Value>) -> Value? {
      document.root[key].flatMap { shape.read($0, log) }
    }
    layers = read("layers", .array(of: .integer(.atLeast(0)))) ?? []
    let row = JSONShape<[Double]>.numbers(.atLeast(0), count: .exactly(experts))
    loads.append(read("load", .array(of: row)) ?? [])
    let matrix = JSONShape<NumberMatrix>.matrix(
      .atLeast(0), rows: .exactly(experts), columns: .exactly(experts))
    if let matrices = read("transitions", .array(of: matrix)) { found.append(matrices) }
    if let matrices = read("pairs", .array(of: matrix)),
      let topK = read("topK", .integer(.atLeast(2)))
    {
      countedPairs.append((topK, matrices.map(\.values)))
    }
    try log.throwIfFaulty()
  }

  private mutating func add(_ trace: Trace, experts: Int) {
    traces.append(trace)
    var load = [[Double]](
      repeating: [Double](repeating: 0, count: experts), count: trace.layers)
    var pairs = [[Double]](
      repeating: [Double](repeating: 0, count: experts * experts), count: trace.layers - 1)
    for token in 0..<trace.tokens {
      for layer in 0..<trace.layers {
        for expert in trace.experts(token: token, layer: layer) {
          load[layer][expert] += 1
          guard layer + 1 < trace.layers else { continue }
          for next in trace.experts(token: token, layer: layer + 1) {
            pairs[layer][expert * experts + next] += 1
          }
        }
      }
    }
    loads.append(load)
    found.append(pairs.map { NumberMatrix(rows: experts, columns: experts, values: $0) })
  }

  private static func trace(_ file: TextFile, experts: Int) throws(InputFaults) -> Trace {
    let array = try NumPyArray(file)
    guard (2...3).contains(array.shape.count), array.shape.allSatisfy({ $0 > 0 }) else {
      throw file.fault(
        "has shape \(array.shape), but must have tokens × layers or tokens × layers × experts of a "
          + "token")
    }
    if let index = array.values.firstIndex(where: { !(0..<Int32(experts)).contains($0) }) {
      throw file.fault(
        "has expert \(array.values[index]) at index \(index), but the placement has \(experts)")
    }
    return Trace(
      tokens: array.shape[0], layers: array.shape[1],
      topK: array.shape.count == 3 ? array.shape[2] : 1, choices: array.values.map(Int.init))
  }
}
