import InputFiles
import Quantities

/// One batch of a stream, scattered: a line of the result.
public struct ScatteredBatch: Sendable {
  /// Its place in the stream, from 0.
  public let number: Int
  public let lengths: [Int]
  /// The sequences, by index, that no group can hold and that were left out.
  public let skipped: [Int]
  public let scattering: Scattering
  public let time: Seconds
  /// What no scattering is faster than, by the certificate.
  public let bound: Seconds
  public let certificate: ScatteringCertificate
  /// Where a line that was read puts the groups of each micro-batch; nil where none was read.
  public var places: [[GroupPlace]]?

  public init(
    number: Int, lengths: [Int], skipped: [Int], scattering: Scattering, time: Seconds,
    bound: Seconds, certificate: ScatteringCertificate
  ) {
    self.number = number
    self.lengths = lengths
    self.skipped = skipped
    self.scattering = scattering
    self.time = time
    self.bound = bound
    self.certificate = certificate
  }

  /// Scatters what a group can hold of a batch.
  ///
  /// - Throws: `ScatteringFault.emptyBatch` where that is nothing, and the solver's failures.
  public init(
    number: Int, lengths: [Int], _ setting: ScatteringSetting, _ effort: ScatteringEffort
  ) throws {
    let held = lengths.indices.filter { setting.holds(lengths[$0]) }
    let instance = try ScatteringInstance(setting, batch: held.map { lengths[$0] })
    let result = try instance.scattered(effort)
    var scattering = result.scattering
    if held.count < lengths.count {
      for batch in scattering.microBatches.indices {
        for group in scattering.microBatches[batch].indices {
          let sequences = scattering.microBatches[batch][group].sequences
          scattering.microBatches[batch][group].sequences = sequences.map { held[$0] }
        }
      }
    }
    self.init(
      number: number, lengths: lengths,
      skipped: lengths.indices.filter { !setting.holds(lengths[$0]) }, scattering: scattering,
      time: result.time, bound: Seconds(result.certificate.bound), certificate: result.certificate)
  }

  /// (time − bound) / time.
  public var gap: Double { time.value > 0 ? max(0, 1 - bound / time) : 0 }

  /// What of the batch is scattered, and the scattering in its indices.
  private var placed: (batch: [Int], scattering: Scattering) {
    let left = Set(skipped)
    let kept = lengths.indices.filter { !left.contains($0) }
    var place = [Int](repeating: -1, count: lengths.count)
    for (position, sequence) in kept.enumerated() { place[sequence] = position }
    let microBatches = scattering.microBatches.map { groups in
      groups.map { group in
        Scattering.Group(
          degree: group.degree,
          sequences: group.sequences.map { place.indices.contains($0) ? place[$0] : -1 })
      }
    }
    return (kept.map { lengths[$0] }, Scattering(microBatches: microBatches))
  }

  /// What is wrong with the scattering or its time, in words; nil for nothing.
  public func scatteringFault(_ setting: ScatteringSetting) -> String? {
    let tooLong = lengths.indices.filter { !setting.holds(lengths[$0]) }
    guard skipped == tooLong else { return "it leaves out sequences that groups can hold" }
    let (batch, scattering) = placed
    if let fault = setting.faults(scattering, batch: batch).first { return fault }
    if let fault = placeFault(setting) { return fault }
    let real = setting.time(scattering, batch: batch)
    guard abs((real - time).value) <= 1e-9 * real.value else {
      return "it states \(time.value) s, but takes \(real.value) s"
    }
    return nil
  }

  private func placeFault(_ setting: ScatteringSetting) -> String? {
    guard let places, let first = places.first?.first,
      let group = scattering.microBatches.first?.first
    else { return nil }
    let ranksEach = first.ranks / max(1, group.degree)
    guard ranksEach >= 1, ranksEach <= 1 << 24 else {
      return "a group of degree \(group.degree) has \(first.ranks) ranks"
    }
    for (number, (places, groups)) in zip(places, scattering.microBatches).enumerated() {
      let fault = setting.placeFault(places, of: groups, lengths: lengths, ranksEach: ranksEach)
      if let fault { return "micro-batch \(number): \(fault)" }
    }
    return nil
  }

  /// What is wrong with the proof of the bound, in words; nil for nothing.
  ///
  /// Computed from lengths and costs alone, without the code that found the proof.
  public func certificateFault(_ setting: ScatteringSetting) -> String? {
    guard bound.value <= certificate.bound else {
      return "its bound is \(bound.value) s, but the certificate's \(certificate.bound) s"
    }
    do {
      try certificate.check(setting, batch: placed.batch)
      return nil
    } catch {
      return "\(error)"
    }
  }
}

// MARK: - JSON

extension ScatteredBatch {
  /// The line, with each group's ranks and the offsets of its sequences where they are packed.
  ///
  /// - Parameter ranksEach: the consecutive ranks that are one GPU to the scattering.
  public func json(_ setting: ScatteringSetting, ranksEach: Int = 1) -> JSONValue {
    var microBatches: [JSONValue] = []
    for groups in scattering.microBatches {
      let places = setting.places(groups, lengths: lengths, ranksEach: ranksEach)
      let entries = zip(groups, places).map { group, place -> JSONValue in
        [
          "degree": .integer(group.degree), "firstRank": .integer(place.firstRank),
          "ranks": .integer(place.ranks),
          "sequences": .array(group.sequences.map(JSONValue.integer)),
          "offsets": .array(place.offsets.map(JSONValue.integer)),
        ]
      }
      microBatches.append(.array(entries))
    }
    return [
      "batch": .integer(number), "timeSeconds": .number(time.value),
      "boundSeconds": .number(bound.value), "gap": .number(gap),
      "lengths": .array(lengths.map(JSONValue.integer)),
      "skipped": .array(skipped.map(JSONValue.integer)), "microBatches": .array(microBatches),
      "certificate": certificate.json,
    ]
  }

