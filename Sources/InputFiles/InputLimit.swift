/// The largest size in bytes that a kind of input may have, so that a wrong file is refused
/// before it is read.
public struct InputLimit: Sendable, Hashable {
  /// The kind of input with its article, as it stands in a message: "a cluster file".
  public let kind: String
  /// The largest size that is read.
  public let bytes: Int

  /// A limit in bytes.
  public init(kind: String, bytes: Int) {
    self.kind = kind
    self.bytes = bytes
  }

  /// A limit in units of 2²⁰ bytes.
  public init(kind: String, mebibytes: Int) {
    self.init(kind: kind, bytes: mebibytes << 20)
  }

  /// The size in the largest unit in which it is a whole number.
  var words: String {
    for (unit, bytesEach) in [("GiB", 1 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)]
    where bytes > 0 && bytes.isMultiple(of: bytesEach) {
      return "\(bytes / bytesEach) \(unit)"
    }
    return "\(bytes) bytes"
  }
}
