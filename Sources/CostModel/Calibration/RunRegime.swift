import ClusterTopology
import ModelDescription

/// What decides how well a run can be predicted: its software, the generation of its devices, how
/// many nodes it spans, and whether its model has experts.
public struct RunRegime: Hashable, Sendable, Codable, Comparable {
  /// How far a job reaches.
  public enum Size: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
    /// No network is crossed.
    case oneNode
    /// 2 to 64 nodes.
    case severalNodes
    /// More than 64 nodes.
    case manyNodes

    public init(nodes: Int) {
      self = nodes <= 1 ? .oneNode : nodes <= 64 ? .severalNodes : .manyNodes
    }

    public static func < (left: Size, right: Size) -> Bool { left.order < right.order }

    private var order: Int {
      switch self {
      case .oneNode: 0
      case .severalNodes: 1
      case .manyNodes: 2
      }
    }
  }

  /// The identity of the stack.
  public var stack: String
  public var architecture: Architecture
  public var size: Size
  /// Whether the model has routed experts, whose kernels and exchanges vary most.
  public var hasExperts: Bool

  public init(stack: String, architecture: Architecture, size: Size, hasExperts: Bool = false) {
    self.stack = stack
    self.architecture = architecture
    self.size = size
    self.hasExperts = hasExperts
  }

  /// The regime of a job on a cluster: its devices in node order, the generation of the first.
  public init(
    stack: String, cluster: ClusterTopology, devices: Int, model: ModelDescription? = nil
  ) {
    var nodes = 0
    var held = 0
    for group in cluster.nodeGroups where held < devices {
      let needed = (devices - held + group.acceleratorsPerNode - 1) / group.acceleratorsPerNode
      nodes += min(needed, group.nodes)
      held += group.devices
    }
    self.init(
      stack: stack, architecture: cluster.nodeGroups.first?.accelerator.architecture ?? .other,
      size: Size(nodes: nodes),
      hasExperts: model?.hasRoutedExperts ?? false)
  }

  public static func < (left: RunRegime, right: RunRegime) -> Bool {
    left.key < right.key
  }

  private var key: (String, String, Size, Int) {
    (stack, architecture.rawValue, size, hasExperts ? 1 : 0)
  }
}
