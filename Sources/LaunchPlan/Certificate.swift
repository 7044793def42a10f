import Quantities

/// The proof that no plan of a stated space is much faster, with what a reader needs to check it by
/// arithmetic.
public struct Certificate: Sendable, Equatable, Codable {
  /// The plan's own step time.
  public var objective: Seconds
  /// No plan of the space has a shorter step than this.
  public var bound: Seconds
  /// (objective − bound) / objective.
  public var gap: Double
  /// Where the plan is not the fastest that was found but a simpler one: by what share of the fastest it
  /// may be slower; `nil` where it is the fastest.
  public var ties: Double?
  public var scope: Scope
  /// How the objective and the bound are composed, choice by choice.
  public var parts: [Part]
  public var evidence: Evidence

  /// - Parameter bound: at most the objective; the gap follows.
  public init(
    objective: Seconds, bound: Seconds, ties: Double? = nil, scope: Scope, parts: [Part],
    evidence: Evidence
  ) {
    self.ties = ties
    self.objective = objective
    self.bound = bound
    self.gap = Self.gap(objective: objective, bound: bound)
    self.scope = scope
    self.parts = parts
    self.evidence = evidence
  }

  /// (objective − bound) / objective; none where the two differ by rounding alone.
  public static func gap(objective: Seconds, bound: Seconds) -> Double {
    let gap = (objective - bound) / objective
    return abs(gap) < 1e-12 ? 0 : gap
  }

  private enum CodingKeys: String, CodingKey {
    case objective = "objectiveSeconds"
    case bound = "boundSeconds"
    case gap, ties, scope, parts, evidence
  }

  /// The objective and bound of one of the choices that make up a plan.
  public struct Part: Sendable, Hashable, Codable {
    public enum Name: String, CaseIterable, Sendable, Hashable, Codable {
      case schedule, mapping, experts, sequences
    }

    public var name: Name
    public var objective: Seconds
    public var bound: Seconds
    /// A sentence: how the bound is found.
    public var rule: String

    public init(name: Name, objective: Seconds, bound: Seconds, rule: String) {
      self.name = name
      self.objective = objective
      self.bound = bound
      self.rule = rule
    }

    private enum CodingKeys: String, CodingKey {
      case name
      case objective = "objectiveSeconds"
      case bound = "boundSeconds"
      case rule
    }
  }
}
