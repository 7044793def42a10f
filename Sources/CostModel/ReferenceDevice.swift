import ClusterTopology
import ParallelismVocabulary
import Quantities

/// The device that ranks with the same work are priced on: their accelerator, or, where they have
/// several kinds, one that is as weak as the weakest in every respect.
///
/// They wait for the slowest among them, and memory must fit on the smallest.
public struct ReferenceDevice: Sendable {
  public let name: String
  public let memory: Bytes
  public let memoryBandwidth: BytesPerSecond
  /// The link to the host, and a device's share of the host's memory and of its rate; its memory is
  /// `nil` where no node group tells it.
  public let hostLink: BytesPerSecond
  public let hostRate: BytesPerSecond
  public let hostMemory: Bytes?
  public let calibration: KernelCalibration
  /// The kinds of accelerator that it stands for.
  public let kinds: [String]
  /// The share of its nominal compute rate that the slowest node has left.
  public let health: Double
  private let peaks: [Precision: FLOPsPerSecond]

  /// The reference of a whole cluster.
  public init(cluster: ClusterTopology, calibration: Calibration = .shipped) {
    self.init(cluster: cluster, groups: 0..<cluster.nodeGroups.count, calibration: calibration)
  }

  /// The reference of some nodes of neighbouring groups.
  ///
  /// - Parameter health: the share of its nominal compute rate that the slowest of the nodes has left, for
  ///   which every rank waits; of all nodes of the groups by default.
  init(
    cluster: ClusterTopology, groups: Range<Int>, calibration: Calibration, health: Double? = nil
  ) {
    let accelerators = cluster.nodeGroups[groups].map(\.accelerator)
    let nodes =
      cluster.nodes(ofGroup: groups.lowerBound)
      .lowerBound..<cluster.nodes(
        ofGroup: groups.upperBound - 1
      ).upperBound
    var weakest = accelerators[0]
    var peaks: [Precision: FLOPsPerSecond] = [:]
    let health = health ?? cluster.leastComputeFactor(of: nodes)
    for precision in Precision.allCases {
      let rates = accelerators.compactMap { $0.peak(precision) }
      if rates.count == accelerators.count, let least = rates.min() {
        peaks[precision] = health * least
      }
    }
    // The rate of products that each reaches in training, not the nominal one.
    func reached(_ accelerator: Accelerator) -> Double {
      (accelerator.peak(.bf16)?.value ?? 0) / calibration.kernels(of: accelerator).derate(.bf16)
    }
    for accelerator in accelerators.dropFirst() where reached(accelerator) < reached(weakest) {
      weakest = accelerator
    }
    var kinds: [String] = []
    for accelerator in accelerators where !kinds.contains(accelerator.name) {
      kinds.append(accelerator.name)
    }
    self.name = kinds.joined(separator: " / ")
    self.kinds = kinds
    self.memory = accelerators.map(\.visibleMemory).min() ?? weakest.visibleMemory
    self.memoryBandwidth =
      accelerators.map(\.memoryBandwidth).min() ?? weakest.memoryBandwidth
    hostLink = accelerators.map { $0.hostLink ?? Self.usualHostLink }.min() ?? Self.usualHostLink
    let hosts = cluster.nodeGroups[groups]
    hostRate =
      hosts.map {
        ($0.hostMemoryBandwidth ?? Self.usualHostRate) / Double($0.acceleratorsPerNode)
      }.min() ?? Self.usualHostRate
    let shares = hosts.compactMap { group in
      group.hostMemory.map { $0 / Double(group.acceleratorsPerNode) }
    }
    hostMemory = shares.min()
    self.calibration = calibration.kernels(of: weakest)
    self.health = health
    self.peaks = peaks
  }

  /// What the device may use of its host's memory; infinite where no node group tells it.
  public var hostCapacity: Bytes { Self.hostMemoryShare * (hostMemory ?? .infinity) }

  /// Of a host's memory, the share that is left for training: the system and the loading of data take
  /// some.
  static let hostMemoryShare = 0.9
  /// One direction of sixteen lanes of PCIe 4.0.
  public static let usualHostLink = BytesPerSecond.gigabytes(31)
  /// Two sockets with eight channels of DDR4-3200 each.
  public static let usualHostRate = BytesPerSecond.gigabytes(410)

  /// The dense rate of a number format; `nil` where an accelerator of the cluster lacks it.
  public func peak(_ precision: Precision) -> FLOPsPerSecond? { peaks[precision] }
}
