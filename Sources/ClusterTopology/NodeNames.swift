/// The names of a group's nodes, made when they are asked for.
public enum NodeNames: Sendable, Hashable {
  /// The prefix, a hyphen and the index from 0, padded to the width of the last.
  case generated(prefix: String, count: Int)
  /// Names in Slurm's notation: `a[001-016,020],b7`.
  case hostList(HostList)
  /// Names as they stand.
  case listed([String])

  /// Whether nobody named the nodes.
  public var isGenerated: Bool {
    if case .generated = self { true } else { false }
  }

  public var count: Int {
    switch self {
    case .generated(_, let count): count
    case .hostList(let list): list.count
    case .listed(let names): names.count
    }
  }

  /// The name of the node at an index of the group.
  public subscript(index: Int) -> String {
    switch self {
    case .generated(let prefix, let count):
      prefix + "-" + index.padded(to: String(max(0, count - 1)).utf8.count)
    case .hostList(let list): list[index]
    case .listed(let names): names[index]
    }
  }
}

extension Int {
  /// The digits of a count, with zeros in front up to a width.
  func padded(to width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
  }
}
