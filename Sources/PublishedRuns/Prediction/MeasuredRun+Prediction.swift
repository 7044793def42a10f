import CostModel
import Quantities

extension MeasuredRun {
  /// The prediction of this run with everything pinned, by the cost model that plans are made with.
  ///
  /// - Parameter pipelines: what is known of schedules; runs of one thread may share it.
  /// - Throws: `CostModelError` where the accelerator cannot run the number format;
  ///   `RunFault` where the record's layout cannot run.
  public func prediction(
    under calibration: Calibration = .shipped, pipelines: PipelineCache = PipelineCache()
  ) throws -> StepPrediction {
    guard let software = Stack.named(stack) else { throw RunFault.unknownStack(stack) }
    guard let shape = PipelineCache.shape(of: frame) else { throw RunFault.unrunnableSchedule }
    var workload = workload
    if case .byStage(let stages) = recompute, stages.contains(where: { !$0.offload.isEmpty }) {
      workload.activationPlace = .host
    }
    let costs = try CostModel(
      model: model, cluster: cluster, workload: workload, stack: software,
      recompute: sharedPolicy, calibration: calibration)
    let prices = FramePricer(costs, pipelines: pipelines).prices(of: frame)
    return prices.predict(try split(under: costs), with: pipelines.simulator(shape))
  }

  /// What all stages do with the layers that they do not recompute whole; `nil` where they differ.
  private var sharedPolicy: RecomputePolicy? {
    switch recompute {
    case .none: return .modules([])
    case .modules(let modules): return .modules(modules)
    case .full: return .full
    case .byStage(let stages):
      let policies = Set(stages.map { RecomputePolicy($0) })
      return policies.count == 1 ? policies.first : nil
    }
  }

  /// The layers of each chunk, and what every stage computes again.
  private func split(under costs: CostModel) throws(RunFault) -> LayerSplit {
    let layers = model.layers.count
    let counts = chunkLayers ?? LayerSplit.evenShares(of: layers, over: frame.chunks)
    guard counts.count == frame.chunks, counts.reduce(0, +) == layers,
      counts.allSatisfy({ $0 >= 0 })
    else { throw .wrongSplit(counts, layers: layers, chunks: frame.chunks) }
    return LayerSplit(chunkLayers: counts, recompute: try stageRecompute(under: costs))
  }

  private func stageRecompute(under costs: CostModel) throws(RunFault) -> [StageRecompute] {
    let stages = frame.degrees.pipeline
    guard case .byStage(let recompute) = recompute else {
      let choice =
        recompute == .full
        ? StageRecompute(policy: 0, fullLayers: model.layers.count)
        : StageRecompute(policy: costs.pinnedPolicy ?? 0)
      return Array(repeating: choice, count: stages)
    }
    guard recompute.count == stages else {
      throw .wrongRecompute(stages: stages, entries: recompute.count)
    }
    var choices: [StageRecompute] = []
    for (stage, given) in recompute.enumerated() {
      guard let choice = StageRecompute(given, model: costs) else {
        throw .unknownRecompute(stage: stage)
      }
      choices.append(choice)
    }
    return choices
  }
}

/// Why a recorded run cannot be predicted.
public enum RunFault: Error, Hashable, CustomStringConvertible {
  case unknownStack(String)
  case unrunnableSchedule
  case wrongSplit([Int], layers: Int, chunks: Int)
  case wrongRecompute(stages: Int, entries: Int)
  case unknownRecompute(stage: Int)

  public var description: String {
    switch self {
    case .unknownStack(let stack): "no stack is called '\(stack)'"
    case .unrunnableSchedule: "its schedule cannot run with its stages and micro-batches"
    case .wrongSplit(let counts, let layers, let chunks):
      "its split \(counts) does not share out \(layers) layers over \(chunks) chunks"
    case .wrongRecompute(let stages, let entries):
      "it says what \(entries) stages recompute, but has \(stages)"
    case .unknownRecompute(let stage):
      "stage \(stage) recomputes or offloads modules that plans of its stack do not choose stage by stage"
    }
  }
}
