import InputFiles

extension LaunchPlan {
  /// The document, with its keys in the order of the contract.
  public func json() throws -> JSONValue { try JSONValue(encoding: self) }
}

extension Infeasibility {
  /// The document that stands where a plan would, when nothing fits.
  public func json() throws -> JSONValue {
    guard case .object(let members) = try JSONValue(encoding: self) else { return .null }
    return .object(
      [
        .init("formatVersion", .string(FormatVersion.current.description)),
        .init("kind", "infeasible"),
      ] + members)
  }
}
