import ClusterTopology
import Quantities
import Testing

@testable import CostModel

@Suite(
  "Where nodes fail, a job makes progress for a share of the time, most with the best checkpoints")
struct GoodputTests {
  private func failures(hours: Double, checkpoint: Double = 30) -> FailureRate {
    var rate = FailureRate.assumed(perNode: Seconds(3_600 * hours))
    rate.checkpoint = Seconds(checkpoint)
    return rate
  }

  /// Daly's share with a checkpoint every so many steps, written out.
  private func share(_ steps: Int, step: Double, mean: Double, checkpoint: Double) -> Double {
    let interval = Double(steps) * step
    return interval
      / (mean * (600 / mean).exponential * (((interval + checkpoint) / mean).exponential - 1))
  }

  @Test("the number of steps between checkpoints is the best of all, and near √(2δM)")
  func checkpoints() {
    for (nodes, step, checkpoint) in [(1_000, 5.0, 30.0), (2_048, 12, 60), (64, 0.5, 5)] {
      let goodput = Goodput(
        step: Seconds(step), nodes: nodes, failures: failures(hours: 20_000, checkpoint: checkpoint)
      )
      let mean = 20_000 * 3_600.0 / Double(nodes)
      #expect(goodput.timeBetweenFailures == Seconds(mean))
      let shares = (1...20_000).map { share($0, step: step, mean: mean, checkpoint: checkpoint) }
      let best = shares.indices.max { shares[$0] < shares[$1] }
      #expect(goodput.checkpointSteps == best.map { $0 + 1 })
      #expect(abs(goodput.share - (shares.max() ?? 0)) < 1e-12)
      let young = (2 * checkpoint * mean).squareRoot()
      #expect(abs(Double(goodput.checkpointSteps) * step / young - 1) < 0.1)
    }
  }

  @Test("2,048 nodes with a failure every 3 hours make progress 85 % of the time")
  func large() {
    // 419 interruptions in 54 days: Llama 3 (2024), §3.3.4.
    let rate = failures(hours: 54.0 * 24 / 419 * 2_048, checkpoint: 60)
    let goodput = Goodput(step: Seconds(6), nodes: 2_048, failures: rate)
    #expect(abs(goodput.timeBetweenFailures.value / 3_600 - 3.09) < 0.01)
    #expect(abs(goodput.share - 0.8526) < 0.0001)
    #expect(goodput.checkpointSteps == 186)
  }

  @Test("more failures leave less, and more spares are needed")
  func monotone() {
    let nodes = [1, 16, 256, 4_096, 65_536]
    let goodputs = nodes.map {
      Goodput(step: Seconds(5), nodes: $0, failures: failures(hours: 20_000))
    }
    for (less, more) in zip(goodputs, goodputs.dropFirst()) {
      #expect(more.share < less.share)
      #expect(more.spareNodes >= less.spareNodes)
    }
    #expect(goodputs.allSatisfy { (0...1).contains($0.share) })
    // With one node away on average, 4 are not exceeded in 99.6 % of cases, 3 in 98.1 %.
    let one = Goodput(step: Seconds(5), nodes: 1_000, failures: failures(hours: 24_000))
    #expect(one.spareNodes == 4)
  }

  @Test(
    "a job that fails faster than it restarts makes hardly any progress, and the numbers stay finite"
  )
  func hopeless() {
    let goodput = Goodput(step: Seconds(1_000), nodes: 100_000, failures: failures(hours: 1))
    #expect(goodput.share == 0 || goodput.share < 1e-6)
    #expect(goodput.checkpointSteps >= 1)
  }
}
