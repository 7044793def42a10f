import Quantities

/// Nodes that are alike: the same accelerators, wiring, cards and price.
public struct NodeGroup: Sendable, Hashable {
  public var name: String
  public var nodes: Int
  public var names: NodeNames
  public var acceleratorsPerNode: Int
  public var accelerator: Accelerator
  /// The fast domain; its size is a multiple of `acceleratorsPerNode`.
  public var scaleUp: ScaleUp
  /// The indices of a node's devices in the order in which neighbourhoods of its domain are consecutive:
  /// everything counts devices in it. Empty where that is the order of their indices.
  public var deviceOrder: [Int] = []
  /// `nil` where the group has no network of its own.
  public var nics: NICs?
  /// The memory of one host.
  public var hostMemory: Bytes?
  /// The rate of that memory, of a whole node.
  public var hostMemoryBandwidth: BytesPerSecond?
  /// In the currency of whoever wrote the file.
  public var pricePerNodeHour: Double?
  /// The preset that the group started from.
  public var preset: String?

  public init(
    name: String, nodes: Int, names: NodeNames? = nil, acceleratorsPerNode: Int,
    accelerator: Accelerator, scaleUp: ScaleUp, nics: NICs?, hostMemory: Bytes? = nil,
    hostMemoryBandwidth: BytesPerSecond? = nil,
    pricePerNodeHour: Double? = nil, preset: String? = nil
  ) {
    self.name = name
    self.nodes = nodes
    self.names = names ?? .generated(prefix: name, count: nodes)
    self.acceleratorsPerNode = acceleratorsPerNode
    self.accelerator = accelerator
    self.scaleUp = scaleUp
    self.nics = nics
    self.hostMemory = hostMemory
    self.hostMemoryBandwidth = hostMemoryBandwidth
    self.pricePerNodeHour = pricePerNodeHour
    self.preset = preset
  }

  /// The index of a node's device by its place.
  public var filledDevices: [Int] {
    deviceOrder.isEmpty ? Array(0..<acceleratorsPerNode) : deviceOrder
  }

  @inlinable public var devices: Int { nodes * acceleratorsPerNode }

  /// The nodes that share one scale-up domain: 1, or 18 in an NVL72 rack of four-GPU trays.
  @inlinable public var nodesPerDomain: Int {
    max(1, scaleUp.accelerators / acceleratorsPerNode)
  }

  /// Whether there are fewer cards than accelerators.
  @inlinable public var sharesCards: Bool { nics.map { $0.perNode < acceleratorsPerNode } ?? false }

  /// What each accelerator can send over the network when all of its node send at once.
  @inlinable public var networkRatePerAccelerator: BytesPerSecond? {
    nics.map { $0.total / Double(acceleratorsPerNode) }
  }
}
