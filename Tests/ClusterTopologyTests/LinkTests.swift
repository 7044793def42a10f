import Quantities
import SeededRandom
import Testing

@testable import ClusterTopology

@Suite("Links between accelerators and nodes")
struct LinkTests {
  // MARK: Inside a domain

  @Test("two MI300X share one link of 64 GB/s, eight have seven")
  func mesh() throws {
    let scaleUp = try #require(Catalogue.node("MI300X-platform")?.scaleUp)
    let rates = [2, 3, 4, 8].map { scaleUp.bandwidth(groupSize: $0).gigabytes }
    #expect(rates == [64, 128, 192, 448])
  }

  @Test("behind a switch, a pair has the full rate")
  func switched() throws {
    let scaleUp = try #require(Catalogue.node("DGX-H100")?.scaleUp)
    #expect(
      [1, 2, 4, 8].map { scaleUp.bandwidth(groupSize: $0).gigabytes } == [450, 450, 450, 450])
    #expect(scaleUp.inNetworkReduction)
  }

  @Test("two dies of an MI250X have 200 GB/s, dies of different packages 50 GB/s")
  func dies() throws {
    let scaleUp = try #require(Catalogue.node("Frontier")?.scaleUp)
    #expect([2, 3, 8].map { scaleUp.bandwidth(groupSize: $0).gigabytes } == [200, 50, 50])
  }

  @Test("in a ring, only the whole domain has both directions")
  func ring() {
    let ring = ScaleUp(
      kind: .ring, accelerators: 8, perAccelerator: .gigabytes(100), perPair: .gigabytes(50))
    #expect([2, 4, 8].map { ring.bandwidth(groupSize: $0).gigabytes } == [50, 50, 100])
    #expect(ring.groupLink(8).latency == .microseconds(3.4))
  }

  @Test("18 trays of an NVL72 rack are one domain, the 19th is in the next")
  func rack() throws {
    let cluster = try ClusterTopology.of("GB200-NVL72", nodes: 40)
    #expect(cluster.shareScaleUpDomain(0, 17))
    #expect(!cluster.shareScaleUpDomain(17, 18))
    #expect(cluster.shareScaleUpDomain(36, 39))
    #expect(!cluster.shareScaleUpDomain(35, 36))
    #expect(cluster.link(from: 0, to: 17).rate.gigabytes == 3600)
    #expect(cluster.link(from: 17, to: 18).rate.gigabytes == 200)
    #expect(cluster.bestLink(between: 0, and: 0)?.rate.gigabytes == 3600)
  }

  // MARK: Between nodes

  @Test("eight cards of 400 Gb/s send 400 GB/s from node to node")
  func cards() throws {
    let cluster = try ClusterTopology.of("DGX-H100", nodes: 4)
    #expect(cluster.link(from: 0, to: 3).rate.gigabytes == 400)
    #expect(cluster.link(from: 0, to: 3).latency == .microseconds(14))
    #expect(cluster.nodeGroups[0].networkRatePerAccelerator?.gigabytes == 50)
  }

  @Test("leaving a switch costs its oversubscription, leaving two costs their product")
  func oversubscription() throws {
    let cluster = try ClusterTopology.of(
      "DGX-H100", nodes: 16,
      levels: [
        Fabric.Level(nodesPerSwitch: 4, oversubscription: 2),
        Fabric.Level(nodesPerSwitch: 8, oversubscription: 1.5),
      ])
    #expect(cluster.link(from: 0, to: 3).rate.gigabytes == 400)
    #expect(cluster.link(from: 0, to: 4).rate.gigabytes == 200)
    #expect(abs(cluster.link(from: 0, to: 8).rate.gigabytes - 400 / 3) < 1e-9)
    #expect(cluster.bestLink(between: 0, and: 0)?.rate.gigabytes == 400)
  }

  @Test("a measurement and a bad link lower a rate, each in its direction")
  func measured() throws {
    let matrix = MeasuredBandwidth.gigabytes([[0, 300, 390], [500, 0, 380], [370, 360, 0]])
    let health = ClusterHealth(badLinks: [.init(from: 1, to: 0, factor: 0.5)])
    let cluster = try ClusterTopology.of("DGX-H100", nodes: 3, measured: matrix, health: health)
    #expect(cluster.link(from: 0, to: 1).rate.gigabytes == 300)
    #expect(cluster.link(from: 1, to: 0).rate.gigabytes == 200)
    #expect(cluster.link(from: 2, to: 0).rate.gigabytes == 370)
    #expect(cluster.bestLink(between: 0, and: 0)?.rate.gigabytes == 400)
  }

  @Test("groups on different fabrics meet on the one that connects both")
  func twoPods() throws {
    let cluster = try ClusterTopology(
      name: "two-pods",
      nodeGroups: [
        .of("DGX-H100", name: "a", nodes: 2, fabric: "ib"),
        .of("DGX-A100", name: "b", nodes: 3, fabric: "roce"),
      ],
      fabrics: [
        Fabric(name: "ib", kind: .infiniband), Fabric(name: "roce", kind: .roce),
        Fabric(
          name: "lan", kind: .ethernet, connects: ["a", "b"], rate: .gigabits(25)),
      ])
    #expect(cluster.link(from: 0, to: 1).rate.gigabytes == 400)
    #expect(cluster.link(from: 1, to: 2).rate.gigabytes == 3.125)
    #expect(cluster.link(from: 4, to: 3).rate.gigabytes == 200)
    #expect(cluster.fabric(between: 0, and: 1)?.name == "lan")
    #expect(cluster.group(ofDevice: 15) == 0)
    #expect(cluster.node(ofDevice: 16) == 2)
    #expect(cluster.devices(ofNode: 4) == 32..<40)
    #expect(cluster.name(ofNode: 4) == "b-2")
  }

  @Test("the slower cards of two groups set the rate between them")
  func mixed() throws {
    let cluster = try ClusterTopology(
      name: "mixed",
      nodeGroups: [
        .of("DGX-H100", name: "a", nodes: 2), .of("DGX-A100", name: "b", nodes: 2),
      ], fabrics: [Fabric(name: "ib", kind: .infiniband)])
    #expect(cluster.link(from: 0, to: 2).rate.gigabytes == 200)
    #expect(cluster.link(from: 2, to: 0).rate.gigabytes == 200)
  }

  @Test("no pair of nodes beats the best link of its groups, on 300 random clusters")
  func bestIsBest() throws {
    var random = SplitMix(seed: 7)
    for _ in 0..<300 {
      let cluster = try random.cluster()
      for from in 0..<cluster.nodeCount {
        for to in 0..<cluster.nodeCount where to != from {
          let link = cluster.link(from: from, to: to)
          let best = try #require(
            cluster.bestLink(
              between: cluster.group(ofNode: from), and: cluster.group(ofNode: to)))
          #expect(link.rate <= best.rate)
          #expect(link.latency >= best.latency)
          #expect(link.rate > .zero)
        }
      }
    }
  }

  @Test("on a network without measurements, some pair reaches the best link of its groups")
  func bestIsReached() throws {
    for nodes in [2, 5, 16, 17] {
      let cluster = try ClusterTopology.of(
        "DGX-H100", nodes: nodes, levels: [Fabric.Level(nodesPerSwitch: 1, oversubscription: 3)])
      let best = try #require(cluster.bestLink(between: 0, and: 0))
      let rates = (1..<nodes).map { cluster.link(from: 0, to: $0).rate }
      #expect(rates.max() == best.rate)
    }
  }

  // MARK: What does not fit together

  @Test("groups that cannot reach each other are refused")
  func unconnected() throws {
    let groups: [NodeGroup] = try [
      .of("DGX-H100", name: "a", nodes: 1), .of("DGX-H100", name: "b", nodes: 1, fabric: "other"),
    ]
    let ib = Fabric(name: "ib", kind: .infiniband)
    let other = Fabric(name: "other", kind: .roce)
    #expect(throws: TopologyError.unknownFabric(group: 1)) {
      try ClusterTopology(name: "x", nodeGroups: groups, fabrics: [ib])
    }
    #expect(throws: TopologyError.unconnected(group: 0, other: 1)) {
      try ClusterTopology(name: "x", nodeGroups: groups, fabrics: [ib, other])
    }
    #expect(throws: TopologyError.noNodes) { try ClusterTopology(name: "x", nodeGroups: []) }
  }
}

