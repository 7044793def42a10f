import Quantities

/// How often nodes fail, and what a failure costs a job.
public struct FailureRate: Sendable, Hashable {
  /// The mean time between two failures of one node.
  public var perNode: Seconds
  /// From a failure to the next step, with a spare node at hand.
  public var restart: Seconds
  /// What all ranks wait for while a checkpoint is written.
  public var checkpoint: Seconds
  /// How long a failed node is away.
  public var repair: Seconds

  public init(perNode: Seconds, restart: Seconds, checkpoint: Seconds, repair: Seconds) {
    self.perNode = perNode
    self.restart = restart
    self.checkpoint = checkpoint
    self.repair = repair
  }

  /// What is taken where a file states how often nodes fail and nothing else: ten minutes, half a
  /// minute and a day.
  public static func assumed(perNode: Seconds) -> FailureRate {
    FailureRate(
      perNode: perNode, restart: Seconds(600), checkpoint: Seconds(30), repair: Seconds(86_400))
  }
}
