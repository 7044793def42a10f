import Quantities

extension LaunchPlan.Prediction {
  func faults(in plan: LaunchPlan) -> [PlanFault] {
    guard step.isFinite, step > .zero else {
      return [PlanFault("prediction.stepSeconds", "is \(step.value), but must be above 0")]
    }
    var faults: [PlanFault] = []
    if (stepLow ?? step) > step || (stepHigh ?? step) < step {
      faults.append(
        PlanFault(
          "prediction.stepSeconds",
          "is \(step.value), but must lie from stepSecondsLow to "
            + "stepSecondsHigh"))
    }
    let workload = plan.inputs.workload
    let tokens = Double(workload.globalBatch) * Double(workload.sequenceLength)
    let rate = tokens / step.value / Double(plan.devices)
    if !tokensPerSecondPerDevice.agrees(with: rate) {
      faults.append(
        PlanFault(
          "prediction.tokensPerSecondPerDevice",
          "is \(tokensPerSecondPerDevice), but the batch, "
            + "the step time and the devices make \(rate)"))
    }
    if !(0...1).contains(modelFlopsUtilization) {
      faults.append(
        PlanFault(
          "prediction.modelFlopsUtilization",
          "is \(modelFlopsUtilization), but must be from 0 to 1"))
    }
    // A newer minor version may know further parts.
    let knowsAllParts = plan.formatVersion.minor <= FormatVersion.current.minor
    if knowsAllParts, !breakdown.total.value.agrees(with: step.value) {
      faults.append(
        PlanFault(
          "prediction.breakdownSeconds",
          "adds up to \(breakdown.total.value), but the step takes "
            + "\(step.value)"))
    }
    return faults + memoryFaults(stages: plan.parallelism.pipeline, knowsAllParts: knowsAllParts)
  }

  private func memoryFaults(stages: Int, knowsAllParts: Bool) -> [PlanFault] {
    guard memory.map(\.stage).elementsEqual(0..<stages) else {
      return [
        PlanFault(
          "prediction.memory",
          "lists the stages \(memory.map(\.stage)), but must list 0 to "
            + "\(stages - 1) in order")
      ]
    }
    var faults: [PlanFault] = []
    for entry in memory {
      let path = "prediction.memory[\(entry.stage)]"
      let host = entry.host ?? .zero
      if !(entry.peak.isFinite && entry.peak >= .zero && entry.capacity >= .zero
        && host.isFinite && host >= .zero)
      {
        faults.append(PlanFault(path, "has an amount that is not a number of bytes"))
      } else if knowsAllParts, !entry.parts.total.value.agrees(with: entry.peak.value) {
        faults.append(
          PlanFault(
            path + ".parts",
            "add up to \(entry.parts.total.value), but the peak is "
              + "\(entry.peak.value)"))
      }
    }
    return faults
  }
}

extension Double {
  /// Whether two results of the same sum agree up to rounding.
  func agrees(with other: Double) -> Bool {
    abs(self - other) <= 1e-6 * Swift.max(abs(self), abs(other))
  }
}