extension SplitMix {
  /// One to three groups of the catalogue on one fabric, with tiers, measurements and bad links.
  mutating func cluster() throws -> ClusterTopology {
    let presets = ["DGX-H100", "DGX-A100", "GB200-NVL72", "MI300X-platform"]
    let groups = try (0..<Int.random(in: 1...3, using: &self)).map { index in
      try NodeGroup.of(
        presets.randomElement(using: &self) ?? "DGX-H100", name: "g\(index)",
        nodes: Int.random(in: 1...24, using: &self))
    }
    let nodes = groups.reduce(0) { $0 + $1.nodes }
    let leaf = Int.random(in: 1...8, using: &self)
    let levels = [
      Fabric.Level(nodesPerSwitch: leaf, oversubscription: .random(in: 1...4, using: &self)),
      Fabric.Level(nodesPerSwitch: 2 * leaf, oversubscription: .random(in: 1...4, using: &self)),
    ]
    let rates = (0..<nodes * nodes).map { _ in Float.random(in: 1...500, using: &self) }
    let links = (0..<nodes / 2).map { _ in
      ClusterHealth.BadLink(
        from: Int.random(in: 0..<nodes, using: &self), to: Int.random(in: 0..<nodes, using: &self),
        factor: .random(in: 0.1...1, using: &self))
    }
    return try ClusterTopology(
      name: "random", nodeGroups: groups,
      fabrics: [Fabric(name: "ib", kind: .infiniband, levels: levels)],
      measured: Bool.random(using: &self)
        ? MeasuredBandwidth(nodes: nodes, gigabytesPerSecond: rates) : nil,
      health: ClusterHealth(badLinks: links))
  }
}
