import ParallelismVocabulary
import Quantities

/// One device as a framework sees it: a GPU, one die of a two-die package, or an accelerator card.
public struct Accelerator: Sendable, Hashable {
  public var name: String
  public var vendor: String
  public var architecture: Architecture
  /// What a framework can allocate before its own context, not the figure on the box.
  public var visibleMemory: Bytes
  /// Whether `visibleMemory` is only the marketed figure (decimal gigabytes), because no reading
  /// of a driver is on record; the true figure may be lower.
  public var memoryIsMarketed: Bool
  public var peaks: PeakRates
  public var memoryBandwidth: BytesPerSecond
  /// Streaming multiprocessors or compute units.
  public var computeUnits: Int?
  /// One direction of the link to the host's memory.
  public var hostLink: BytesPerSecond?

  public init(
    name: String, vendor: String, architecture: Architecture = .other, visibleMemory: Bytes,
    memoryIsMarketed: Bool = false, peaks: PeakRates, memoryBandwidth: BytesPerSecond,
    computeUnits: Int? = nil, hostLink: BytesPerSecond? = nil
  ) {
    self.name = name
    self.vendor = vendor
    self.architecture = architecture
    self.visibleMemory = visibleMemory
    self.memoryIsMarketed = memoryIsMarketed
    self.peaks = peaks
    self.memoryBandwidth = memoryBandwidth
    self.computeUnits = computeUnits
    self.hostLink = hostLink
  }

  /// The dense peak rate of matrix products in a precision, by the fall-back rules of `PeakRates`.
  @inlinable public func peak(_ precision: Precision) -> FLOPsPerSecond? {
    peaks.resolved(precision)?.rate
  }
}

/// The generation of a device's matrix units, which decides its kernels' efficiency.
public enum Architecture: String, CaseIterable, Codable, Sendable, Hashable {
  case volta, turing, ampere, ada, hopper, blackwell, blackwellUltra
  case cdna2, cdna3, cdna4
  case gaudi2, gaudi3
  case tpu, neuronCore
  case other
}
