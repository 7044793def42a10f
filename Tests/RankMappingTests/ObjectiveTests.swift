import Quantities
import Testing

@testable import RankMapping

@Suite("A mapping's time is its slowest pipeline and the exchange that ends last")
struct ObjectiveTests {
  /// Four nodes; from i to j at 1, 2, 4 or 8 GB/s.
  private let bandwidth = NodeBandwidth(
    count: 4,
    rates: [
      1, 1, 2, 4,
      2, 1, 8, 1,
      4, 8, 1, 2,
      4, 2, 1, 1,
    ].map { $0 * 1e9 })

  private func problem(
    stages: Int, replicas: Int, slack: [Double]? = nil, bytes: [Double]? = nil
  ) -> MappingProblem {
    MappingProblem(
      grid: MappingGrid(stages: stages, replicas: replicas), bandwidth: bandwidth,
      traffic: StepTraffic(
        hopBytes: Bytes(2e9), roundTrips: 3,
        exchangeBytes: (bytes ?? Array(repeating: 4, count: stages)).map { Bytes($0 * 1e9) },
        slack: slack?.map(Seconds.init)))
  }

  @Test("Two stages of two replicas by hand")
  func squareByHand() {
    // Stage 0 is nodes 0 and 1, stage 1 nodes 2 and 3. Hops, 3 × 2 GB each way: 0–2 at 2 and 4 GB/s
    // take 3 + 1.5 s, 1–3 at 1 and 2 GB/s take 6 + 3 s. A ring of two sends 1 × 4 GB both ways: 0–1 at
    // 1 GB/s takes 4 s, 2–3 at 1 GB/s (back) 4 s.
    let time = problem(stages: 2, replicas: 2).time(of: NodeMapping(nodes: [0, 1, 2, 3]))
    #expect(time.pipeline == Seconds(9))
    #expect(time.synchronisation == Seconds(4))
    #expect(time.total == Seconds(13))
  }

  @Test("A later stage's slack hides its exchange, a smaller one's share shortens it")
  func slackAndShares() {
    let withSlack = problem(stages: 2, replicas: 2, slack: [0, 1.5], bytes: [2, 4])
    // Stage 0: half of 4 s; stage 1: 4 s less 1.5 s.
    #expect(
      withSlack.time(of: NodeMapping(nodes: [0, 1, 2, 3])).synchronisation == Seconds(2.5))
    let withMore = problem(stages: 2, replicas: 2, slack: [9, 9])
    #expect(withMore.time(of: NodeMapping(nodes: [0, 1, 2, 3])).synchronisation == .zero)
  }

  @Test("One stage has no hops, one replica no exchange")
  func lines() {
    let ring = problem(stages: 1, replicas: 4).time(of: NodeMapping(nodes: [0, 2, 1, 3]))
    // 2 · 3/4 · 4 GB over 0→2 (2), 2→1 (8), 1→3 (1), 3→0 (4): the slowest takes 6 s.
    #expect(ring.pipeline == .zero)
    #expect(ring.synchronisation == Seconds(6))
    // The other way round: 0→3 (4), 3→1 (2), 1→2 (8), 2→0 (4).
    let other = problem(stages: 1, replicas: 4).time(of: NodeMapping(nodes: [0, 3, 1, 2]))
    #expect(other.synchronisation == Seconds(3))
    let line = problem(stages: 4, replicas: 1).time(of: NodeMapping(nodes: [0, 1, 2, 3]))
    #expect(line.synchronisation == .zero)
    // 0–1: 6 + 3; 1–2: 0.75 + 0.75; 2–3: 3 + 6.
    #expect(line.pipeline == Seconds(19.5))
  }

  @Test("Latency counts once for each message")
  func latency() {
    let slow = NodeBandwidth(
      count: 4, rates: bandwidth.rates, latencies: Array(repeating: 0.5, count: 16))
    let problem = MappingProblem(
      grid: MappingGrid(stages: 2, replicas: 2), bandwidth: slow,
      traffic: StepTraffic(
        hopBytes: Bytes(2e9), roundTrips: 3, exchangeBytes: [Bytes(4e9), Bytes(4e9)]))
    let time = problem.time(of: NodeMapping(nodes: [0, 1, 2, 3]))
    #expect(time.pipeline == Seconds(9 + 3))
    #expect(time.synchronisation == Seconds(4 + 1))
  }

  @Test("Several snapshots count with the slower rate of each pair")
  func snapshots() {
    let first = NodeBandwidth(count: 2, rates: [1, 5, 7, 1])
    let second = NodeBandwidth(count: 2, rates: [1, 6, 4, 1], latencies: [0, 1, 2, 0])
    let slowest = NodeBandwidth.slowest(of: [first, second])
    #expect(slowest == NodeBandwidth(count: 2, rates: [1, 5, 4, 1], latencies: [0, 1, 2, 0]))
    #expect(slowest.symmetrised.rates == [1, 4, 4, 1])
    #expect(slowest.symmetrised.latencies == [0, 2, 2, 0])
  }
}
