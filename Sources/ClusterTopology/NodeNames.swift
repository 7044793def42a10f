/// The names of a group's nodes, without a string for each.
public enum NodeNames: Sendable, Hashable {
  /// The prefix, a hyphen and the index from 0, padded to the width of the last.
  case generated(prefix: String, count: Int)
  /// Names as they stand.
  case listed([String])

  public var count: Int {
    switch self {
    case .generated(_, let count): count
    case .listed(let names): names.count
    }
  }

  /// The name of the node at an index of the group.
  public subscript(index: Int) -> String {
    switch self {
    case .generated(let prefix, let count):
      let digits = String(index)
      let width = String(max(0, count - 1)).utf8.count
      return prefix + "-" + String(repeating: "0", count: width - digits.utf8.count) + digits
    case .listed(let names): return names[index]
    }
  }
}
