import CostModel
import LaunchPlan
import ParallelismVocabulary

/// A plan's frame and split in the cost model's terms, with their prices.
public struct PricedPlan {
  public let frame: Frame
  public let split: LayerSplit
  public let prices: FramePrices
  public let prediction: StepPrediction

  /// `nil` where the cost model cannot follow the plan: its schedule cannot run with its counts, its
  /// layers are not the model's, or it recomputes what the stack cannot.
  public init?(_ plan: LaunchPlan, pricer: FramePricer) {
    let model = pricer.model
    guard let (frame, split) = Self.layout(plan.parallelism, plan.stages, model),
      let pipeline = PipelineCache.shape(of: frame)
    else { return nil }
    self.frame = frame
    self.split = split
    prices = pricer.prices(of: frame)
    prediction = prices.predict(split, with: pricer.pipelines.simulator(pipeline))
  }
}

extension PricedPlan {
  /// A document's layout in the cost model's terms; `nil` where it does not hold the model's layers, or
  /// recomputes what the stack cannot.
  static func layout(
    _ parallelism: LaunchPlan.Parallelism, _ stages: [LaunchPlan.Stage], _ model: CostModel
  ) -> (frame: Frame, split: LayerSplit)? {
    let frame = Frame(parallelism)
    guard frame.runs(on: model.cluster.deviceCount), stages.count == frame.degrees.pipeline,
      stages.allSatisfy({ $0.layerRuns.count == frame.schedule.virtualStages })
    else { return nil }
    let runs = (0..<frame.schedule.virtualStages).flatMap { chunk in
      stages.map { $0.layerRuns[chunk] }
    }
    let recompute = stages.compactMap { StageRecompute($0.recompute, model: model) }
    let starts = [0] + runs.map(\.upperBound)
    guard runs.last?.upperBound == model.model.layers.count, recompute.count == stages.count,
      zip(runs, starts).allSatisfy({ $0.lowerBound == $1 })
    else { return nil }
    return (frame, LayerSplit(boundaries: starts, recompute: recompute))
  }
}

extension Frame {
  public init(_ parallelism: LaunchPlan.Parallelism) {
    self.init(
      degrees: parallelism.degrees, microBatchSize: parallelism.microBatchSize,
      microBatches: parallelism.microBatches, schedule: parallelism.schedule,
      sharding: parallelism.sharding, stateReplicas: parallelism.stateGroups,
      contextMethod: parallelism.contextMethod,
      sequenceParallel: parallelism.sequenceParallel, rankOrder: parallelism.axisOrder)
  }

  /// Whether the counts are counts, and the degrees multiply to no more than a number of devices;
  /// without overflow, since a document may say anything.
  func runs(on devices: Int) -> Bool {
    let counts = [
      degrees.expert, degrees.expertTensor, microBatchSize, microBatches, schedule.virtualStages,
      stateReplicas,
    ]
    guard counts.allSatisfy({ (1...1 << 30).contains($0) }) else { return false }
    var rest = devices
    for degree in [degrees.tensor, degrees.context, degrees.data, degrees.pipeline] {
      guard degree > 0 else { return false }
      rest /= degree
    }
    return rest >= 1 && degrees.divide(into: stateReplicas)
  }

  /// The degrees and options that differ from one device without options, as words.
  var phrase: String {
    let degrees = [
      ("tensor", degrees.tensor), ("context", degrees.context), ("expert", degrees.expert),
      ("expertTensor", degrees.expertTensor), ("data", degrees.data),
      ("pipeline", degrees.pipeline),
    ].filter { $0.1 > 1 }.map { "\($0.0) \($0.1)" }
    let chunks = schedule.virtualStages > 1 ? " × \(schedule.virtualStages)" : ""
    return
      (degrees + [
        "micro-batches of \(microBatchSize)", schedule.name + chunks,
        "sharding \(sharding.rawValue)" + (stateReplicas > 1 ? " in \(stateReplicas) groups" : ""),
      ] + (contextMethod.map { [$0.rawValue] } ?? [])
      + (rankOrder == .pipelineOutermost ? [] : ["ranks \(rankOrder.rawValue)"])).joined(
        separator: ", ")
  }
}

extension LaunchPlan {
  /// The runs of layers in the order of the virtual stages.
  var layerRuns: [Range<Int>] {
    (0..<parallelism.virtualStages).flatMap { chunk in stages.map { $0.layerRuns[chunk] } }
  }
}
