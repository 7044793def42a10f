import CostModel
import Quantities

extension ParallelismSearch {
  /// Of the plans found that are as good as the fastest, within `effort.ties`, and as near to a bound as the
  /// gap asks, the simplest: fewest devices, fewest axes, then most free memory, then fastest.
  func simplest(
    _ result: SearchResult, above bound: Seconds, _ pricer: FramePricer
  ) -> SearchResult.Found? {
    let near = result.found.filter {
      $0.step <= (1 + effort.ties) * result.objective && (1 - effort.gap) * $0.step <= bound
    }
    return near.min {
      let (one, other) = ($0.frame.degrees.devices, $1.frame.degrees.devices)
      guard one == other else { return one < other }
      let axes = (pricer.model.axes($0.frame, $0.split), pricer.model.axes($1.frame, $1.split))
      guard axes.0 == axes.1 else { return axes.0 < axes.1 }
      let (used, more) = (pricer.memoryShare($0), pricer.memoryShare($1))
      return used != more ? used < more : ($0.step, $0.frame) < ($1.step, $1.frame)
    }
  }
}

extension CostModel {
  /// In how many ways a plan departs from plain replicas: axes along which it is split, and ways of
  /// recomputing.
  public func axes(_ frame: Frame, _ split: LayerSplit) -> Int {
    let degrees = frame.degrees
    let ways = [
      degrees.tensor, degrees.context, degrees.expert, degrees.pipeline,
      frame.schedule.virtualStages, frame.stateReplicas,
    ]
    let modules = Set(split.recompute.map(\.policy)).filter {
      policies[$0] != .modules([])
    }
    let wholeLayers = split.recompute.contains { $0.fullLayers > 0 } ? 1 : 0
    return ways.count { $0 > 1 } + modules.count + wholeLayers
  }
}

extension FramePricer {
  /// The largest share of its device's memory that a stage takes.
  fileprivate func memoryShare(_ plan: SearchResult.Found) -> Double {
    let prices = prices(of: plan.frame)
    return (0..<plan.frame.degrees.pipeline).reduce(0) {
      max($0, prices.memory(rank: $1, split: plan.split).peak / prices.device(ofStage: $1).memory)
    }
  }
}
