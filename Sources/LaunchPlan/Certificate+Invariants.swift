import Quantities

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
      ties.map { $0 > 0 && $0 < 1 } ?? true, "ties",
      "is \(ties ?? 0), but must be a share between 0 and 1")
    require(
      scope.stack == plan.stack.identity, "scope.stack",
      "is \(scope.stack), but the plan is for \(plan.stack.identity)")
    require(
      scope.devices >= plan.devices, "scope.devices",
      "is \(scope.devices), but the degrees of parallelism make \(plan.devices)")
    for (index, part) in parts.enumerated() {
      require(
        part.bound <= part.objective, "parts[\(index)].boundSeconds",
        "is \(part.bound.value), but must be at most the objective, \(part.objective.value)")
    }
    let closed = evidence.closures.reduce(0.0) { $0 + Double($1.frames) }
    require(
      closed == Double(scope.frames) && evidence.closures.allSatisfy { $0.frames >= 0 },
      "evidence.closures",
      "close \(closed.spelled(decimals: 0)) frames, but the scope has \(scope.frames)")
    for (index, frame) in evidence.frames.enumerated() {
      let path = "evidence.frames[\(index)]"
      let hasBound = frame.rule != .infeasible && frame.rule != .memory
      require(
        (frame.bound != nil) == hasBound, path + ".boundSeconds",
        hasBound ? "is absent" : "is there, but the frame is infeasible")
    }
    return faults
  }
}
