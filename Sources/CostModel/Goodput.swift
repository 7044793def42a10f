import ClusterTopology
import Quantities

/// How much of the time a job makes progress where nodes fail, and how it best prepares for that.
///
/// Failures come at random, M = (time between failures of a node) / nodes apart on average. Of every
/// interval τ between checkpoints that take δ, with a restart R after each failure, the share
/// `τ / (M·e^(R/M)·(e^((τ + δ)/M) − 1))` of the time is progress that is not lost. τ is the whole number
/// of steps with the largest share; it lies near √(2δM).
/// - Source: Daly 2006, "A higher order estimate of the optimum checkpoint interval for restart
///   dumps", eq. 20.
public struct Goodput: Hashable, Sendable {
  /// The share of the time that is progress, from 0 to 1.
  public let share: Double
  /// A checkpoint is written after so many steps.
  public let checkpointSteps: Int
  public let timeBetweenFailures: Seconds
  /// The spare nodes with which, 99 times in 100, no failed node is missed while it is away.
  public let spareNodes: Int

  public init(step: Seconds, nodes: Int, failures: FailureRate) {
    let mean = failures.perNode / Double(nodes)
    func share(_ steps: Int) -> Double {
      let interval = Double(steps) * step
      let exposed = ((interval + failures.checkpoint) / mean).exponential - 1
      return (interval / mean) / ((failures.restart / mean).exponential * exposed)
    }
    // The share rises up to the best number of steps and falls, at last to nothing, after it.
    var (low, high) = (1, 2)
    while high < 1 << 30, share(high) > share(high - 1) { (low, high) = (high, 2 * high) }
    while low < high {
      let middle = (low + high) / 2
      if share(middle + 1) > share(middle) { low = middle + 1 } else { high = middle }
    }
    checkpointSteps = low
    self.share = max(0, share(low))
    timeBetweenFailures = mean
    spareNodes = Self.spares(away: failures.repair / mean)
  }

  /// The least count that a Poisson variable of a mean stays at or under in 99 of 100 cases; beyond a
  /// mean of 500 by the normal distribution, whose quantile is 2.326.
  private static func spares(away mean: Double) -> Int {
    guard mean < 500 else { return Int(min(1e9, mean + 2.326 * mean.squareRoot()).rounded(.up)) }
    var probability = (-mean).exponential
    var sum = probability
    var count = 0
    while sum < 0.99 {
      count += 1
      probability *= mean / Double(count)
      sum += probability
    }
    return count
  }
}
