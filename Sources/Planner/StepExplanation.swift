import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities

/// Explains where the time and the memory of a plan's step go, and what changes of its inputs would
/// do to it.
///
/// Faster parts are priced under the plan as it is. Changes that let another plan run (memory, nodes,
/// the batch) are planned for again, under the plan's stack, pins and goal; where the plan itself can
/// still run, it stays a candidate, so that such a change never seems to harm.
///
/// - Parameter request: what the plan was made from; its effort is how hard to plan again.
/// - Throws: `CostModelError` where the accelerators cannot run the workload; `ExplanationFault` where
///   the cost model cannot follow the plan; `SolverError` only for our own mistakes.
public func explainStep(of plan: LaunchPlan, _ request: PlanRequest) throws -> PlanExplanation {
  let pricer = FramePricer(try request.costModel())
  guard let priced = PricedPlan(plan, pricer: pricer),
    let base = PlanVariant(frame: priced.frame, split: priced.split, pricer: pricer)
  else { throw ExplanationFault.unpriceable }
  let busiest = base.prices.busiestRank(base.split, base.pipeline)
  let consumers = pricer.consumers(of: base.frame, base.pipeline, split: base.split, rank: busiest)
  let documented = base.prediction.documented(model: base.model, frame: base.frame)
  guard
    let fullest = documented.memory.max(by: {
      $0.peak / $0.capacity < $1.peak / $1.capacity
    })
  else {
    throw ExplanationFault.unpriceable
  }
  let effects = ChangeEffects(request: request, base: base, pipelines: pricer.pipelines)
  // What is proven to be best is not searched for again.
  let isOpen = plan.certificate.gap > request.effort.gap
  return PlanExplanation(
    step: documented.step, tokensPerSecondPerDevice: documented.tokensPerSecondPerDevice,
    breakdown: documented.breakdown,
    busiestStage: PlanExplanation.BusyStage(
      stage: busiest,
      layers: base.pipeline.chunks(ofRank: busiest)
        .reduce(0) { $0 + base.split.layers(ofChunk: $1).count },
      consumers: Consumer.allCases
        .compactMap { kind in consumers[kind].map { (kind, $0) } }
        .sorted { $0.1 > $1.1 }
        .map { PlanExplanation.Consumer(name: $0.0.rawValue, time: $0.1) }),
    fullestStage: fullest,
    sensitivities: try effects.all(planningAgain: isOpen).enumerated().sorted {
      let (one, other) = ($0.element.after?.gain, $1.element.after?.gain)
      return (other ?? -.infinity, $0.offset) < (one ?? -.infinity, $1.offset)
    }.map(\.element),
    measure: request.goal.measure,
    effort: "to a gap of \(request.effort.gap.percent), looking at "
      + "\(request.effort.frameLimit.grouped) layouts at most")
}

extension Effort {
  /// How hard to plan again for an explanation: several searches in a second or so.
  public static let explanation = Effort(gap: 0.02, ties: 0, frameLimit: 200, iterationLimit: 0)
}

/// Why a plan cannot be explained.
public enum ExplanationFault: Error, Hashable, CustomStringConvertible {
  /// Its layout cannot run, or its layers are not the model's.
  case unpriceable

  public var description: String {
    "the plan's layout cannot be priced; 'plan check' says what is wrong with it"
  }
}

/// What each change does to a plan.
private struct ChangeEffects {
  let request: PlanRequest
  let base: PlanVariant
  let pipelines: PipelineCache

  func all(planningAgain: Bool) throws -> [Sensitivity] {
    let enabling = InputChange.enabling(nodes: request.cluster.nodeCount)
    return try InputChange.faster.compactMap(repriced)
      + ((planningAgain ? [.none] : []) + enabling).compactMap(replanned)
  }

  /// The plan as it is, under changed inputs.
  private func repriced(_ change: InputChange) throws -> Sensitivity? {
    guard let changed = change.apply(request) else { return nil }
    let pricer = FramePricer(try changed.costModel(), pipelines: pipelines)
    return PlanVariant(frame: base.frame, split: base.split, pricer: pricer).map {
      Sensitivity(change: change.words, outcome: .repriced(after($0)))
    }
  }

