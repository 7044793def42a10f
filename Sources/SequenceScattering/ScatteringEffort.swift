import LinearProgramming
import Quantities

/// How much work a search may do; what it finds depends on these counts alone, but for the time.
public struct ScatteringEffort: Sendable, Hashable {
  /// Simplex iterations, and 30 for each box, after which no further box is bounded; as many again
  /// for every 4,096 sequences, whose packings take longer too.
  public var boundWork = 3_500
  /// What may be spent of it without the bound rising by a twentieth of the gap that is left.
  public var patience = 1_500
  /// Sequences that all packings together may place, and the packings that there may be at least and at
  /// most: of few sequences, more find nothing new.
  public var placements = 400_000
  public var leastPackings = 600
  public var mostPackings = 30_000
  /// Whether to count groups and look for patterns of sequences that they cannot hold, where nothing
  /// else raises the bound; that takes longer.
  public var isProof = false
  /// The gap to stop at, as a share of the answer.
  public var gap = 0.003
  /// The time on the clock after which nothing new begins.
  public var deadline: ContinuousClock.Instant?

  public init() {}

  /// The effort of a proof: what time allows beside other work is of no concern.
  public static var proving: ScatteringEffort {
    var effort = ScatteringEffort()
    effort.boundWork *= 30
    effort.patience *= 30
    effort.placements *= 30
    effort.gap = 1e-4
    effort.isProof = true
    return effort
  }

  var isOver: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }
}

/// A scattering, with the proof of how far from the best it may be.
public struct ScatteringResult: Sendable {
  public let scattering: Scattering
  /// Seconds of the batch.
  public let time: Seconds
  public let certificate: ScatteringCertificate
  /// Boxes bounded, what that took (as `ScatteringEffort.boundWork`), and packings made.
  public let boxes: Int
  public let boundWork: Int
  public let packings: Int

  public var bound: Seconds { Seconds(certificate.bound) }
  /// (time − bound) / time.
  public var gap: Double { time.value > 0 ? max(0, 1 - certificate.bound / time.value) : 0 }
}
