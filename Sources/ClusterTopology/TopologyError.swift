/// Parts of a cluster that do not fit together; groups are named by their index.
public enum TopologyError: Error, Hashable, Sendable {
  case noNodes
  case emptyGroup(group: Int)
  case tooManyNodes
  case nameCount(group: Int, names: Int)
  case domainSize(group: Int)
  case unknownFabric(group: Int)
  case noNetwork(group: Int)
  case unconnected(group: Int, other: Int)
  case measuredSize(nodes: Int, rows: Int)
}