  /// The best plan of changed inputs.
  private func replanned(_ change: InputChange) throws -> Sensitivity? {
    guard let changed = change.apply(request) else { return nil }
    let model = try changed.costModel()
    let pricer = FramePricer(model, pipelines: pipelines)
    let result = try ParallelismSearch(
      space: SearchSpace(model: model, pins: changed.pins, goal: goal(for: model.workload)),
      effort: changed.effort
    ).run()
    let found = result.best.flatMap {
      PlanVariant(frame: $0.frame, split: $0.split, pricer: pricer)
    }
    var candidates: [(variant: PlanVariant, extent: Sensitivity.Replan.Extent)] = []
    if let kept = kept(under: pricer) { candidates.append((kept, .nothing)) }
    // Nobody has to use a node.
    if model.cluster.deviceCount > base.frame.degrees.devices, base.fits {
      candidates.append((base, .idle))
    }
    if let found { candidates.append((found, extent(found))) }
    let best = candidates.min { perToken($0.variant) < perToken($1.variant) }
    return Sensitivity(
      change: change.words, changesScale: change.changesScale,
      outcome: best.map { variant, extent in
        .replanned(
          after(variant),
          Sensitivity.Replan(
            parallelism: LaunchPlan.Parallelism(variant.frame), extent: extent))
      } ?? .none(reason: reason(result, model: model, pins: changed.pins)))
  }

  /// The plan as it is, with as many more micro-batches as the batch has grown; `nil` where it cannot
  /// run under the changed inputs.
  private func kept(under pricer: FramePricer) -> PlanVariant? {
    var frame = base.frame
    let replica = frame.degrees.data * frame.microBatchSize
    guard frame.degrees.devices <= pricer.model.cluster.deviceCount,
      pricer.model.workload.globalBatch.isMultiple(of: replica)
    else { return nil }
    frame.microBatches = pricer.model.workload.globalBatch / replica
    guard let variant = PlanVariant(frame: frame, split: base.split, pricer: pricer), variant.fits
    else { return nil }
    return variant
  }

  private func after(_ variant: PlanVariant) -> Sensitivity.After {
    Sensitivity.After(
      step: variant.prediction.step, tokensPerSecondPerDevice: variant.tokensPerSecondPerDevice,
      gain: 1 - perToken(variant) / perToken(base), peak: variant.fullest.peak,
      capacity: variant.fullest.capacity)
  }

  /// What a token takes of time or, where the price counts, costs.
  private func perToken(_ variant: PlanVariant) -> Double {
    let price =
      request.goal.measure == .time ? 1 : variant.model.hourlyPrice(of: FrameFamily(variant.frame))
    return price * variant.timePerToken.value
  }

  /// The plan's goal, where steps of another batch may take as long a token.
  private func goal(for workload: Workload) -> Goal {
    let scale = Double(workload.tokens) / Double(request.workload.tokens)
    return Goal(request.goal.measure, longestStep: request.goal.longestStep.map { scale * $0 })
  }

  private func extent(_ variant: PlanVariant) -> Sensitivity.Replan.Extent {
    var frame = variant.frame
    frame.microBatches = base.frame.microBatches
    guard frame == base.frame else { return .layout }
    return variant.split == base.split ? .nothing : .stages
  }

  private func reason(_ result: SearchResult, model: CostModel, pins: Pins) -> String {
    guard result.hasFrames else {
      return "no layout suits \(model.cluster.deviceCount.grouped) devices and a batch of "
        + model.workload.globalBatch.grouped
        + (pins.given.isEmpty ? "" : " under what was pinned")
    }
    let isRefuted = !result.wasCut && !result.bound.isFinite
    guard isRefuted else { return "none was found" }
    return request.goal.longestStep == nil
      ? "none fits in memory" : "none fits in memory and is in time"
  }
}
