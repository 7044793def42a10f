import Quantities

/// A node of the catalogue: accelerators, their wiring, and cards.
public struct NodePreset: Sendable {
  public let name: String
  /// Further names under which a cluster file may ask for it.
  public let aliases: [String]
  /// The accelerator's name in the catalogue.
  public let accelerator: String
  public let acceleratorsPerNode: Int
  /// The accelerators of one scale-up domain; more than a node's where a rack is one.
  public let domain: Int
  public let wiring: Wiring?
  /// Cards of the compute network and their rate in 10⁹ bits a second; `nil` where they differ
  /// from site to site or have no source.
  public let nics: (perNode: Int, gigabitsPerSecond: Double)?
  public let fabric: Fabric.Kind
  /// The latency of the fabric where it is known for this node.
  public let latencyMicroseconds: Double?
  public let hostMemoryGiB: Double?
  public let origins: [String]
  public let note: String?

  init(
    _ name: String, aliases: [String] = [], _ count: Int, _ accelerator: String,
    domain: Int? = nil, wiring: Wiring? = nil, nics: (Int, Double)?, _ fabric: Fabric.Kind,
    latency: Double? = nil, hostMemory: Double? = nil, _ origins: [String], note: String? = nil
  ) {
    self.name = name
    self.aliases = aliases + (name.split(separator: " ", maxSplits: 1).dropFirst().map(String.init))
    self.accelerator = accelerator
    self.acceleratorsPerNode = count
    self.domain = domain ?? count
    self.wiring = wiring
    self.nics = nics.map { ($0.0, $0.1) }
    self.fabric = fabric
    self.latencyMicroseconds = latency
    self.hostMemoryGiB = hostMemory
    self.origins = origins
    self.note = note
  }

  /// The fast domain; `nil` where the wiring has no source.
  public var scaleUp: ScaleUp? {
    let wiring = wiring ?? Catalogue.accelerator(accelerator)?.wiring
    return wiring?.scaleUp(accelerators: domain)
  }

  /// The origins spelt out: what the figure is, and where it was read.
  public var originSentences: [(figure: String, sources: [String])] {
    Catalogue.sentences(origins)
  }
}
