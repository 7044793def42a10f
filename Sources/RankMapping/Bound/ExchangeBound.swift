/// The least time that the exchange between replicas can take, whoever sits where.
///
/// At an exchange of t seconds stage p may use the links of a price up to (t + slack_p) / share_p. What
/// every mapping needs at t, and what some t can be shown not to give:
/// 1. Enough links at each node: the nodes whose second cheapest link is too dear for all but k stages
///    are at most k rings' worth.
/// 2. Connected parts of the graph of all permitted links whose sizes are multiples of a ring.
/// 3. A cover by links with each node's number of them, halves allowed.
/// 4. A cover by rings, where a part is small enough to decide it.
struct ExchangeBound {
  let grid: MappingGrid
  let stages: [StageSynchronisation]
  /// The cheaper direction of each pair, or the dearer one where a ring is a pair and uses both.
  let pairs: PriceMatrix
  /// By node: the price that one of its links reaches at least; the highest first.
  private let needs: [Double]
  /// The steps of each exhaustive search for rings.
  private let coverSteps = 50_000

  init<Pairs: PairPrices>(_ prices: GridPrices<Pairs>) {
    grid = prices.grid
    // Alike stages are one kind.
    stages = prices.synchronisation
    let isPair = prices.grid.replicas == 2
    let ring = prices.ring
    pairs = PriceMatrix(count: ring.count) { from, to in
      isPair
        ? max(ring.price(from, to), ring.price(to, from))
        : min(ring.price(from, to), ring.price(to, from))
    }
    let links = isPair ? 1 : 2
    let pairs = pairs
    needs = (0..<pairs.count).map { node in
      var cheapest = BoundedSmallest<Void>(capacity: links)
      for other in 0..<pairs.count where other != node {
        cheapest.offer((), at: pairs.price(node, other))
      }
      return cheapest.largestKey
    }.sorted(by: >)
  }

  /// A time that the exchange cannot stay below, at most `known`, which some mapping reaches.
  func seconds(known: Double) -> Double {
    guard grid.replicas > 1, known > 0 else { return 0 }
    // `low` is proven impossible; `high` is not, and nothing between them is a price of a link.
    var low = -Double.leastNonzeroMagnitude
    var high = known
    if admits(0) { return 0 }
    low = 0
    while count(above: low, below: high) > 1 << 14 {
      let middle = low + (high - low) / 2
      guard middle > low, middle < high else { break }
      if admits(middle) { high = middle } else { low = middle }
    }
    let times = self.times(above: low, below: high)
    var first = 0
    var last = times.count
    while first < last {
      let middle = (first + last) / 2
      if admits(times[middle]) { last = middle } else { first = middle + 1 }
    }
    return last < times.count ? times[last] : high
  }

  /// False where it is proven that no mapping has an exchange of at most `time`.
  func admits(_ time: Double) -> Bool {
    let limits = stages.map { $0.price(upTo: time) }.sorted(by: >)
    var place = 0
    for (k, limit) in limits.enumerated() {
      while place < needs.count, needs[place] > limit { place += 1 }
      if place > k * grid.replicas { return false }
    }
    let graph = LinkGraph(pairs, upTo: limits[0])
    let parts = graph.components()
    guard parts.allSatisfy({ $0.count.isMultiple(of: grid.replicas) }) else { return false }
    guard PairCover.exists(in: graph, demand: grid.replicas == 2 ? 1 : 2) else { return false }
    return parts.allSatisfy { part in
      part.count > 64
        || RingCover.decide(graph.masks(of: part), length: grid.replicas, steps: coverSteps)
          != .impossible
    }
  }

  /// The graph of the links that some stage may use at an exchange of `time`.
  func graph(at time: Double) -> LinkGraph {
    LinkGraph(pairs, upTo: stages.map { $0.price(upTo: time) }.max() ?? .infinity)
  }

  // MARK: The times at which a link becomes permitted

  private var kinds: [StageSynchronisation] { Array(Set(stages)) }

  private func count(above low: Double, below high: Double) -> Int {
    var count = 0
    forEachTime(above: low, below: high) { _ in count += 1 }
    return count
  }

  private func times(above low: Double, below high: Double) -> [Double] {
    var times: [Double] = []
    forEachTime(above: low, below: high) { times.append($0) }
    return Array(Set(times)).sorted()
  }

  private func forEachTime(above low: Double, below high: Double, _ body: (Double) -> Void) {
    for kind in kinds {
      for node in 0..<pairs.count {
        for other in 0..<node {
          let time = kind.time(at: pairs.price(node, other))
          if time > low && time < high { body(time) }
        }
      }
    }
  }
}
