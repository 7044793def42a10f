/// The largest size in bytes that a kind of input may have, so that a wrong file is refused
/// before it is read.
public struct InputLimit: Sendable, Hashable {
  /// The kind of input with its article, as it stands in a message: "a cluster file".
  public let kind: String
  public let bytes: Int

  public init(kind: String, bytes: Int) {
    self.kind = kind
    self.bytes = bytes
  }

  public init(kind: String, mebibytes: Int) {
    self.init(kind: kind, bytes: mebibytes << 20)
  }
}