  /// Reads what `json` writes.
  public static var shape: JSONShape<ScatteredBatch> {
    .object { object in
      let index = JSONShape<Int>.index
      let number = object.required("batch", index)
      let time = object.required("timeSeconds", .number(.atLeast(0)))
      let bound = object.required("boundSeconds", .number(.atLeast(0)))
      let lengths = object.required("lengths", .batch)
      let skipped = object.required("skipped", .array(of: index))
      let group = JSONShape<(Scattering.Group, GroupPlace)>.object { object in
        let degree = object.required("degree", .integer(.between(1, 1 << 24)))
        let sequences = object.required("sequences", .array(of: index))
        let place = JSONShape<GroupPlace>.place(in: object)
        object.finish()
        guard let degree, let sequences, let place else { return nil }
        return (Scattering.Group(degree: degree, sequences: sequences), place)
      }
      let groups = object.required("microBatches", .array(of: .array(of: group)))
      let certificate = object.required("certificate", ScatteringCertificate.shape)
      object.ignore("gap")
      object.finish()
      guard let number, let time, let bound, let lengths, let skipped, let groups, let certificate
      else { return nil }
      var batch = ScatteredBatch(
        number: number, lengths: lengths, skipped: skipped,
        scattering: Scattering(microBatches: groups.map { $0.map(\.0) }), time: Seconds(time),
        bound: Seconds(bound), certificate: certificate)
      batch.places = groups.map { $0.map(\.1) }
      return batch
    }
  }
}

extension ScatteringSetting {
  /// The first line of a stream's result: everything that the lines after it are priced with.
  public var json: JSONValue {
    func polynomial(_ part: LengthPolynomial) -> JSONValue {
      [
        "secondsPerToken": .number(part.linear),
        "secondsPerSquaredToken": .number(part.quadratic),
      ]
    }
    var members: [JSONValue.Member] = [
      .init("kind", "scattering"), .init("formatVersion", 1), .init("gpus", .integer(gpus)),
      .init("tokensPerGPU", .integer(tokensPerGPU)),
      .init("memoryRule", .string(memoryRule.rawValue)),
      .init("microBatchSeconds", .number(microBatchTime.value)),
    ]
    if stages > 1 { members.append(.init("stages", .integer(stages))) }
    let costs = degrees.map { cost -> JSONValue in
      [
        "degree": .integer(cost.degree), "padding": .integer(cost.padding),
        "groupSeconds": .number(cost.groupTime.value), "exposed": polynomial(cost.exposed),
        "overlapped": .array(cost.overlapped.map(polynomial)),
      ]
    }
    return .object(members + [.init("degrees", .array(costs))])
  }

  /// Reads what `json` writes.
  public static var shape: JSONShape<ScatteringSetting> {
    .object { object in
      let number = JSONShape<Double>.number(.atLeast(0))
      let count = JSONShape<Int>.integer(.between(1, 1 << 24))
      let polynomial = JSONShape<LengthPolynomial>.object { object in
        let linear = object.required("secondsPerToken", number)
        let quadratic = object.required("secondsPerSquaredToken", number)
        object.finish()
        guard let linear, let quadratic else { return nil }
        return LengthPolynomial(quadratic: quadratic, linear: linear)
      }
      let degree = JSONShape<DegreeCost>.object { object in
        let degree = object.required("degree", count)
        let padding = object.required("padding", count)
        let groupTime = object.required("groupSeconds", number)
        let exposed = object.required("exposed", polynomial)
        let overlapped = object.required("overlapped", .array(of: polynomial))
        object.finish()
        guard let degree, let padding, let groupTime, let exposed, let overlapped else {
          return nil
        }
        return DegreeCost(
          degree: degree, padding: padding, groupTime: Seconds(groupTime), exposed: exposed,
          overlapped: overlapped)
      }
      _ = object.required("kind", .name(among: ["scattering"], of: "kind"))
      _ = object.required("formatVersion", .integer(.exactly(1)))
      let gpus = object.required("gpus", count)
      let tokens = object.required("tokensPerGPU", .integer(.between(1, 1 << 38)))
      let rule = object.required("memoryRule", .choice(MemoryRule.self))
      let fixed = object.required("microBatchSeconds", number)
      let stages = object.optional("stages", count)
      let degrees = object.required("degrees", .array(of: degree, count: .atLeast(1)))
      object.finish()
      guard let gpus, let tokens, let rule, let fixed, let degrees else { return nil }
      do {
        return try ScatteringSetting(
          gpus: gpus, degrees: degrees, microBatchTime: Seconds(fixed), tokensPerGPU: tokens,
          memoryRule: rule, stages: stages ?? 1)
      } catch {
        object.error("is no setting: \(error)")
        return nil
      }
    }
  }
}

extension JSONShape<[Int]> {
  /// The lengths of a batch in tokens; padded and added up, they stay below 2⁶³.
  static var batch: Self { .array(of: .sequenceLength, count: .between(1, 1 << 22)) }
}

extension JSONShape<Int> {
  /// A length in tokens.
  static var sequenceLength: Self { .integer(.between(1, 1 << 40)) }

  /// An index, or a degree that a certificate splits at.
  static var index: Self { .integer(.between(0, 1 << 40)) }
}
