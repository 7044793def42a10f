import Quantities

/// What a plan is to be best at.
public struct Goal: Sendable, Hashable {
  public enum Measure: String, CaseIterable, Codable, Sendable, Hashable {
    /// The shortest step.
    case time
    /// The lowest price of a step: of the nodes that it takes, for as long as it takes them.
    case cost
  }

  public var measure: Measure
  /// Plans whose steps take longer will not do; `nil` where any will.
  public var longestStep: Seconds?

  public init(_ measure: Measure = .time, longestStep: Seconds? = nil) {
    self.measure = measure
    self.longestStep = longestStep
  }

  public static let time = Goal()
}
