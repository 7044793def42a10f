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
    guard memory.map(\.stage) == Array(0..<stages) else {
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
      if !(entry.peak.isFinite && entry.peak >= .zero && entry.capacity >= .zero) {
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

extension Certificate {
  func faults(in plan: LaunchPlan) -> [PlanFault] {
    var faults: [PlanFault] = []
    func require(_ holds: Bool, _ path: String, _ predicate: @autoclosure () -> String) {
      if holds { return }
      faults.append(PlanFault("certificate." + path, predicate(), subject: .certificate))
    }
    require(
      objective.value.agrees(with: plan.prediction.step.value), "objectiveSeconds",
      "is \(objective.value), but the predicted step takes \(plan.prediction.step.value)")
    require(
      bound.isFinite && bound >= .zero && bound <= objective, "boundSeconds",
      "is \(bound.value), but must be from 0 to the objective, \(objective.value)")
    let gap = Self.gap(objective: objective, bound: bound)
    require(
      abs(self.gap - gap) <= 1e-9, "gap",
      "is \(self.gap), but (objective − bound) / objective is \(gap)")
    require(
      scope.stack == plan.stack.identity, "scope.stack",
      "is \(scope.stack), but the plan is for \(plan.stack.identity)")
    require(
      scope.devices == plan.devices, "scope.devices",
      "is \(scope.devices), but the degrees of parallelism make \(plan.devices)")
    for (index, part) in parts.enumerated() {
      require(
        part.bound <= part.objective, "parts[\(index)].boundSeconds",
        "is \(part.bound.value), but must be at most the objective, \(part.objective.value)")
    }
    let closed = evidence.closures.reduce(0.0) { $0 + Double($1.frames) }
    require(
      closed == Double(scope.frames), "evidence.closures",
      "close \(Int(closed)) frames, but the scope has \(scope.frames)")
    for (index, frame) in evidence.frames.enumerated() {
      let path = "evidence.frames[\(index)]"
      let hasBound = frame.rule != .infeasible && frame.rule != .memory
      require(
        (frame.bound != nil) == hasBound, path + ".boundSeconds",
        hasBound ? "is absent" : "is there, but the frame is infeasible")
      require(
        (frame.multipliers != nil) == (frame.rule == .multipliers), path + ".multipliers",
        frame.multipliers == nil ? "are absent" : "are there, but the rule needs none")
    }
    return faults
  }
}

extension Double {
  /// Whether two results of the same sum agree up to rounding.
  fileprivate func agrees(with other: Double) -> Bool {
    abs(self - other) <= 1e-6 * Swift.max(abs(self), abs(other))
  }
}
