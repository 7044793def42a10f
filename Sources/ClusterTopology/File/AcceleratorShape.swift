import InputFiles
import ParallelismVocabulary
import Quantities

extension JSONShape where Value == Accelerator {
  /// The name of an accelerator of the catalogue, or an object with its figures.
  ///
  /// An object may start from the catalogue by `preset`, or from `base` (that of the node preset),
  /// and then needs only the figures that differ.
  static func accelerator(base: Accelerator?) -> JSONShape {
    JSONShape("the name of an accelerator or an object") { node, log in
      if node.string != nil { return catalogueAccelerator.read(node, log) }
      guard node.members != nil else {
        log.refuse(node, expected: "the name of an accelerator or an object with its figures")
        return nil
      }
      return object { read($0, base: base) }.read(node, log)
    }
  }

  private static var catalogueAccelerator: JSONShape {
    JSONShape<String>.name(
      among: Catalogue.acceleratorNames, of: "accelerator of the catalogue"
    ).compactMap("an accelerator of the catalogue") { Catalogue.accelerator($0)?.accelerator }
  }

  private static func read(_ object: ObjectReader, base: Accelerator?) -> Accelerator? {
    let preset = object.optional("preset", catalogueAccelerator)
    let start = preset ?? base
    let isWhole = start == nil && !object.has("preset")

    let name = object.value("name", .name, isRequired: isWhole)
    let vendor = object.optional("vendor", .name)
    let architecture = object.optional("architecture", .choice(Architecture.self))
    let rate = JSONShape<Double>.number(.above(0, atMost: 1e6))
    let memory = object.value(
      "visibleMemoryGiB", .number(.above(0, atMost: 16_384)), isRequired: isWhole)
    let peaks = object.value(
      "peakTeraFLOPS", .table(Precision.self, of: rate), isRequired: isWhole)
    let bandwidth = object.value("memoryGigabytesPerSecond", rate, isRequired: isWhole)
    let isMarketed = object.optional("memoryIsMarketed", .bool)
    let units = object.optional("computeUnits", .integer(.between(1, 1_000_000)))
    let host = object.optional("hostGigabytesPerSecond", rate)
    object.finish()

    guard var result = start ?? whole(name, memory, peaks, bandwidth) else {
      return nil
    }
    if let name { result.name = name }
    if let vendor { result.vendor = vendor }
    if let architecture { result.architecture = architecture }
    if let memory {
      result.visibleMemory = .gibibytes(memory)
      result.memoryIsMarketed = false
    }
    if let isMarketed { result.memoryIsMarketed = isMarketed }
    if let bandwidth { result.memoryBandwidth = .gigabytes(bandwidth) }
    for (precision, rate) in peaks ?? [:] { result.peaks[precision] = .teraFLOPS(rate) }
    if let units { result.computeUnits = units }
    if let host { result.hostLink = .gigabytes(host) }
    if result.peak(.bf16) == nil {
      object.error(at: "peakTeraFLOPS", "needs the key 'bf16' or 'fp16'")
      return nil
    }
    return result
  }

  private static func whole(
    _ name: String?, _ memoryGiB: Double?, _ peaks: [Precision: Double]?, _ bandwidth: Double?
  ) -> Accelerator? {
    guard let name, let memoryGiB, peaks != nil, let bandwidth else { return nil }
    return Accelerator(
      name: name, vendor: "unknown", visibleMemory: .gibibytes(memoryGiB), peaks: PeakRates(),
      memoryBandwidth: .gigabytes(bandwidth))
  }
}

extension ObjectReader {
  /// The value of a member that must be there only under a condition.
  func value<Value>(_ key: ObjectKey, _ shape: JSONShape<Value>, isRequired: Bool) -> Value? {
    isRequired ? required(key, shape) : optional(key, shape)
  }
}
