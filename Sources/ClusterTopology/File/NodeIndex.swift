/// The number of each node by its name.
struct NodeIndex {
  let count: Int
  private let numbers: [String: Int]
  private let groups: [NodeGroup]

  /// - Parameter report: called with a group, a name, and the first group that has it, for the
  ///   first name of the group that an earlier node has already.
  init(_ groups: [NodeGroup], report: (_ group: Int, _ name: String, _ earlier: Int) -> Void) {
    self.groups = groups
    var numbers: [String: Int] = [:]
    numbers.reserveCapacity(groups.reduce(0) { $0 + $1.nodes })
    var next = 0
    for (group, value) in groups.enumerated() {
      var isReported = false
      for place in 0..<value.nodes {
        let name = value.names[place]
        if let earlier = numbers.updateValue(next, forKey: name), !isReported {
          report(group, name, Self.group(of: earlier, groups))
          isReported = true
        }
        next += 1
      }
    }
    count = next
    self.numbers = numbers
  }

  subscript(name: String) -> Int? { numbers[name] }

  /// The names by which to guess what a wrong one meant: all of a cluster of usual size.
  var candidates: [String] {
    Array(
      groups.lazy.flatMap { group in (0..<group.nodes).lazy.map { group.names[$0] } }
        .prefix(4_096))
  }

  /// The first nodes that are not among some numbers, by name.
  func names(without numbers: Set<Int>, atMost limit: Int) -> [String] {
    var names: [String] = []
    var next = 0
    for group in groups {
      for place in 0..<group.nodes {
        if names.count == limit { return names }
        if !numbers.contains(next) { names.append(group.names[place]) }
        next += 1
      }
    }
    return names
  }

  private static func group(of node: Int, _ groups: [NodeGroup]) -> Int {
    var first = 0
    for (index, group) in groups.enumerated() {
      first += group.nodes
      if node < first { return index }
    }
    return groups.count - 1
  }
}
