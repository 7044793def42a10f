import Quantities

extension RunDraft {
  /// What was seen, before the stages are known.
  mutating func measurement() throws(LeftOut) -> Measurement {
    let (measured, derived) = (record.measured, record.derived)
    var result = Measurement(outcome: try outcome())
    let step = derived.amount("step_time_s") ?? measured.amount("step_time_s")
    switch (result.outcome, step ?? derived.amount("step_time_s_assumed")) {
    case (.ran, let seconds?) where !record.isContinuousIntegration:
      result.step = Seconds(seconds)
      result.isStepAssumed = step == nil
      if step == nil {
        note("step time: not printed; from the printed arithmetic rate by an assumed count of work")
      }
    case (.ran, _?):
      note("step time: not used; a small model in deterministic mode measures the host")
    default: break
    }
    if result.outcome == .ran, let peak = measured.amount("peak_mem_GiB") {
      result.peaks = [.init(stage: nil, bytes: .gibibytes(peak), kind: memoryKind)]
    }
    result.staticBytes = measured.amount("mem_static_GiB").map(Bytes.gibibytes)
    if result.outcome == .ran, result.step == nil, result.peaks.isEmpty {
      throw LeftOut("neither a step time nor memory was measured")
    }
    return result
  }

  private func outcome() throws(LeftOut) -> Measurement.Outcome {
    switch record.status {
    case "ok", "fits": return .ran
    case "oom": return record.note.mentions("fragment") ? .fragmented : .outOfMemory
    case "failed": return .failed
    case "formula": throw LeftOut("states what a formula gives, not a measurement")
    default: throw LeftOut("its status '\(record.status)' is not known")
    }
  }

  private var memoryKind: Measurement.MemoryKind {
    let note = record.note
    if note.mentions("nvidia-smi") { return .device }
    if note.mentions("reserved") { return .reserved }
    if note.mentions("allocated") { return .allocated }
    switch stack.split(separator: "@").first {
    case "internevo", "megatron-lm": return .device
    // Sailor's figure counts what lies outside of the allocator: 4 GiB beside a model of 350 M.
    case "megatron-deepspeed": return .device
    case "torchtitan": return .reserved
    default: return .allocated
    }
  }
}

extension Measurement {
  /// The same, with the stage that a continuous integration logs: that of the last rank.
  func at(stages: Int, _ record: CollectedRecord) -> Measurement {
    guard record.isContinuousIntegration else { return self }
    var copy = self
    copy.peaks = peaks.map { Peak(stage: stages - 1, bytes: $0.bytes, kind: .allocated) }
    return copy
  }
}
