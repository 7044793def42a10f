import ClusterTopology
import Quantities
import Testing

@testable import CostModel

@Suite("Collectives take the time of their algorithm on their links")
struct CollectiveTimesTests {
  /// Perfect curves: no latency, no ramp, all of the link's rate.
  private static let ideal: CollectiveTimes = {
    var calibration = KernelCalibration.hopper
    let curve = CollectiveCurve(
      latency: .zero, latencyPerDoubling: .zero, ramp: 0, efficiency: 1)
    calibration.allReduce = curve
    calibration.allGather = curve
    calibration.allToAll = curve
    return CollectiveTimes(calibration: calibration)
  }()

  /// `domains` of `together` members; 100 GB/s inside, `outer` between.
  private func group(_ domains: Int, of together: Int, outer: Double = 10) -> GroupLinks {
    GroupLinks(
      members: domains * together, membersPerDomain: together, domains: domains,
      inner: Link(latency: .zero, rate: .gigabytes(100)),
      outer: Link(latency: .microseconds(10), rate: .gigabytes(outer)))
  }

  private func isClose(_ time: Seconds, _ expected: Double) -> Bool {
    abs(time.value - expected) < 1e-12 + 1e-9 * expected
  }

  @Test("Inside a domain of 8 an all-reduce sends 14/8 of the data, an all-gather 7/8")
  func inside() {
    let eight = Bytes(8e9)
    #expect(isClose(Self.ideal.allReduce(eight, over: group(1, of: 8)), 0.14))
    #expect(isClose(Self.ideal.allGather(eight, over: group(1, of: 8)), 0.07))
    #expect(isClose(Self.ideal.reduceScatter(eight, over: group(1, of: 8)), 0.07))
    #expect(isClose(Self.ideal.allToAll(eight, over: group(1, of: 8)), 0.07))
  }

  @Test("Across 4 domains of 8 each member sends 3/4 of an eighth, beside the exchange inside")
  func hierarchical() {
    // Ring between domains: 3 · 10 µs + 3/4 · 1 GB / 10 GB/s; inside 0.07 s.
    #expect(isClose(Self.ideal.allGather(Bytes(8e9), over: group(4, of: 8)), 0.07503))
    #expect(isClose(Self.ideal.allReduce(Bytes(8e9), over: group(4, of: 8)), 2 * 0.07503))
    // With fast cards the exchange inside sets the pace.
    #expect(isClose(Self.ideal.allGather(Bytes(8e9), over: group(4, of: 8, outer: 100)), 0.07))
  }

  @Test("One member a domain leaves a plain ring")
  func plainRing() {
    #expect(isClose(Self.ideal.allGather(Bytes(1e9), over: group(4, of: 1)), 3e-5 + 0.075))
  }

  @Test("Short sums over 16 domains climb a tree of four hops and descend it, long ones go round")
  func tree() {
    #expect(isClose(Self.ideal.allReduce(Bytes(1e4), over: group(16, of: 1)), 2 * (4e-5 + 1e-6)))
    #expect(
      isClose(
        Self.ideal.allReduce(Bytes(1e9), over: group(16, of: 1)), 2 * (15e-5 + 15 / 16 * 0.1)))
  }

  @Test("Gathers and scatters over 16 domains go round the ring, however short")
  func ringOnly() {
    for bytes in [1e4, 1e9] {
      let ring = 15e-5 + 15 / 16 * bytes / 10e9
      #expect(isClose(Self.ideal.allGather(Bytes(bytes), over: group(16, of: 1)), ring))
      #expect(isClose(Self.ideal.reduceScatter(Bytes(bytes), over: group(16, of: 1)), ring))
    }
  }

  @Test("A ring through 8 members in each of 16 domains takes 15 hops between and 112 inside")
  func innerHops() {
    var group = group(16, of: 8)
    group.inner.latency = .microseconds(3)
    let ring = 15e-5 + 112 * 3e-6 + 15.0 / 16 * 1e-3
    #expect(isClose(Self.ideal.allGather(Bytes(8e7), over: group), ring))
    #expect(isClose(Self.ideal.reduceScatter(Bytes(8e7), over: group), ring))
    // Short sums climb chains of seven hops inside domains and a tree of four between.
    let tree = 4e-5 + 7 * 3e-6 + 1e-6
    #expect(isClose(Self.ideal.allReduce(Bytes(8e4), over: group), 2 * tree))
  }

  @Test("Training slows every collective inside a domain alike, and none between domains")
  func derate() {
    var calibration = KernelCalibration.hopper
    let alone = CollectiveTimes(calibration: calibration)
    calibration.collectiveDerate = 1.5
    let training = CollectiveTimes(calibration: calibration)
    let bytes = Bytes(1e9)
    let (inside, between) = (group(1, of: 8), group(4, of: 1))
    let collectives: [(CollectiveTimes, GroupLinks) -> Seconds] = [
      { $0.allReduce(bytes, over: $1) }, { $0.allGather(bytes, over: $1) },
      { $0.reduceScatter(bytes, over: $1) }, { $0.allToAll(bytes, over: $1) },
    ]
    for collective in collectives {
      #expect(isClose(collective(training, inside), 1.5 * collective(alone, inside).value))
      #expect(collective(training, between) == collective(alone, between))
    }
  }

  @Test("An all-to-all over two domains of 8 sends half of the data over the network")
  func exchange() {
    #expect(isClose(Self.ideal.allToAll(Bytes(1.6e9), over: group(2, of: 8)), 1e-5 + 0.08))
    // With fast cards, the 7/16 that stay inside set the pace.
    #expect(
      isClose(Self.ideal.allToAll(Bytes(1.6e9), over: group(2, of: 8, outer: 1000)), 0.007))
  }

  @Test("A message to a neighbour takes the slower link that the group has")
  func neighbour() {
    #expect(isClose(Self.ideal.send(Bytes(1e9), over: group(1, of: 8)), 0.01))
    #expect(isClose(Self.ideal.send(Bytes(1e9), over: group(2, of: 8)), 1e-5 + 0.1))
  }

  @Test("A group of one, and no data, take no time")
  func nothing() {
    for time in [
      Self.ideal.allReduce(Bytes(1e9), over: .alone),
      Self.ideal.allGather(.zero, over: group(2, of: 2)),
      Self.ideal.allToAll(Bytes(1e9), over: .alone), Self.ideal.send(Bytes(1e9), over: .alone),
    ] {
      #expect(time == .zero)
    }
  }

  @Test(
    "512 MiB over 8 devices reach the bus bandwidth that was measured, to 7 %",
    arguments: [
      ("A100", KernelCalibration.ampere, 300.0, 218.7, 205.2, 203.0),
      ("H100", .hopper, 450, 393.4, 335.6, 317.3), ("B200", .blackwell, 900, 669.7, 616.9, 562.7),
    ])
  func measuredBandwidth(
    name: String, calibration: KernelCalibration, link: Double, allReduce: Double,
    allGather: Double, allToAll: Double
  ) {
    let times = CollectiveTimes(calibration: calibration)
    var group = group(1, of: 8)
    group.inner.rate = .gigabytes(link)
    let bytes = Bytes(536_870_912)
    func bandwidth(_ time: Seconds, _ share: Double) -> Double { (share * bytes / time).gigabytes }
    #expect(abs(bandwidth(times.allReduce(bytes, over: group), 1.75) / allReduce - 1) < 0.07)
    #expect(abs(bandwidth(times.allGather(bytes, over: group), 0.875) / allGather - 1) < 0.07)
    #expect(abs(bandwidth(times.allToAll(bytes, over: group), 0.875) / allToAll - 1) < 0.07)
  }
}
