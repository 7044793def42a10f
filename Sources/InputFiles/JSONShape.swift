/// What a value in a file has to be: how it is read, and the words that say so when it is not.
///
/// Shapes compose, so that a reader's calls look like the schema that they check:
/// ```swift
/// object.required("nodes", .integer(.atLeast(1)))
/// object.optional("pricePerNodeHour", .number(.atLeast(0)))
/// object.optional("names", .array(of: .name, count: .atLeast(1)))
/// object.required("peakTeraFLOPS", .table(Precision.self, of: .number(.above(0))))
/// object.required("nics", .object(NICs.init))
/// ```
public struct JSONShape<Value> {
  /// What is allowed, as the end of "must be …": "a whole number of at least 1".
  public let expectation: String
  /// The value of a node, or nil once the log holds what is wrong with it.
  public let read: (JSONNode, FaultLog) -> Value?

  /// A shape of one's own: `read` reports to the log whatever it does not accept.
  public init(_ expectation: String, read: @escaping (JSONNode, FaultLog) -> Value?) {
    self.expectation = expectation
    self.read = read
  }

  /// The same shape with its value made into another.
  public func map<Other>(_ transform: @escaping (Value) -> Other) -> JSONShape<Other> {
    JSONShape<Other>(expectation) { node, log in read(node, log).map(transform) }
  }

  /// The same shape for the values that `transform` accepts; `expectation` says which these are.
  public func compactMap<Other>(
    _ expectation: String, _ transform: @escaping (Value) -> Other?
  ) -> JSONShape<Other> {
    JSONShape<Other>(expectation) { node, log in
      guard let value = read(node, log) else { return nil }
      if let other = transform(value) { return other }
      log.refuse(node, expected: expectation)
      return nil
    }
  }
}

extension FaultLog {
  /// Reports a value that is not what was expected: "nodes is 0, but must be at least 1".
  public func refuse(_ node: JSONNode, expected expectation: String) {
    error(at: node, "\(node.subject) is \(node.asRead), but must be \(expectation)")
  }
}
