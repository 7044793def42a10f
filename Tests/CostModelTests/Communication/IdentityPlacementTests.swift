import ClusterTopology
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("Ranks in order: where groups lie, and over which links they talk")
struct IdentityPlacementTests {
  /// A group as "members in domains of each, inner and outer gigabytes a second".
  private func spelled(
    _ placement: IdentityPlacement, stride: Int, size: Int, first: Int = 0, width: Int
  ) -> String {
    let links = placement.groupLinks(
      stride: stride, size: size, in: StageRanks(first: first, count: width))
    let inner = links.inner.rate.gigabytes.spelled
    let outer = links.domains > 1 ? ", outer \(links.outer.rate.gigabytes.spelled)" : ""
    return
      "\(links.members) in \(links.domains) of \(links.membersPerDomain), inner \(inner)\(outer)"
  }

  @Test("On nodes of 8, tensor groups stay inside, and data groups take one member of each node")
  func strides() throws {
    let placement = IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
    // A card of 400 Gb/s a device, of which InfiniBand reaches 0.85: 42.5 GB/s.
    #expect(spelled(placement, stride: 1, size: 8, width: 32) == "8 in 1 of 8, inner 450")
    #expect(spelled(placement, stride: 1, size: 2, width: 32) == "2 in 1 of 2, inner 450")
    // Tensor 2 and context 4 fill a node.
    #expect(spelled(placement, stride: 2, size: 4, width: 32) == "4 in 1 of 4, inner 450")
    // Tensor 8 and data 4: one member a node.
    #expect(
      spelled(placement, stride: 8, size: 4, width: 32) == "4 in 4 of 1, inner 450, outer 42.5")
    // Tensor 2 and data 16: four members a node.
    #expect(
      spelled(placement, stride: 2, size: 16, width: 32) == "16 in 4 of 4, inner 450, outer 42.5")
    // Experts over two nodes.
    #expect(
      spelled(placement, stride: 1, size: 16, width: 32) == "16 in 2 of 8, inner 450, outer 42.5")
    #expect(placement.groupLinks(stride: 8, size: 1, in: StageRanks(first: 0, count: 32)) == .alone)
  }

  @Test("Groups that do not divide a node straddle two, and their smaller part carries the traffic")
  func straddling() throws {
    let placement = IdentityPlacement(cluster: try .h100Nodes(3), calibration: .steady)
    // Ranks 6, 7 | 8.
    #expect(
      spelled(placement, stride: 1, size: 3, width: 24) == "3 in 2 of 1, inner 450, outer 42.5")
    // Ranks 0 … 7 | 8 … 11.
    #expect(
      spelled(placement, stride: 1, size: 12, width: 24) == "12 in 2 of 4, inner 450, outer 42.5")
    // The first stage of 6 devices lies in one node, the second (6 … 11) in two.
    #expect(spelled(placement, stride: 1, size: 6, width: 6) == "6 in 1 of 6, inner 450")
    #expect(
      spelled(placement, stride: 1, size: 6, first: 6, width: 6)
        == "6 in 2 of 2, inner 450, outer 42.5")
  }

  @Test("A rack of 72 is one domain of 18 nodes")
  func rack() throws {
    let placement = IdentityPlacement(
      cluster: try .nodes(36, of: "GB200-NVL72"), calibration: .steady)
    #expect(spelled(placement, stride: 1, size: 8, width: 144) == "8 in 1 of 8, inner 900")
    #expect(spelled(placement, stride: 1, size: 72, width: 144) == "72 in 1 of 72, inner 900")
    #expect(
      spelled(placement, stride: 72, size: 2, width: 144) == "2 in 2 of 1, inner 900, outer 42.5")
    // The second block of 64 begins in the first rack and ends in the second.
    #expect(
      spelled(placement, stride: 1, size: 64, width: 128)
        == "64 in 2 of 8, inner 900, outer 42.5")
  }

  @Test("In a mesh a pair has one link, however far apart; a whole node has all of them")
  func mesh() throws {
    let placement = IdentityPlacement(
      cluster: try .nodes(2, of: "MI300X-platform", kind: .roce), calibration: .steady)
    let pair = placement.groupLinks(stride: 1, size: 2, in: StageRanks(first: 0, count: 16)).inner
      .rate
    let distant = placement.groupLinks(stride: 4, size: 2, in: StageRanks(first: 0, count: 16))
      .inner.rate
    let node = placement.groupLinks(stride: 1, size: 8, in: StageRanks(first: 0, count: 16)).inner
      .rate
    #expect(pair == distant)
    #expect(abs(node / pair - 7) < 1e-9)
  }

  @Test("Two dies of a package have their own fast link, which distant dies cannot use")
  func neighbourhoods() throws {
    let scaleUp = ScaleUp(
      kind: .xgmiMesh, accelerators: 8, perAccelerator: .gigabytes(350), perPair: .gigabytes(50),
      innerLevels: [ScaleUp.Level(accelerators: 2, rate: .gigabytes(200))])
    var group = try NodeGroup.of("DGX-H100", nodes: 1)
    group.scaleUp = scaleUp
    let placement = IdentityPlacement(
      cluster: try ClusterTopology(
        name: "dies", nodeGroups: [group],
        fabrics: [Fabric(name: "network", kind: .slingshot)]), calibration: .steady)
    func inner(_ stride: Int) -> Double {
      placement.groupLinks(stride: stride, size: 2, in: StageRanks(first: 0, count: 8)).inner.rate
        .gigabytes
    }
    #expect(inner(1) == 200)
    #expect(inner(4) == 50)
    #expect(
      placement.stageLink(from: StageRanks(first: 0, count: 1), to: StageRanks(first: 1, count: 1))
        .rate.gigabytes == 200)
    #expect(
      placement.stageLink(from: StageRanks(first: 1, count: 1), to: StageRanks(first: 2, count: 1))
        .rate.gigabytes == 50)
  }

  @Test(
    "A stage narrower than its node has the cards to itself, but no device more than one card",
    arguments: [
      // Devices of a stage, cards of 40 Gb/s for four devices, the hop in gigabytes a second.
      (1, 1, 5), (2, 1, 2.5), (4, 1, 1.25), (8, 1, 1.25), (1, 2, 5), (2, 2, 5), (4, 2, 2.5),
      (1, 4, 5), (4, 4, 5), (1, 8, 10), (4, 8, 10),
    ])
  func fewSenders(width: Int, cards: Int, gigabytes: Double) throws {
    var calibration = Calibration.steady
    Coefficient.named("networks.ethernet")?.set(1, in: &calibration)
    let device = try #require(Catalogue.accelerator("T4"))
    let group = NodeGroup(
      name: "pod", nodes: 4, acceleratorsPerNode: 4, accelerator: device.accelerator,
      scaleUp: ScaleUp(kind: .pcie, accelerators: 4, perAccelerator: .gigabytes(6)),
      nics: NICs(fabric: "network", perNode: cards, rate: .gigabits(40)))
    let placement = IdentityPlacement(
      cluster: try ClusterTopology(
        name: "pods", nodeGroups: [group], fabrics: [Fabric(name: "network", kind: .ethernet)]),
      calibration: calibration)
    // The stage that ends on the last device of the first node, or the first two nodes.
    let first = max(4, width) - width
    let hop = placement.stageLink(
      from: StageRanks(first: first, count: width),
      to: StageRanks(first: first + width, count: width))
    #expect(abs(hop.rate.gigabytes - gigabytes) < 1e-9)
  }

  @Test("A ring that leaves its switch has what oversubscription leaves of the link")
  func oversubscription() throws {
    let levels = [Fabric.Level(nodesPerSwitch: 2, oversubscription: 4)]
    let placement = IdentityPlacement(
      cluster: try .nodes(4, of: "DGX-H100", levels: levels), calibration: .steady)
    // Pairs of nodes stay under one switch each.
    #expect(
      spelled(placement, stride: 8, size: 2, width: 32) == "2 in 2 of 1, inner 450, outer 42.5")
    #expect(
      spelled(placement, stride: 8, size: 4, width: 32) == "4 in 4 of 1, inner 450, outer 10.6")
    #expect(
      placement.stageLink(from: StageRanks(first: 0, count: 8), to: StageRanks(first: 8, count: 8))
        .rate.gigabytes == 42.5)
    #expect(
      placement.stageLink(from: StageRanks(first: 8, count: 8), to: StageRanks(first: 16, count: 8))
        .rate.gigabytes == 42.5 / 4)
  }

  @Test("A measured matrix speaks for itself: the slowest link of the ring, in its direction")
  func measured() throws {
    let rows: [[Float]] = [
      [0, 300, 200, 90], [80, 0, 300, 300], [300, 70, 0, 300], [160, 300, 300, 0],
    ]
    let placement = IdentityPlacement(
      cluster: try .nodes(
        4, of: "DGX-H100",
        measured: MeasuredBandwidth(nodes: 4, gigabytesPerSecond: rows.flatMap(\.self))),
      calibration: .steady)
    // 0 → 1 → 2 → 3 → 0 at 300, 300, 300 and 160 GB/s, an eighth for each device.
    #expect(
      spelled(placement, stride: 8, size: 4, width: 32) == "4 in 4 of 1, inner 450, outer 20.0")
    // 0 ⇄ 1 at 300 and 80; 2 ⇄ 3 at 300 both ways.
    #expect(
      spelled(placement, stride: 8, size: 2, width: 16) == "2 in 2 of 1, inner 450, outer 10.0")
    #expect(
      spelled(placement, stride: 8, size: 2, first: 16, width: 16)
        == "2 in 2 of 1, inner 450, outer 37.5")
    #expect(
      placement.stageLink(from: StageRanks(first: 0, count: 8), to: StageRanks(first: 8, count: 8))
        .rate.gigabytes == 37.5)
  }

  @Test("Two pods with different cards talk at the slower card's rate")
  func twoPods() throws {
    let cluster = try ClusterTopology(
      name: "pods",
      nodeGroups: [
        .of("DGX-H100", name: "a", nodes: 2, fabric: "ib"),
        .of("DGX-H100", name: "b", nodes: 2, fabric: "roce", gigabitsPerSecond: 200),
      ],
      fabrics: [
        Fabric(name: "ib", kind: .infiniband), Fabric(name: "roce", kind: .roce),
        Fabric(
          name: "lan", kind: .ethernet, connects: ["a", "b"], rate: .gigabits(50)),
      ])
    let placement = IdentityPlacement(cluster: cluster, calibration: .steady)
    func outer(_ first: Int, _ width: Int) -> Double {
      placement.groupLinks(stride: 8, size: width / 8, in: StageRanks(first: first, count: width))
        .outer.rate.gigabytes
    }
    #expect(abs(outer(0, 16) - 0.85 * 50) < 1e-9)
    #expect(abs(outer(16, 16) - 0.68 * 25) < 1e-9)
    // Between the pods: an eighth of 6.25 GB/s, of which Ethernet reaches 0.79.
    #expect(abs(outer(0, 32) - 0.79 * 6.25 / 8) < 1e-9)
    #expect(
      abs(
        placement.stageLink(
          from: StageRanks(first: 0, count: 16), to: StageRanks(first: 16, count: 16)
        ).rate.gigabytes - 0.79 * 6.25 / 8) < 1e-9)
  }

  @Test("A hop between stages is as slow as the slowest pair of ranks")
  func stages() throws {
    let placement = IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
    #expect(
      placement.stageLink(from: StageRanks(first: 0, count: 4), to: StageRanks(first: 4, count: 4))
        .rate.gigabytes == 450)
    #expect(
      placement.stageLink(from: StageRanks(first: 4, count: 4), to: StageRanks(first: 8, count: 4))
        .rate.gigabytes == 42.5)
    // Ranks 0 … 4 send to 5 … 9: ranks 3 and 4 to the next node.
    #expect(
      placement.stageLink(from: StageRanks(first: 0, count: 5), to: StageRanks(first: 5, count: 5))
        .rate.gigabytes == 42.5)
  }

  @Test("The short cuts agree with a walk over all groups, on 3,000 random groups")
  func shortCuts() throws {
    var random = SplitMix(seed: 51)
    for _ in 0..<3_000 {
      let node = Int.random(in: 1...8, using: &random)
      let nodes = Int.random(in: 1...6, using: &random)
      let perDomain = [1, 1, 2, 3].randomElement(using: &random) ?? 1
      let cluster = try Self.cluster(node: node, nodes: nodes * perDomain, perDomain: perDomain)
      let stride = Int.random(in: 1...6, using: &random)
      let size = Int.random(in: 2...6, using: &random)
      let width = stride * size * Int.random(in: 1...3, using: &random)
      let blocks = cluster.deviceCount / width
      guard blocks > 0 else { continue }
      let first = width * Int.random(in: 0..<blocks, using: &random)
      let links = IdentityPlacement(cluster: cluster, calibration: .steady)
        .groupLinks(stride: stride, size: size, in: StageRanks(first: first, count: width))
      let walked = Self.walk(
        domain: node * perDomain, stride: stride, size: size, first: first, width: width)
      #expect(links.domains == walked.domains)
      #expect(links.membersPerDomain == walked.together)
      #expect((abs(links.outer.rate.gigabytes - 5) < 1e-9) == (walked.domains > 1))
    }
  }

  @Test(
    "In either order of the axes groups lie where the ranks' numbers put them, on 2,000 clusters")
  func axisOrders() throws {
    var random = SplitMix(seed: 52)
    var spaced = 0
    for _ in 0..<2_000 {
      let node = Int.random(in: 1...8, using: &random)
      let nodes = Int.random(in: 1...8, using: &random)
      let cluster = try Self.cluster(node: node, nodes: nodes, perDomain: 1)
      func ways() -> Int { [1, 1, 2, 2, 3, 4].randomElement(using: &random) ?? 1 }
      let degrees = ParallelismDegrees(
        tensor: ways(), context: ways(), data: ways(), pipeline: ways())
      guard degrees.devices <= cluster.deviceCount else { continue }
      let order = AxisOrder.allCases.randomElement(using: &random) ?? .dataOutermost
      let frame = Frame(
        degrees: degrees, microBatchSize: 1, microBatches: 1, schedule: .oneForwardOneBackward,
        sharding: .none, sequenceParallel: false, rankOrder: order)
      let ranks = Dictionary(grouping: 0..<degrees.devices) { Place($0, degrees, order).stage }
      let placement = IdentityPlacement(cluster: cluster, calibration: .steady)
      for stage in 0..<degrees.pipeline {
        let own = StageRanks(stage: stage, of: frame)
        #expect((0..<own.count).map { own[$0] }.sorted() == ranks[stage])
        if own.run < own.count { spaced += 1 }
        let kinds: [(stride: Int, size: Int, group: (Place) -> [Int])] = [
          (1, degrees.tensor, { [$0.context, $0.data] }),
          (degrees.tensor, degrees.context, { [$0.tensor, $0.data] }),
          (degrees.tensor, degrees.context * degrees.data, { [$0.tensor] }),
        ]
        for kind in kinds where kind.size > 1 {
          let links = placement.groupLinks(stride: kind.stride, size: kind.size, in: own)
          let groups = Dictionary(grouping: ranks[stage] ?? []) {
            kind.group(Place($0, degrees, order))
          }
          let spread = groups.values.map { members in
            Dictionary(grouping: members) { $0 / node }.values.map(\.count)
          }
          #expect(links.domains == spread.map(\.count).max())
          #expect(links.membersPerDomain == spread.flatMap(\.self).min())
          #expect((abs(links.outer.rate.gigabytes - 5) < 1e-9) == (links.domains > 1))
        }
        guard stage > 0 else { continue }
        let link = placement.stageLink(from: StageRanks(stage: stage - 1, of: frame), to: own)
        let crosses = (ranks[stage] ?? []).contains {
          $0 / node != ($0 - order.stageStride(degrees)) / node
        }
        #expect((abs(link.rate.gigabytes - 5) < 1e-9) == crosses)
      }
    }
    #expect(spaced > 200)
  }

  /// The indices of a rank, digit by digit.
  private struct Place {
    var (tensor, context, data, stage) = (0, 0, 0, 0)

    init(_ rank: Int, _ degrees: ParallelismDegrees, _ order: AxisOrder) {
      var rest = rank
      func digit(_ degree: Int) -> Int {
        defer { rest /= degree }
        return rest % degree
      }
      tensor = digit(degrees.tensor)
      context = digit(degrees.context)
      if order == .pipelineOutermost { data = digit(degrees.data) }
      stage = digit(degrees.pipeline)
      if order == .dataOutermost { data = digit(degrees.data) }
    }
  }

  /// A cluster with 10 GB/s a device inside a domain and 5 between.
  private static func cluster(node: Int, nodes: Int, perDomain: Int) throws -> ClusterTopology {
    var group = try NodeGroup.of("DGX-H100", nodes: nodes)
    group.acceleratorsPerNode = node
    group.scaleUp = ScaleUp(
      kind: .nvswitch, accelerators: node * perDomain, perAccelerator: .gigabytes(10))
    group.nics = NICs(
      fabric: "network", perNode: node, rate: 1 / 0.85 * BytesPerSecond.gigabytes(5))
    return try ClusterTopology(
      name: "random", nodeGroups: [group],
      fabrics: [Fabric(name: "network", kind: .infiniband)])
  }

  /// The most domains of any group, and the fewest members in any of a group's domains.
  private static func walk(
    domain: Int, stride: Int, size: Int, first: Int, width: Int
  ) -> (domains: Int, together: Int) {
    var result = (domains: 1, together: size)
    for block in Swift.stride(from: first, to: first + width, by: stride * size) {
      for base in block..<block + stride {
        let counts = Dictionary(grouping: 0..<size) { (base + $0 * stride) / domain }
        result.domains = max(result.domains, counts.count)
        result.together = min(result.together, counts.values.map(\.count).min() ?? size)
      }
    }
    return result
  }
}
