/// The names of a group's nodes, made when they are asked for.
public enum NodeNames: Sendable, Hashable {
  /// The prefix, a hyphen and the index from 0, padded to the width of the last.
  case generated(prefix: String, count: Int)
  /// Names in Slurm's notation: `a[001-016,020],b7`.
  case hostList(HostList)
  /// Names as they stand.
  case listed([String])
  /// Those at some places of other names.
  indirect case some(of: NodeNames, [Int])

  /// Whether nobody named the nodes.
  public var isGenerated: Bool {
    switch self {
    case .generated: true
    case .hostList, .listed: false
    case .some(let whole, _): whole.isGenerated
    }
  }

  /// The names at some places.
  func chosen(_ places: [Int]) -> NodeNames {
    if case .some(let whole, let own) = self { return .some(of: whole, places.map { own[$0] }) }
    return .some(of: self, places)
  }

  public var count: Int {
    switch self {
    case .generated(_, let count): count
    case .hostList(let list): list.count
    case .listed(let names): names.count
    case .some(_, let places): places.count
    }
  }

  /// The name of the node at an index of the group.
  public subscript(index: Int) -> String {
    switch self {
    case .generated(let prefix, let count):
      prefix + "-" + index.padded(to: String(max(0, count - 1)).utf8.count)
    case .hostList(let list): list[index]
    case .listed(let names): names[index]
    case .some(let whole, let places): whole[places[index]]
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
