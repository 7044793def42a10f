import Quantities

/// What a check of a plan found.
public struct CheckReport: Sendable, Hashable {
  /// In the order of the document's keys.
  public var violations: [Violation] = []
  /// What was examined, one phrase each: `9,870 frames counted`.
  public var examined: [String] = []
  /// The plan's step as simulated again; `nil` where the plan cannot be priced.
  public var step: Seconds?
  /// The frames of the declared space as counted again; `nil` where nothing can be priced.
  public var frames: Int?
  /// The least that the evidence leaves possible, as composed again.
  public var bound: Seconds?

  public var isFeasible: Bool { violations.allSatisfy(\.isCertificate) }
  public var certificateHolds: Bool { !violations.contains(where: \.isCertificate) }
}
