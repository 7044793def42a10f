import Quantities

/// Which node serves which cell of a grid, so that communication adds least to a step.
///
/// With x(p, d) the node of stage p in replica d, h the price of a pipeline's hop, r that of a ring
/// whose slowest link joins two nodes, and each stage's share and slack:
/// ```
/// minimise  max_d Σ_p h(x(p, d), x(p + 1, d)) + max_p [share_p · max_d r(x(p, d), x(p, d + 1)) − slack_p]+
/// ```
/// Every node serves exactly one cell; where nodes are of several classes, one of its own class, which is
/// that of the node with the cell's number.
/// - Source: the latency model of Pipette (Yim et al. 2024, "Pipette: automatic fine-grained large
///   language model training configurator for real-world clusters"), over all stages.
public struct MappingProblem: Sendable {
  public let grid: MappingGrid
  public let links: NodeLinks
  /// One for each stage.
  public let synchronisation: [StageSynchronisation]
  /// The class of each node; empty where all are of one.
  public let classes: [Int]

  /// - Precondition: as many nodes as cells, one synchronisation a stage, and a class for every node or
  ///   for none.
  public init(
    grid: MappingGrid, links: NodeLinks, synchronisation: [StageSynchronisation]? = nil,
    classes: [Int] = []
  ) {
    let synchronisation =
      synchronisation ?? Array(repeating: StageSynchronisation(), count: grid.stages)
    precondition(links.nodes == grid.cells, "a node for each cell")
    precondition(synchronisation.count == grid.stages, "one synchronisation a stage")
    self.grid = grid
    precondition(classes.isEmpty || classes.count == grid.cells, "a class for each node")
    self.links = links
    self.synchronisation = synchronisation
    self.classes = Set(classes).count > 1 ? classes : []
  }

  /// What a mapping adds to the step.
  public func time(of mapping: NodeMapping) -> MappingTime {
    switch links {
    case .pairs(let hop, let ring): prices(hop, ring).time(of: mapping.nodes)
    case .levels(let levels, let hop, let ring):
      prices(
        LevelPrices(levels: levels, prices: hop), LevelPrices(levels: levels, prices: ring)
      ).time(of: mapping.nodes)
    }
  }

  func prices<Pairs>(_ hop: Pairs, _ ring: Pairs) -> GridPrices<Pairs> {
    GridPrices(
      grid: grid, hop: hop, ring: ring, synchronisation: synchronisation, classes: classes)
  }
}

/// What pairs of nodes cost, in seconds of a step.
public enum NodeLinks: Sendable {
  /// By pair. `hop` is what the step spends on all traffic between two stages of one pipeline, and
  /// symmetric, since activations go one way and their gradients the other; `ring` is the time of
  /// the largest stage's exchange over a ring whose slowest link is this one, and directional.
  case pairs(hop: PriceMatrix, ring: PriceMatrix)
  /// By the level of the lowest switch above both, lowest level first, never falling.
  case levels(NodeLevels, hop: [Double], ring: [Double])

  /// The number of nodes.
  public var nodes: Int {
    switch self {
    case .pairs(let hop, _): hop.count
    case .levels(let levels, _, _): levels.count
    }
  }
}

/// A node for each cell of a grid.
public struct NodeMapping: Sendable, Hashable {
  /// By cell: the nodes in launch order.
  public let nodes: [Int]

  /// - Precondition: every node from 0 on stands there once.
  public init(nodes: [Int]) {
    var isMet = [Bool](repeating: false, count: nodes.count)
    for node in nodes {
      precondition(nodes.indices.contains(node) && !isMet[node], "every node serves one cell")
      isMet[node] = true
    }
    self.nodes = nodes
  }

  /// Every node in the cell of its number.
  public static func identity(_ grid: MappingGrid) -> NodeMapping {
    NodeMapping(nodes: Array(0..<grid.cells))
  }
}

/// What communication between nodes adds to a step.
public struct MappingTime: Sendable, Hashable {
  /// The slowest pipeline's hops.
  public let pipeline: Seconds
  /// The exchange between replicas that ends last.
  public let synchronisation: Seconds
  public var total: Seconds { pipeline + synchronisation }
}

/// A problem whose prices are of one type, so that the search's inner loop looks them up directly.
struct GridPrices<Pairs: PairPrices>: Sendable {
  let grid: MappingGrid
  let hop: Pairs
  let ring: Pairs
  let synchronisation: [StageSynchronisation]
  /// By node; empty where all are of one class.
  let classes: [Int]

  /// Whether two nodes may change places.
  @inline(__always)
  func areAlike(_ node: Int, _ other: Int) -> Bool {
    classes.isEmpty || classes[node] == classes[other]
  }

  /// The nodes of each class on the cells of their class, in the order in which a mapping has them.
  func keepingClasses(_ nodes: [Int]) -> [Int] {
    if classes.isEmpty { return nodes }
    var queues = Dictionary(grouping: nodes.reversed(), by: { classes[$0] })
    return nodes.indices.map { queues[classes[$0]]?.popLast() ?? $0 }
  }

  func time(of nodes: [Int]) -> MappingTime {
    var pipeline = 0.0
    for replica in 0..<grid.replicas {
      var sum = 0.0
      for stage in 1..<max(1, grid.stages) {
        sum += hop.price(
          nodes[grid.cell(stage: stage - 1, replica: replica)],
          nodes[grid.cell(stage: stage, replica: replica)])
      }
      pipeline = max(pipeline, sum)
    }
    var exchange = 0.0
    if grid.replicas > 1 {
      for cell in 0..<grid.cells {
        let price = ring.price(nodes[cell], nodes[grid.next(onRing: cell)])
        exchange = max(exchange, synchronisation[grid.stage(ofCell: cell)].time(at: price))
      }
    }
    return MappingTime(pipeline: Seconds(pipeline), synchronisation: Seconds(exchange))
  }
}
