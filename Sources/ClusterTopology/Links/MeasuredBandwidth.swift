import Quantities

/// What each node was measured to send to each other node, as the minimum over snapshots.
///
/// Rows are senders, columns receivers. Entries are kept in single precision: 16 MiB for 2,048
/// nodes, and seven digits are more than any measurement has.
public struct MeasuredBandwidth: Sendable, Hashable {
  /// The file that a snapshot was read from, and what was in it.
  public struct Source: Sendable, Hashable {
    /// The path as the cluster file gives it.
    public var path: String
    /// The key of the unit of its entries, such as `gigabytesPerSecond`.
    public var unit: String
    /// SHA-256 of its bytes, in hexadecimal.
    public var sha256: String

    public init(path: String, unit: String, sha256: String) {
      self.path = path
      self.unit = unit
      self.sha256 = sha256
    }
  }

  public let nodes: Int
  public let sources: [Source]
  /// In 10⁹ bytes a second, so that whole figures stay whole.
  @usableFromInline let entries: [Float]
  /// The entries of each source, where there are several.
  let snapshots: [[Float]]

  /// - Parameter gigabytesPerSecond: `nodes` × `nodes` positive entries in 10⁹ bytes a second, row
  ///   by row; the diagonal is not read.
  public init(nodes: Int, gigabytesPerSecond: [Float], sources: [Source] = []) {
    self.init(
      nodes: nodes, gigabytesPerSecond: gigabytesPerSecond, sources: sources, snapshots: [])
  }

  /// - Parameter snapshots: one for each source, or none.
  init(nodes: Int, gigabytesPerSecond: [Float], sources: [Source], snapshots: [[Float]]) {
    precondition(gigabytesPerSecond.count == nodes * nodes, "a square matrix has n × n entries")
    precondition(
      snapshots.isEmpty || snapshots.count == sources.count, "a snapshot for each source")
    self.nodes = nodes
    self.entries = gigabytesPerSecond
    self.sources = sources
    self.snapshots = snapshots
  }

  /// The rate from one node to another; infinite from a node to itself.
  @inlinable public func rate(from: Int, to: Int) -> BytesPerSecond {
    from == to ? .infinity : .gigabytes(Double(entries[from * nodes + to]))
  }
}
