import CostModel
import LaunchPlan
import Quantities

/// How the tokens of a layer use its expert ranks.
public struct LayerUse: Sendable {
  /// Its number in the model.
  public var layer: Int
  /// The fullest rank's load over the mean.
  public var imbalance: Double
  /// The GPUs and the scale-up domains that hold a token's experts, on average; `nil` where only loads
  /// are known, and they are as many as chance makes them.
  public var destinations: (gpus: Double, nodes: Double)?

  public init(
    layer: Int, imbalance: Double, destinations: (gpus: Double, nodes: Double)? = nil
  ) {
    self.layer = layer
    self.imbalance = imbalance
    self.destinations = destinations
  }
}

extension LaunchPlan {
  /// The stage of each layer of the model.
  public var stageOfLayer: [Int: Int] {
    var stageOf: [Int: Int] = [:]
    for (index, stage) in stages.enumerated() {
      for run in stage.layerRuns { for layer in run { stageOf[layer] = index } }
    }
    return stageOf
  }
}

extension FramePricer {
  /// What the stage to which the use of experts adds most waits longer in a step than is predicted by
  /// what the workload tells of them, over all its micro-batches.
  public func addedTime(_ uses: [LayerUse], plan: LaunchPlan) -> Seconds {
    let frame = Frame(plan.parallelism)
    let stageOf = plan.stageOfLayer
    var sums = [Seconds](repeating: .zero, count: plan.stages.count)
    for use in uses {
      guard model.model.layers.indices.contains(use.layer), let stage = stageOf[use.layer],
        sums.indices.contains(stage)
      else { continue }
      let layer = model.model.kinds[model.model.layers[use.layer]]
      guard let times = expertTimes(of: frame, layer: layer, stage: stage),
        let told = expertUse(of: frame, layer: layer)
      else {
        continue
      }
      let own = times.time(
        imbalance: use.imbalance, gpus: use.destinations?.gpus ?? told.ranks,
        nodes: use.destinations?.nodes ?? told.domains)
      sums[stage] = sums[stage] + own - times.time(told)
    }
    return Double(frame.microBatches) * (sums.max() ?? .zero)
  }
}
