/// The version of the plan document's keys and their meaning, written `major.minor`.
///
/// A newer minor version only adds keys, so it can be read by ignoring them; a newer major version
/// may have changed what a key means.
public struct FormatVersion: Sendable, Hashable {
  public let major: Int
  public let minor: Int

  public init(major: Int, minor: Int) {
    self.major = major
    self.minor = minor
  }

  /// What this program writes.
  public static let current = FormatVersion(major: 1, minor: 0)

  /// The version that a text such as `1.0` names.
  public init?(_ text: String) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 1, minor >= 0
    else { return nil }
    self.init(major: major, minor: minor)
  }

  public var isReadable: Bool { major <= Self.current.major }
}

extension FormatVersion: CustomStringConvertible {
  public var description: String { "\(major).\(minor)" }
}

extension FormatVersion: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let version = FormatVersion(text) else {
      throw DecodingError.dataCorruptedError(
        in: container, debugDescription: "is '\(text)', but must be a version such as '1.0'")
    }
    guard version.isReadable else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "is \(version), but this program reads plans up to version \(Self.current.major); "
          + "update the program, or make the plan again with this one")
    }
    self = version
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}
