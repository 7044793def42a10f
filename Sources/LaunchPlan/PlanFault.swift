/// One invariant of the plan document that does not hold.
public struct PlanFault: Sendable, Hashable, CustomStringConvertible {
  /// What breaks: the plan itself, or only what is claimed about it.
  public enum Subject: Sendable, Hashable {
    case plan, certificate
  }

  public let subject: Subject
  /// Where, from the document's root: `stages[3].chunks`.
  public let path: String
  /// What was found and what must hold, as the rest of a sentence that starts with the path.
  public let predicate: String

  public init(_ path: String, _ predicate: String, subject: Subject = .plan) {
    self.subject = subject
    self.path = path
    self.predicate = predicate
  }

  public var description: String { "\(path) \(predicate)" }
}

/// All invariants of a plan document that do not hold, in the order of its keys.
public struct PlanFaults: Error, Sendable, Hashable, CustomStringConvertible {
  public let faults: [PlanFault]

  public init(_ faults: [PlanFault]) { self.faults = faults }

  public var description: String { faults.map(\.description).joined(separator: "\n") }
}
