import CostModel
import LaunchPlan
import Quantities

extension StepPrediction {
  /// The prediction in the document's form.
  func documented(model: CostModel, frame: Frame) -> LaunchPlan.Prediction {
    let devices = frame.degrees.devices
    let tokens = Double(model.workload.tokens)
    let range = model.interval(devices: devices, groupOrder: frame.groupOrder)
      .range(around: step)
    return LaunchPlan.Prediction(
      step: step, stepLow: range.lowerBound, stepHigh: range.upperBound,
      tokensPerSecondPerDevice: tokens / step.value / Double(devices),
      modelFlopsUtilization: model.modelFLOPsUtilization(
        step: step, devices: devices, groupOrder: frame.groupOrder),
      breakdown: Parts(Dictionary(uniqueKeysWithValues: parts)),
      memory: memory.enumerated().map { stage, need in
        LaunchPlan.StageMemory(
          stage: stage, peak: need.peak, capacity: capacities[stage],
          parts: Parts([
            .weights: need.weights, .gradients: need.gradients, .optimizer: need.optimizer,
            .activations: need.activations, .transient: need.transient, .reserve: need.reserve,
          ]), host: need.host > .zero ? need.host : nil)
      },
      goodput: model.goodput(step: step, devices: devices, groupOrder: frame.groupOrder).map {
        LaunchPlan.Goodput(
          share: $0.share, checkpointSteps: $0.checkpointSteps,
          timeBetweenFailures: $0.timeBetweenFailures, spareNodes: $0.spareNodes)
      },
      pricePerHour: model.clusters[frame.groupOrder].hourlyPrice(devices: devices))
  }

  /// The step's parts, in the document's order.
  var parts: [(LaunchPlan.StepPart, Seconds)] {
    [
      (.compute, breakdown.passes.compute), (.recompute, breakdown.passes.recompute),
      (.tensorCommunication, breakdown.passes.tensor),
      (.contextCommunication, breakdown.passes.context),
      (.expertCommunication, breakdown.passes.expert),
      (.shardingCommunication, breakdown.passes.sharding),
      (.hostCopies, breakdown.passes.hostCopies),
      (.hostLaunch, breakdown.passes.launch), (.pipelineBubble, breakdown.bubble),
      (.stageHops, breakdown.hops), (.gradientReduction, breakdown.gradientReduction),
      (.optimizer, breakdown.optimizer), (.stragglers, breakdown.stragglers),
      (.perStep, breakdown.perStep),
    ]
  }

  /// What makes this plan slower than a better one, as a sentence.
  ///
  /// - Parameter isNearTie: whether the difference lies inside the predictions' error.
  func reasonForLosing(to best: StepPrediction, isNearTie: Bool) -> String {
    let slower = (step - best.step) / best.step
    let differences = zip(parts, best.parts).map { (part: $0.0, time: $0.1 - $1.1) }
    let worst = differences.filter { $0.time > .zero }.max { $0.time < $1.time }
    guard let worst, slower >= 0.0005 else { return "as fast within 0.1 %" }
    let doubt = isNearTie ? ", inside the prediction's error" : ""
    return "\(slower.percent) slower\(doubt): \(worst.time) more \(worst.part.phrase)"
  }
}

extension LaunchPlan.StepPart {
  /// The part as it reads in a sentence.
  var phrase: String {
    switch self {
    case .compute: "computation"
    case .recompute: "recomputation"
    case .tensorCommunication: "tensor-parallel communication"
    case .contextCommunication: "context-parallel communication"
    case .expertCommunication: "expert communication"
    case .shardingCommunication: "gathering of sharded weights"
    case .hostCopies: "copying of activations to the hosts and back"
    case .hostLaunch: "waiting for the host to launch kernels"
    case .pipelineBubble: "pipeline bubble"
    case .stageHops: "waiting for hops between stages"
    case .gradientReduction: "gradient reduction"
    case .optimizer: "optimiser step"
    case .stragglers: "waiting for slow nodes"
    case .perStep: "host work a step"
    }
  }
}
