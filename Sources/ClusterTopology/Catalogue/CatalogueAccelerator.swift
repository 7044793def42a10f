import Quantities

/// An accelerator of the catalogue, with the origin of each of its figures.
public struct CatalogueAccelerator: Sendable {
  public let accelerator: Accelerator
  /// Further names under which a cluster file may ask for it.
  public let aliases: [String]
  /// The memory on the box, in 10⁹ bytes.
  public let marketedGigabytes: Double
  /// How such accelerators are usually joined inside a node; `nil` where that has no source.
  public let wiring: Wiring?
  /// The origins as written in the table: a figure and the keys of its sources, `peaks lf,stas`.
  public let origins: [String]
  /// What disagrees, and what was chosen.
  public let note: String?

  /// - Parameters:
  ///   - visibleMiB: what a driver or a framework reports; `nil` where no reading is on record, so
  ///     that the marketed figure stands.
  ///   - memory: the memory's rate in 10⁹ bytes a second.
  ///   - host: one direction of the host link in 10⁹ bytes a second.
  init(
    _ name: String, aliases: [String] = [], _ vendor: String, _ architecture: Architecture,
    marketed: Double, visibleMiB: Double?, _ peaks: PeakRates, memory: Double, units: Int? = nil,
    host: Double? = nil, _ wiring: Wiring?, _ origins: [String], note: String? = nil
  ) {
    self.accelerator = Accelerator(
      name: name, vendor: vendor, architecture: architecture,
      visibleMemory: visibleMiB.map(Bytes.mebibytes) ?? Bytes(marketed * 1e9),
      memoryIsMarketed: visibleMiB == nil, peaks: peaks, memoryBandwidth: .gigabytes(memory),
      computeUnits: units, hostLink: host.map(BytesPerSecond.gigabytes))
    self.aliases = aliases
    self.marketedGigabytes = marketed
    self.wiring = wiring
    self.origins = origins
    self.note = note
  }

  public var name: String { accelerator.name }

  /// The origins spelt out: what the figure is, and where it was read.
  public var originSentences: [(figure: String, sources: [String])] {
    Catalogue.sentences(origins)
  }
}
