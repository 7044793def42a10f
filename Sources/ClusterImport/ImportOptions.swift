import ClusterTopology
import InputFiles

/// What the user says beside the files; it stands above what they say.
public struct ImportOptions: Sendable {
  /// A node of the catalogue that the cluster's are.
  public var node: String?
  /// The accelerator's name in the catalogue.
  public var accelerator: String?
  public var nodes: Int?
  public var acceleratorsPerNode: Int?
  /// Network cards of a node.
  public var cards: Int?
  /// The rate of one card.
  public var gigabitsPerSecond: Double?
  public var fabric: Fabric.Kind?
  /// The cluster's name.
  public var name: String?

  public init() {}
}

/// What no file tells and the user must say, since nothing can be assumed in its place.
public enum ImportNeed: Error, Hashable, Sendable, CustomStringConvertible {
  case accelerator
  case acceleratorsPerNode
  /// The network cards, between that many nodes.
  case cards(nodes: Int)
  /// The rate of that many cards.
  case cardRate(cards: Int)
  /// The number of nodes that was given is not that of the hosts named.
  case nodeCount(given: Int, named: Int)
  /// The catalogue does not know how accelerators of the name are joined.
  case wiring(String)
  case noFile

  public var description: String {
    switch self {
    case .accelerator:
      "no file tells which accelerator the nodes have: give --accelerator NAME, such as "
        + "H100-SXM-80GB, or --node NAME of the catalogue ('plan init --list')"
    case .acceleratorsPerNode:
      "no file tells how many accelerators a node has: give --accelerators-per-node N, or --node "
        + "NAME of the catalogue"
    case .cards(let nodes):
      "no file tells the network cards between the \(nodes.counted("node")): give --cards N and "
        + "--gigabits-per-second RATE, or --node NAME of the catalogue"
    case .cardRate(let cards):
      "no file tells the rate of the \(cards) network cards of a node: give --gigabits-per-second "
        + "RATE, or --node NAME of the catalogue"
    case .nodeCount(let given, let named):
      "--nodes is \(given.grouped), but the files name \(named.counted("host")) with accelerators"
    case .wiring(let name):
      "no file tells how several \(name) are joined inside a node, and the catalogue does not know; "
        + "add the output of nvidia-smi topo -m"
    case .noFile: "no file is given"
    }
  }
}
