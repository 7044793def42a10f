import InputFiles

/// What is known of routing: loads of experts by layer in one workload or several, transitions between
/// layers, and the experts of every token, or pairs of them, where these were recorded.
public struct RoutingStatistics: Sendable {
  /// The layers with experts, by their numbers in the model; nil where a trace does not tell them.
  public let layers: [Int]?
  public let experts: Int
  public let loads: ExpertLoads
  public let transitions: ExpertTransitions?
  public let routes: TokenRoutes?
  /// Counted pairs, where the tokens themselves are not known.
  public let pairs: ExpertPairs?

  /// Which experts tokens choose together, by what is known best.
  public var choices: (any TokenChoices)? { routes ?? pairs }

  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a routing file", mebibytes: 4_096)

  /// The statistics of a file: a routing document (`plan schema routing`), or a NumPy array of the
  /// experts of every token.
  ///
  /// - Parameter experts: in a layer, where the file does not say; nil counts up to the highest that a
  ///   token went to.
  /// - Throws: all that is wrong: another kind of document, counts of the wrong shape or below 0,
  ///   layers without tokens.
  public init(_ file: TextFile, experts: Int? = nil) throws(InputFaults) {
    if NumPyArray.isBeginning(file.bytes) {
      self.init(try TokenRoutes(try NumPyArray(file), file: file, experts: experts))
    } else {
      try self.init(try JSONDocument.parse(file.bytes, file: file.file))
    }
  }

  /// The statistics of a routing document.
  public init(_ document: JSONDocument) throws(InputFaults) {
    self = try document.read(.object(Self.read))
  }

  /// The statistics of a trace.
  public init(_ routes: TokenRoutes) {
    self.init(
      layers: nil, experts: routes.experts,
      loads: ExpertLoads([.init(name: "trace", layers: routes.load)]),
      transitions: routes.layers > 1 ? routes.transitions : nil, routes: routes)
  }

  private init(
    layers: [Int]?, experts: Int, loads: ExpertLoads, transitions: ExpertTransitions?,
    routes: TokenRoutes? = nil, pairs: ExpertPairs? = nil
  ) {
    self.layers = layers
    self.experts = experts
    self.loads = loads
    self.transitions = transitions
    self.routes = routes
    self.pairs = pairs
  }

  private static func read(_ object: ObjectReader) -> RoutingStatistics? {
    let kind = object.required("kind", .name(among: ["routing"], of: "document with routing"))
    _ = object.optional("formatVersion", .integer(.exactly(1)))
    let experts = object.required("experts", .integer(.between(1, TokenRoutes.expertLimit)))
    let layers = object.required(
      "layers", .array(of: .integer(.between(0, 100_000)), count: .atLeast(1)))
    let topK = object.optional("topK", .integer(.between(1, experts ?? TokenRoutes.expertLimit)))
    guard kind != nil, let experts, let layers else { return nil }
    let row = JSONShape<[Double]>.numbers(.atLeast(0), count: .exactly(experts))
    let load = object.required("load", .array(of: row, count: .exactly(layers.count)))
    let matrix = JSONShape<NumberMatrix>.matrix(
      .atLeast(0), rows: .exactly(experts), columns: .exactly(experts))
    let transitions = object.optional(
      "transitions", .array(of: matrix, count: .exactly(layers.count - 1)))
    let pairs = object.optional("pairs", .array(of: matrix, count: .exactly(layers.count)))
    object.finish()
    if let pairs, let fault = Self.fault(of: pairs, topK: topK, layers: layers) {
      object.error(at: "pairs", fault)
      return nil
    }
    guard let load else { return nil }
    if let empty = load.firstIndex(where: { $0.allSatisfy { $0 == 0 } }) {
      object.error(at: "load", "has no token in layer \(layers[empty])")
      return nil
    }
    return RoutingStatistics(
      layers: layers, experts: experts,
      loads: ExpertLoads([.init(name: "routing", layers: load)]),
      transitions: transitions.map {
        ExpertTransitions(experts: experts, counts: $0.map(\.values))
      },
      pairs: pairs.map {
        ExpertPairs(experts: experts, topK: topK ?? 2, counts: $0.map(\.values))
      })
  }

