import ClusterTopology
import CostModel
import Quantities
import SeededRandom
import Testing

@testable import Planner

@Suite(
  "The slowest of the links that join groups of nodes is no faster than the threshold, anywhere")
struct HostThresholdsTests {
  /// Six nodes of one device, whose links were measured.
  private func cluster(_ rates: [Float]) throws -> ClusterTopology {
    let toys = try ClusterFile.parse(
      """
      { "name": "six", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ { "name": "n", "nodes": 6, "acceleratorsPerNode": 1,
          "accelerator": { "name": "toy", "visibleMemoryGiB": 24,
            "peakTeraFLOPS": { "bf16": 60 }, "memoryGigabytesPerSecond": 800 },
          "scaleUp": { "kind": "nvswitch", "accelerators": 1, "gigabytesPerSecond": 100 },
          "nics": { "fabric": "ib", "perNode": 1, "gigabitsPerSecond": 4000 } } ] }
      """
    ).topology
    return try ClusterTopology(
      name: toys.name, nodeGroups: toys.nodeGroups, fabrics: toys.fabrics,
      measured: MeasuredBandwidth(nodes: 6, gigabytesPerSecond: rates))
  }

  @Test("Rings of two, three and six nodes and chains of three, over all orders of 40 clusters")
  func rings() throws {
    var random = SplitMix(seed: 77)
    var tight = 0
    for _ in 0..<40 {
      let rates = (0..<36).map { _ in Float(Int.random(in: 1...30, using: &random)) }
      let thresholds = HostThresholds(try cluster(rates), .shipped)
      func rate(_ one: Int, _ other: Int) -> Double { Double(rates[one * 6 + other]) }
      var (ring, chain) = ([2: 0.0, 3: 0, 6: 0], 0.0)
      forEachOrder(6) { order in
        for size in [2, 3, 6] {
          let slowest =
            (0..<6).map { place in
              let start = place / size * size
              return rate(order[place], order[start + (place - start + 1) % size])
            }.min() ?? 0
          ring[size] = max(ring[size] ?? 0, slowest)
        }
        chain = max(chain, [0, 1, 3, 4].map { rate(order[$0], order[$0 + 1]) }.min() ?? 0)
      }
      for (size, best) in ring {
        let bound = thresholds.slowest(groups: 6 / size, nodes: size, senders: 6).rate.gigabytes
        #expect(bound >= best * (1 - 1e-9), "rings of \(size): \(bound) of \(best)")
        if bound <= best * (1 + 1e-9) { tight += 1 }
      }
      let bound = thresholds.slowest(groups: 2, nodes: 3, senders: 4).rate.gigabytes
      #expect(bound >= chain * (1 - 1e-9), "chains: \(bound) of \(chain)")
    }
    #expect(tight > 10, "\(tight)")
  }

  private func forEachOrder(_ count: Int, _ body: ([Int]) -> Void) {
    var order = Array(0..<count)
    func place(_ next: Int) {
      guard next < count else { return body(order) }
      for other in next..<count {
        order.swapAt(next, other)
        place(next + 1)
        order.swapAt(next, other)
      }
    }
    place(0)
  }
}
