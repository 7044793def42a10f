/// A mapping under change: nodes on cells, with the links, pipelines and rings that depend on them.
///
/// A change is a sequence of exchanges between two cells; `settle` prices it, and `revert` takes it
/// back. An exchange costs a look at its eight links, and a pass over the two pipelines and two rings
/// that it touches.
struct Arrangement<Pairs: PairPrices>: ~Copyable {
  let prices: GridPrices<Pairs>
  let grid: MappingGrid
  private let guide: Guide
  /// Where each cell stands; divisions are slow.
  private let places: Slots<Place>
  private let nodeOfCell: Slots<Int32>
  private let cellOfNode: Slots<Int32>
  /// By cell: the hop to the same replica of the next stage.
  private let hops: Slots<Double>
  /// By cell: the stage's exchange if the link to the next replica were its slowest.
  private let links: Slots<Double>
  private let pipelines: Slots<Double>
  private let stages: Slots<StageState>

  private var newHops: Log<(Int32, Double)>
  private var newLinks: Log<(Int32, Double)>
  // What the change since the last `keep` replaced.
  private var exchanged: Log<(Int32, Int32)>
  private var oldHops: Log<(Int32, Double)>
  private var oldLinks: Log<(Int32, Double)>
  private var oldPipelines: Log<(Int32, Double)>
  private var oldStages: Log<(Int32, StageState)>
  private let isPipelineTouched: Slots<Bool>
  private let isStageTouched: Slots<Bool>

  private struct Place: BitwiseCopyable {
    let stage: Int32
    let replica: Int32
    let next: Int32
    let previous: Int32
  }

  private struct StageState: BitwiseCopyable {
    /// The exchange over the ring's slowest link.
    var exchange = 0.0
    /// By how much the links exceed the guide's target, added up.
    var excess = 0.0
    /// Whether the slowest link has become faster, so that another one may be the slowest.
    var isStale = false
  }

  init(_ prices: GridPrices<Pairs>, guide: Guide, nodes: [Int]) {
    self.prices = prices
    self.guide = guide
    let grid = prices.grid
    self.grid = grid
    places = Slots(
      (0..<grid.cells).map { cell in
        Place(
          stage: Int32(grid.stage(ofCell: cell)), replica: Int32(grid.replica(ofCell: cell)),
          next: Int32(grid.next(onRing: cell)), previous: Int32(grid.previous(onRing: cell)))
      })
    nodeOfCell = Slots(nodes.map(Int32.init))
    cellOfNode = Slots(repeating: 0, count: nodes.count)
    for (cell, node) in nodes.enumerated() { cellOfNode[node] = Int32(cell) }
    hops = Slots(repeating: 0, count: grid.cells)
    links = Slots(repeating: 0, count: grid.cells)
    pipelines = Slots(repeating: 0, count: grid.replicas)
    stages = Slots(repeating: StageState(), count: grid.stages)
    // A change touches at most every cell, and each touch renews two hops and two links.
    exchanged = Log(capacity: grid.cells + 1, filler: (0, 0))
    newHops = Log(capacity: 4 * grid.cells + 4, filler: (0, 0))
    newLinks = Log(capacity: 4 * grid.cells + 4, filler: (0, 0))
    oldHops = Log(capacity: 4 * grid.cells + 4, filler: (0, 0))
    oldLinks = Log(capacity: 4 * grid.cells + 4, filler: (0, 0))
    oldPipelines = Log(capacity: grid.replicas, filler: (0, 0))
    oldStages = Log(capacity: grid.stages, filler: (0, StageState()))
    isPipelineTouched = Slots(repeating: false, count: grid.replicas)
    isStageTouched = Slots(repeating: false, count: grid.stages)
    for cell in 0..<grid.cells {
      if cell + grid.replicas < grid.cells { hops[cell] = hop(from: cell) }
      if grid.replicas > 1 { links[cell] = link(from: cell) }
    }
    for replica in 0..<grid.replicas { pipelines[replica] = pipeline(replica) }
    for stage in 0..<grid.stages { stages[stage] = state(ofStage: stage) }
  }

  /// The nodes by cell.
  var nodes: [Int] { nodeOfCell.array.map(Int.init) }

  @inline(__always)
  func node(at cell: Int) -> Int { Int(nodeOfCell[cell]) }

  @inline(__always)
  func cell(of node: Int) -> Int { Int(cellOfNode[node]) }

  // MARK: What it costs

  /// The step's time, and the guide's value.
  func value() -> (time: Double, energy: Double) {
    var slowest = 0.0
    var sum = 0.0
    for replica in 0..<pipelines.count {
      slowest = max(slowest, pipelines[replica])
      let square = pipelines[replica] * pipelines[replica]
      let fourth = square * square
      sum += fourth * fourth
    }
    var exchange = 0.0
    var excess = 0.0
    for stage in 0..<stages.count {
      exchange = max(exchange, stages[stage].exchange)
      excess += stages[stage].excess
    }
    let time = slowest + exchange
    let share = 1 / Double(pipelines.count)
    let mean = (share * sum).squareRoot().squareRoot().squareRoot()
    return (time, time - guide.mean * (slowest - mean) + guide.excess * share * excess)
  }

  /// The cell whose link to the next replica is the slowest of all.
  func cellOfSlowestLink() -> Int {
    var stage = 0
    for other in 0..<stages.count where stages[other].exchange > stages[stage].exchange {
      stage = other
    }
    let first = stage * grid.replicas
    for cell in first..<first + grid.replicas where links[cell] >= stages[stage].exchange {
      return cell
    }
    return first
  }

  func slowestPipeline() -> Int {
    var replica = 0
    for other in 0..<pipelines.count where pipelines[other] > pipelines[replica] { replica = other }
    return replica
  }