  /// Why matrices do not count pairs; `nil` where they do.
  private static func fault(of pairs: [NumberMatrix], topK: Int?, layers: [Int]) -> String? {
    guard let topK, topK > 1 else {
      return "counts pairs of a token's experts, which needs 'topK' of at least 2"
    }
    for (matrix, layer) in zip(pairs, layers) {
      for row in 0..<matrix.rows {
        if matrix[row, row] != 0 { return "pairs expert \(row) of layer \(layer) with itself" }
        for column in 0..<row where matrix[row, column] != matrix[column, row] {
          return "is not symmetric in layer \(layer): experts \(column) and \(row) have "
            + "\(matrix[column, row]) and \(matrix[row, column])"
        }
      }
    }
    return nil
  }
}

extension RoutingStatistics {
  /// Several workloads: each keeps its loads, the transitions and the tokens of all count together.
  ///
  /// - Precondition: at least one; with equally many layers and experts (`differsFrom` tells).
  public init(_ workloads: [RoutingStatistics]) {
    let first = workloads[0]
    let transitions = workloads.compactMap(\.transitions)
    let routes = workloads.compactMap(\.routes)
    let areTokens = routes.count == workloads.count
    let pairs = areTokens ? [] : workloads.compactMap { $0.pairs ?? $0.routes?.pairs }
    self.init(
      layers: first.layers, experts: first.experts,
      loads: ExpertLoads(workloads.flatMap(\.loads.workloads)),
      transitions: transitions.count == workloads.count ? transitions.sum : nil,
      routes: areTokens ? TokenRoutes(routes) : nil,
      pairs: pairs.count == workloads.count ? pairs.sum : nil)
  }

  /// How another workload's shape differs, in words; nil where it does not.
  public func difference(from first: RoutingStatistics) -> String? {
    if experts != first.experts || loads.layers != first.loads.layers {
      return "has \(loads.layers) layers of \(experts) experts, but the first workload has "
        + "\(first.loads.layers) of \(first.experts)"
    }
    if layers != first.layers { return "has other layers than the first workload" }
    let (own, others) = (routes?.topK ?? pairs?.topK, first.routes?.topK ?? first.pairs?.topK)
    if let own, let others, own != others {
      return "has \(own) experts a token, but the first workload has \(others)"
    }
    return nil
  }
}

extension TokenRoutes {
  /// Every pair of a token's experts in two neighbouring layers.
  public var transitions: ExpertTransitions {
    let counts = concurrentMap(max(0, layers - 1)) { boundary in
      var matrix = [Double](repeating: 0, count: experts * experts)
      for token in 0..<tokens {
        for one in experts(token: token, layer: boundary) {
          for other in experts(token: token, layer: boundary + 1) {
            matrix[Int(one) * experts + Int(other)] += 1
          }
        }
      }
      return matrix
    }
    return ExpertTransitions(experts: experts, counts: counts)
  }

  /// The tokens of several traces, one after the other.
  ///
  /// - Precondition: at least one; of equal shapes.
  fileprivate init(_ traces: [TokenRoutes]) {
    let first = traces[0]
    self.init(
      tokens: traces.reduce(0) { $0 + $1.tokens }, layers: first.layers, topK: first.topK,
      experts: first.experts, choices: traces.flatMap(\.choices))
  }
}

extension [ExpertTransitions] {
  fileprivate var sum: ExpertTransitions {
    let first = self[0]
    let counts = first.counts.indices.map { boundary in
      dropFirst().reduce(first.counts[boundary]) { sum, other in
        zip(sum, other.counts[boundary]).map { $0 + $1 }
      }
    }
    return ExpertTransitions(experts: first.experts, counts: counts)
  }
}
