import InputFiles
import Quantities

extension JSONShape where Value == ScaleUp {
  /// The fast domain; what the file leaves out is taken from `base`, where there is one.
  static func scaleUp(base: ScaleUp?, acceleratorsPerNode: Int?) -> JSONShape {
    object { object in
      let stated = object.value("kind", .choice(ScaleUp.Kind.self), isRequired: base == nil)
      // Another kind of wiring has nothing in common with the usual one but its size.
      let start = stated == nil || stated == base?.kind ? base : nil
      let size = object.optional(
        "accelerators", .integer(.between(1, ClusterTopology.nodeLimit)),
        default: base?.accelerators ?? acceleratorsPerNode ?? 1)
      let rateShape = JSONShape<Double>.number(.above(0, atMost: 1e6))
      let rate =
        object.value("gigabytesPerSecond", rateShape, isRequired: start == nil)
        ?? start?.perAccelerator.gigabytes
      let pair = object.optional("pairGigabytesPerSecond", rateShape)
      let latency = object.optional("latencyMicroseconds", .number(.between(0, 1e6)))
      let reduces = object.optional("inNetworkReduction", .bool)
      let levels = object.optional("levels", .array(of: .object(level)))
      object.finish()
      guard let kind = stated ?? start?.kind, let size, let rate else { return nil }

      if let acceleratorsPerNode, !size.isMultiple(of: acceleratorsPerNode) {
        object.error(
          at: "accelerators",
          "is \(size), but must be a multiple of the \(acceleratorsPerNode) accelerators of a "
            + "node; smaller neighbourhoods go into 'levels'")
      }
      if let pair, pair > rate {
        object.error(
          at: "pairGigabytesPerSecond",
          "is \(pair.spelled), but must be at most the \(rate.spelled) of gigabytesPerSecond")
      }
      let usualPair = object.has("gigabytesPerSecond") ? nil : start?.perPair.gigabytes
      let result = ScaleUp(
        kind: kind, accelerators: size, perAccelerator: .gigabytes(rate),
        perPair: .gigabytes(
          pair ?? usualPair ?? (kind.isMesh && size > 2 ? rate / Double(size - 1) : rate)),
        latency: latency.map(Seconds.microseconds) ?? start?.latency,
        inNetworkReduction: reduces ?? start?.inNetworkReduction ?? false,
        innerLevels: levels ?? start?.innerLevels ?? [])
      return checkLevels(result, object) ? result : nil
    }
  }

  private static func level(_ object: ObjectReader) -> ScaleUp.Level? {
    let size = object.required("accelerators", .integer(.between(2, ClusterTopology.nodeLimit)))
    let rate = object.required("gigabytesPerSecond", .number(.above(0, atMost: 1e6)))
    object.finish()
    guard let size, let rate else { return nil }
    return ScaleUp.Level(accelerators: size, rate: .gigabytes(rate))
  }

  /// Whether each level divides the next one up, and the last the domain.
  private static func checkLevels(_ scaleUp: ScaleUp, _ object: ObjectReader) -> Bool {
    let sizes = scaleUp.innerLevels.map(\.accelerators) + [scaleUp.accelerators]
    for (inner, outer) in zip(sizes, sizes.dropFirst())
    where inner >= outer || !outer.isMultiple(of: inner) {
      object.error(
        at: "levels",
        "goes from \(inner) to \(outer) accelerators, but each level must be smaller than the "
          + "next, and divide it")
      return false
    }
    return true
  }
}