  @inline(__always)
  private func hop(from cell: Int) -> Double {
    prices.hop.price(node(at: cell), node(at: cell &+ grid.replicas))
  }

  @inline(__always)
  private func link(from cell: Int) -> Double {
    let place = places[cell]
    return prices.synchronisation[Int(place.stage)].time(
      at: prices.ring.price(node(at: cell), node(at: Int(place.next))))
  }

  @inline(__always)
  private func pipeline(_ replica: Int) -> Double {
    var sum = 0.0
    var cell = replica
    while cell < hops.count {
      sum += hops[cell]
      cell &+= grid.replicas
    }
    return sum
  }

  @inline(__always)
  private func state(ofStage stage: Int) -> StageState {
    var state = StageState()
    for cell in stage * grid.replicas..<(stage + 1) * grid.replicas {
      let link = links[cell]
      state.exchange = max(state.exchange, link)
      state.excess += max(0, link - guide.target)
    }
    return state
  }

  // MARK: Change

  /// Exchanges the nodes of two cells, if they are of one class; what depends on them follows with
  /// `settle`.
  @inline(__always)
  mutating func exchange(_ one: Int, _ other: Int) {
    guard prices.areAlike(one, other) else { return }
    swapNodes(one, other)
    exchanged.append((Int32(truncatingIfNeeded: one), Int32(truncatingIfNeeded: other)))
  }

  @inline(__always)
  private func swapNodes(_ one: Int, _ other: Int) {
    let node = nodeOfCell[one]
    nodeOfCell[one] = nodeOfCell[other]
    nodeOfCell[other] = node
    cellOfNode[Int(nodeOfCell[one])] = Int32(truncatingIfNeeded: one)
    cellOfNode[Int(node)] = Int32(truncatingIfNeeded: other)
  }

  /// Brings links, pipelines and rings up to the exchanges since the last change was kept.
  ///
  /// All prices are looked up before any is used: most are not in a cache, and the processor then
  /// waits for many of them at once.
  mutating func settle() {
    for index in 0..<exchanged.count {
      lookUp(around: Int(exchanged[index].0))
      lookUp(around: Int(exchanged[index].1))
    }
    for index in 0..<newHops.count { renewHop(from: Int(newHops[index].0), newHops[index].1) }
    for index in 0..<newLinks.count { renewLink(from: Int(newLinks[index].0), newLinks[index].1) }
    newHops.removeAll()
    newLinks.removeAll()
    for index in 0..<oldPipelines.count {
      let replica = Int(oldPipelines[index].0)
      pipelines[replica] = pipeline(replica)
      isPipelineTouched[replica] = false
    }
    for index in 0..<oldStages.count {
      let stage = Int(oldStages[index].0)
      if stages[stage].isStale { stages[stage] = state(ofStage: stage) }
      isStageTouched[stage] = false
    }
  }

  /// Makes the change final.
  mutating func keep() {
    exchanged.removeAll()
    oldHops.removeAll()
    oldLinks.removeAll()
    oldPipelines.removeAll()
    oldStages.removeAll()
  }

  /// Takes the change back.
  mutating func revert() {
    for index in stride(from: exchanged.count - 1, through: 0, by: -1) {
      swapNodes(Int(exchanged[index].0), Int(exchanged[index].1))
    }
    for index in stride(from: oldHops.count - 1, through: 0, by: -1) {
      hops[Int(oldHops[index].0)] = oldHops[index].1
    }
    for index in stride(from: oldLinks.count - 1, through: 0, by: -1) {
      links[Int(oldLinks[index].0)] = oldLinks[index].1
    }
    for index in 0..<oldPipelines.count {
      pipelines[Int(oldPipelines[index].0)] = oldPipelines[index].1
    }
    for index in 0..<oldStages.count { stages[Int(oldStages[index].0)] = oldStages[index].1 }
    keep()
  }

  @inline(__always)
  private mutating func lookUp(around cell: Int) {
    if cell >= grid.replicas { lookUpHop(from: cell &- grid.replicas) }
    if cell &+ grid.replicas < hops.count { lookUpHop(from: cell) }
    guard grid.replicas > 1 else { return }
    lookUpLink(from: Int(places[cell].previous))
    lookUpLink(from: cell)
  }

  @inline(__always)
  private mutating func lookUpHop(from cell: Int) {
    newHops.append((Int32(truncatingIfNeeded: cell), hop(from: cell)))
  }

  @inline(__always)
  private mutating func lookUpLink(from cell: Int) {
    newLinks.append((Int32(truncatingIfNeeded: cell), link(from: cell)))
  }

  @inline(__always)
  private mutating func renewHop(from cell: Int, _ new: Double) {
    let old = hops[cell]
    if new == old { return }
    oldHops.append((Int32(truncatingIfNeeded: cell), old))
    hops[cell] = new
    let replica = places[cell].replica
    if isPipelineTouched[Int(replica)] { return }
    isPipelineTouched[Int(replica)] = true
    oldPipelines.append((replica, pipelines[Int(replica)]))
  }

  @inline(__always)
  private mutating func renewLink(from cell: Int, _ new: Double) {
    let old = links[cell]
    if new == old { return }
    oldLinks.append((Int32(truncatingIfNeeded: cell), old))
    links[cell] = new
    let stage = Int(places[cell].stage)
    var state = stages[stage]
    if !isStageTouched[stage] {
      isStageTouched[stage] = true
      oldStages.append((places[cell].stage, state))
    }
    state.excess += max(0, new - guide.target) - max(0, old - guide.target)
    if new >= state.exchange {
      state.exchange = new
    } else if old == state.exchange {
      state.isStale = true
    }
    stages[stage] = state
  }
}
