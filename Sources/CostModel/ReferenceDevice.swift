import ClusterTopology
import ParallelismVocabulary
import Quantities

/// The device that a step is priced on: the cluster's accelerator, or, where there are several
/// kinds, one that is as weak as the weakest in every respect.
///
/// A synchronous step waits for its slowest rank, so a plan that gives every rank the same work is
/// paced by it; memory must fit on the smallest.
public struct ReferenceDevice: Sendable {
  public let name: String
  public let memory: Bytes
  public let memoryBandwidth: BytesPerSecond
  public let calibration: KernelCalibration
  /// The kinds of accelerator that it stands for.
  public let kinds: [String]
  private let peaks: [Precision: FLOPsPerSecond]

  /// The reference of a cluster; a node's health slows every rank that waits for it.
  public init(cluster: ClusterTopology, calibration: Calibration = .shipped) {
    let accelerators = cluster.nodeGroups.map(\.accelerator)
    var weakest = accelerators[0]
    var peaks: [Precision: FLOPsPerSecond] = [:]
    let health = (0..<cluster.nodeCount).reduce(1.0) { min($0, cluster.computeFactor(ofNode: $1)) }
    for precision in Precision.allCases {
      let rates = accelerators.compactMap { $0.peak(precision) }
      if rates.count == accelerators.count, let least = rates.min() {
        peaks[precision] = health * least
      }
    }
    for accelerator in accelerators.dropFirst()
    where (accelerator.peak(.bf16) ?? .zero) < (weakest.peak(.bf16) ?? .zero) {
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
    self.calibration = calibration.kernels(of: weakest)
    self.peaks = peaks
  }

  /// The dense rate of a number format; `nil` where an accelerator of the cluster lacks it.
  public func peak(_ precision: Precision) -> FLOPsPerSecond? { peaks[precision] }
}
