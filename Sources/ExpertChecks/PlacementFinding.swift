/// What does not hold in a placement of experts or in its certificate.
public struct PlacementFinding: Sendable, Equatable, CustomStringConvertible {
  /// Whether the certificate is at fault, and not the placement.
  public let isCertificate: Bool
  public let message: String

  public init(isCertificate: Bool = false, _ message: String) {
    self.isCertificate = isCertificate
    self.message = message
  }

  public var description: String { message }
}
