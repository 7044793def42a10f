import CostModel
import LaunchPlan
import Quantities

extension PlanCheck {
  /// Where the plan states another step, breakdown or memory than the cost model gives.
  static func predictionViolations(
    _ plan: LaunchPlan, _ priced: PricedPlan, _ model: CostModel
  ) -> [Violation] {
    let stated = plan.prediction
    let prediction = priced.prediction
    let step = prediction.step
    var violations: [Violation] = []
    func compare(
      _ key: String, _ stated: Double, _ derived: Double, scale: Double = 0, unit: String
    ) {
      guard !stated.agrees(with: derived, scale: scale) else { return }
      violations.append(
        Violation(
          .prediction, "prediction.\(key) is \(stated)\(unit), but comes to \(derived)\(unit)"))
    }
    compare("stepSeconds", stated.step.value, step.value, unit: " s")
    let devices = priced.frame.degrees.devices
    let range = model.interval(devices: devices, groupOrder: priced.frame.groupOrder)
      .range(around: step)
    for (key, bound, derived) in [
      ("stepSecondsLow", stated.stepLow, range.lowerBound),
      ("stepSecondsHigh", stated.stepHigh, range.upperBound),
    ] {
      if let bound { compare(key, bound.value, derived.value, unit: " s") }
    }
    compare(
      "tokensPerSecondPerDevice", stated.tokensPerSecondPerDevice,
      Double(model.workload.tokens) / step.value / Double(devices), unit: "")
    compare(
      "modelFlopsUtilization", stated.modelFlopsUtilization,
      model.modelFLOPsUtilization(
        step: step, devices: devices, groupOrder: priced.frame.groupOrder), unit: "")
    let goodput = model.goodput(
      step: step, devices: devices, groupOrder: priced.frame.groupOrder)
    if let stated = stated.goodput, let goodput {
      compare("goodput.share", stated.share, goodput.share, unit: "")
      compare(
        "goodput.checkpointSteps", Double(stated.checkpointSteps), Double(goodput.checkpointSteps),
        unit: "")
      compare(
        "goodput.secondsBetweenFailures", stated.timeBetweenFailures.value,
        goodput.timeBetweenFailures.value, unit: " s")
      compare(
        "goodput.spareNodes", Double(stated.spareNodes), Double(goodput.spareNodes), unit: "")
    } else if stated.goodput != nil || goodput != nil {
      violations.append(
        Violation(
          .prediction,
          "prediction.goodput is \(stated.goodput == nil ? "absent" : "there"), but the cluster "
            + "\(goodput == nil ? "states no" : "states the") rate of failures"))
    }
    if let price = stated.pricePerHour {
      let cluster = model.clusters[priced.frame.groupOrder]
      compare("pricePerHour", price, cluster.addedPrices(devices: devices) ?? 0, unit: "")
    }
    for part in LaunchPlan.StepPart.allCases {
      compare(
        "breakdownSeconds.\(part.rawValue)", stated.breakdown[part].value,
        prediction.breakdown.time(of: part).value, scale: step.value, unit: " s")
    }
    for (stage, need) in prediction.memory.enumerated() {
      let entry = stated.memory[stage]
      let key = "memory[\(stage)]"
      compare("\(key).peakBytes", entry.peak.value, need.peak.value, unit: " bytes")
      compare("\(key).hostBytes", entry.host?.value ?? 0, need.host.value, unit: " bytes")
      compare(
        "\(key).capacityBytes", entry.capacity.value, prediction.capacities[stage].value,
        unit: " bytes")
      for part in LaunchPlan.MemoryPart.allCases {
        compare(
          "\(key).parts.\(part.rawValue)", entry.parts[part].value, need.bytes(of: part).value,
          scale: need.peak.value, unit: " bytes")
      }
    }
    return violations
  }
}

extension StepBreakdown {
  fileprivate func time(of part: LaunchPlan.StepPart) -> Seconds {
    switch part {
    case .compute: passes.compute
    case .recompute: passes.recompute
    case .tensorCommunication: passes.tensor
    case .contextCommunication: passes.context
    case .expertCommunication: passes.expert
    case .shardingCommunication: passes.sharding
    case .hostCopies: passes.hostCopies
    case .hostLaunch: passes.launch
    case .pipelineBubble: bubble
    case .stageHops: hops
    case .gradientReduction: gradientReduction
    case .optimizer: optimizer
    case .stragglers: stragglers
    case .perStep: perStep
    }
  }
}

extension StageMemory {
  fileprivate func bytes(of part: LaunchPlan.MemoryPart) -> Bytes {
    switch part {
    case .weights: weights
    case .gradients: gradients
    case .optimizer: optimizer
    case .activations: activations
    case .transient: transient
    case .reserve: reserve
    }
  }
}
