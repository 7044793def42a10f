import InputFiles
import Quantities

/// The `measured` of a run as it stands in a file.
struct StatedMeasurement {
  let value: Measurement
  /// The objects of the peaks, for what is wrong with their stages.
  let peaks: [ObjectReader]

  /// Whether the peaks are of stages that there are.
  func check(stages: Int) -> Bool {
    for (object, peak) in zip(peaks, value.peaks) {
      guard let stage = peak.stage, stage >= stages else { continue }
      object.error(
        at: "stage", "is \(stage), but the last of the \(stages) stages is \(stages - 1)")
      return false
    }
    return true
  }
}

extension Measurement {
  static func read(_ object: ObjectReader) -> StatedMeasurement? {
    let outcome = object.optional("outcome", .choice(Outcome.self), default: .ran)
    let seconds = object.optional("stepSeconds", .number(.above(0, atMost: 1e9)))
    let isAssumed = object.optional("isStepAssumed", .bool, default: false)
    let peaks = object.optional("peaks", .array(of: .object(readPeak)), default: [])
    let held = object.optional("staticGibibytes", .number(.above(0, atMost: 1e6)))
    object.finish()
    guard let outcome, let isAssumed, let peaks else { return nil }
    if outcome == .ran, !object.has("stepSeconds"), peaks.isEmpty, !object.has("peaks") {
      object.error("needs 'stepSeconds' or 'peaks', since the run ran")
      return nil
    }
    return StatedMeasurement(
      value: Measurement(
        outcome: outcome, step: seconds.map { Seconds($0) }, isStepAssumed: isAssumed,
        peaks: peaks.map(\.peak), staticBytes: held.map(Bytes.gibibytes)),
      peaks: peaks.map(\.object))
  }

  private static func readPeak(
    _ object: ObjectReader
  ) -> (peak: Peak, object: ObjectReader)? {
    let stage = object.optional("stage", .integer(.between(0, 1 << 20)))
    let amount = object.required("gibibytes", .number(.above(0, atMost: 1e6)))
    let kind = object.required("kind", .choice(MemoryKind.self))
    object.finish()
    guard let amount, let kind else { return nil }
    return (Peak(stage: stage, bytes: .gibibytes(amount), kind: kind), object)
  }
}
