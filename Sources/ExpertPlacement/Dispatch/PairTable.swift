/// One layer's experts, as a search divides them among parts.
protocol DivisibleLayer: Sendable {
  associatedtype Table: DivisionTable
  /// The load of each expert.
  var demands: [Double] { get }
  /// The layer as some of the experts see it, which get the numbers from 0 on in their order.
  func restricted(to experts: [Int]) -> Self
  func table(partOf: [Int], parts: Int) -> Table
}

/// A division of experts among parts, with what exchanges save.
protocol DivisionTable {
  var partOf: [Int] { get }
  /// An upper limit of what the exchange of two experts saves.
  func savingAtMost(swapping one: Int, _ other: Int) -> Double
  /// How much less than that it saves.
  func excess(swapping one: Int, _ other: Int) -> Double
  mutating func swap(_ one: Int, _ other: Int)
}

/// How often two experts of a layer were chosen together.
struct PairLayer: DivisibleLayer {
  let size: Int
  let counts: [Double]
  let demands: [Double]

  /// - Parameter slots: experts, those that fill empty slots among them.
  init(_ pairs: ExpertPairs, layer: Int, slots: Int) {
    size = slots
    let (n, matrix) = (pairs.experts, pairs.counts[layer])
    counts = (0..<(slots * slots)).map { index in
      let (one, other) = (index / slots, index % slots)
      return one < n && other < n ? matrix[one * n + other] : 0
    }
    demands = pairs.load(layer: layer) + [Double](repeating: 0, count: slots - n)
  }

  private init(size: Int, counts: [Double], demands: [Double]) {
    self.size = size
    self.counts = counts
    self.demands = demands
  }

  func restricted(to experts: [Int]) -> PairLayer {
    PairLayer(
      size: experts.count,
      counts: experts.flatMap { one in experts.map { counts[one * size + $0] } },
      demands: experts.map { demands[$0] })
  }

  func table(partOf: [Int], parts: Int) -> PairTable {
    PairTable(self, partOf: partOf, parts: parts)
  }
}

/// How often every expert is chosen with one of every part, up to date move by move; what an exchange
/// saves is counted in pairs that come together.
struct PairTable: DivisionTable {
  private let layer: PairLayer
  private let parts: Int
  private(set) var partOf: [Int]
  /// `[expert · parts + part]`.
  private var company: [Double]

  init(_ layer: PairLayer, partOf: [Int], parts: Int) {
    self.layer = layer
    self.parts = parts
    self.partOf = partOf
    company = [Double](repeating: 0, count: layer.size * parts)
    for one in 0..<layer.size {
      for other in 0..<layer.size {
        company[one * parts + partOf[other]] += layer.counts[one * layer.size + other]
      }
    }
  }

  func savingAtMost(swapping one: Int, _ other: Int) -> Double {
    let (p, q) = (partOf[one], partOf[other])
    if p == q { return 0 }
    return company[one * parts + q] - company[one * parts + p] + company[other * parts + p]
      - company[other * parts + q]
  }

  func excess(swapping one: Int, _ other: Int) -> Double {
    partOf[one] == partOf[other] ? 0 : 2 * layer.counts[one * layer.size + other]
  }

  mutating func swap(_ one: Int, _ other: Int) {
    let (p, q) = (partOf[one], partOf[other])
    if p == q { return }
    partOf.swapAt(one, other)
    for third in 0..<layer.size {
      let row = third * layer.size
      let moved = layer.counts[row + other] - layer.counts[row + one]
      company[third * parts + p] += moved
      company[third * parts + q] -= moved
    }
  }
}
