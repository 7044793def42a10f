import CostModel
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities

/// Prices a given layout, checks it, and tries every single change of it.
///
/// - Parameter request: what the layout runs on; its pins are passed over, its effort is that of each
///   change.
/// - Throws: `GivenLayoutFault` where the layout cannot be priced at all, `CostModelError` where the
///   accelerators cannot run the workload, `SolverError` and `PlanFaults` only for our own mistakes.
public func review(
  _ layout: GivenLayout, _ request: PlanRequest, inputs: PlanInputs
) throws -> LayoutReview {
  var request = request
  request.pins = Pins(of: layout)
  request.keepsHostOrder = true
  let model = try request.costModel()
  let split = try layout.split(under: model)
  let complaints = frameViolations(of: layout.frame, under: model, Certificate.Pins(request.pins))
  guard complaints.isEmpty else { throw GivenLayoutFault.cannotRun(complaints) }
  let space = SearchSpace(model: model, pins: request.pins)
  let result = try ParallelismSearch(space: space, effort: request.effort).run()
  let plan = try PlanAssembly(
    request, model: model, space: space, result: result, chosen: (layout.frame, split)
  ).plan(inputs)
  let report = PlanCheck.run(
    plan: plan, cluster: request.cluster, model: request.model, workload: request.workload)
  return LayoutReview(
    plan: plan, violations: report.violations.map(\.message),
    changes: try SingleChanges(request: request, layout: layout, step: plan.prediction.step).all())
}

/// Why a given layout has no price.
public enum GivenLayoutFault: Error, Hashable, CustomStringConvertible {
  case cannotRun([String])
  case wrongSplit([Int], layers: Int, chunks: Int)
  case unknownRecompute(stage: Int, stack: String)

  public var description: String {
    switch self {
    case .cannotRun(let sentences): sentences.joined(separator: "; ")
    case .wrongSplit(let counts, let layers, let chunks):
      "its chunks hold \(counts.map(String.init).joined(separator: ", ")) layers, but must share out "
        + "\(layers) layers over \(chunks) chunks"
    case .unknownRecompute(let stage, let stack):
      "stage \(stage) recomputes modules that no other stage does and that plans of \(stack) do not "
        + "choose"
    }
  }
}

extension GivenLayout {
  fileprivate func split(under model: CostModel) throws(GivenLayoutFault) -> LayerSplit {
    let layers = model.model.layers.count
    guard chunkLayers.count == frame.chunks, chunkLayers.reduce(0, +) == layers else {
      throw .wrongSplit(chunkLayers, layers: layers, chunks: frame.chunks)
    }
    var choices: [StageRecompute] = []
    for (stage, given) in recompute.enumerated() {
      guard var choice = StageRecompute(given, model: model) else {
        throw .unknownRecompute(stage: stage, stack: model.stack.identity)
      }
      choice.fullLayers = min(choice.fullLayers, layersOfChunks(stage).max() ?? 0)
      choices.append(choice)
    }
    return LayerSplit(chunkLayers: chunkLayers, recompute: choices)
  }

  /// The layers of each chunk of a stage.
  private func layersOfChunks(_ stage: Int) -> [Int] {
    stride(from: stage, to: chunkLayers.count, by: frame.degrees.pipeline).map { chunkLayers[$0] }
  }

  /// The recomputation that all stages share, as a policy that can be pinned; `nil` where they differ
  /// or some layers are recomputed whole and others not.
  fileprivate var policy: RecomputePolicy? {
    guard let first = recompute.first,
      recompute.allSatisfy({ $0.modules == first.modules && $0.offload == first.offload })
    else {
      return nil
    }
    if recompute.allSatisfy({ $0.fullLayers == 0 }) { return RecomputePolicy(first) }
    let isFull = recompute.indices.allSatisfy { stage in
      layersOfChunks(stage).allSatisfy { $0 <= recompute[stage].fullLayers }
    }
    return isFull && RecomputePolicy(first) == .modules([]) ? .full : nil
  }
}

extension Pins {
  /// All choices of a layout but its layer split, and its recomputation where all stages share it.
  fileprivate init(of layout: GivenLayout) {
    self.init(layout.frame)
    recompute = layout.policy
  }
}

/// The best plans with one choice freed.
private struct SingleChanges {
  let request: PlanRequest
  let layout: GivenLayout
  let step: Seconds

  /// A choice, the pins that it takes away, and how its value reads.
  private struct Choice: Sendable {
    var free: @Sendable (inout Pins) -> Void
    var words: @Sendable (LaunchPlan.Parallelism, LaunchPlan.Parallelism) -> String?
  }

  func all() throws -> [LayoutReview.Change] {
    let given = LaunchPlan.Parallelism(layout.frame)
    var changes: [LayoutReview.Change] = []
    for choice in Self.choices {
      var changed = request
      choice.free(&changed.pins)
      guard changed.pins != request.pins else { continue }
      let model = try changed.costModel()
      let result = try ParallelismSearch(
        space: SearchSpace(model: model, pins: changed.pins), effort: changed.effort
      ).run()
      guard let best = result.best else { continue }
      // The layout is a plan of each of these spaces itself, and may lie inside the gap asked for.
      let isBetter = result.objective < step
      let parallelism = isBetter ? LaunchPlan.Parallelism(best.frame) : given
      guard let words = choice.words(given, parallelism) else { continue }
      changes.append(
        LayoutReview.Change(
          words: words, parallelism: parallelism, step: min(result.objective, step),
          gain: isBetter ? 1 - result.objective / step : 0))
    }
    return changes.sorted { ($1.gain, $0.words) < ($0.gain, $1.words) }
  }

  private static let choices: [Choice] = [
    Choice(free: { $0.recompute = nil }) { $0 == $1 ? "the layer split and recomputation" : nil },
    Choice(free: { $0.microBatchSize = nil }) {
      change("micro-batch", $0.microBatchSize, $1.microBatchSize)
    },
    Choice(free: { ($0.schedule, $0.virtualStages) = (nil, nil) }) {
      change("the schedule", $0.scheduleWords, $1.scheduleWords)
    },
    Choice(free: { ($0.sharding, $0.stateReplicas) = (nil, nil) }) {
      change("sharding", $0.shardingWords, $1.shardingWords)
    },
    Choice(free: {
      ($0.tensor, $0.sequenceParallel, $0.expertTensor) = (nil, nil, nil)
      ($0.data, $0.stateReplicas) = (nil, nil)
    }) {
      change("tensor", $0.tensor, $1.tensor, data: $1.data)
    },
    Choice(free: {
      ($0.pipeline, $0.schedule, $0.virtualStages) = (nil, nil, nil)
      ($0.data, $0.stateReplicas) = (nil, nil)
    }) {
      change("pipeline", $0.pipeline, $1.pipeline, data: $1.data)
    },
    Choice(free: {
      ($0.context, $0.contextMethod, $0.data, $0.stateReplicas) = (nil, nil, nil, nil)
    }) {
      change("context", $0.context, $1.context, data: $1.data)
    },
    Choice(free: { ($0.expert, $0.expertTensor) = (nil, nil) }) {
      change(
        "expert", "\($0.expert) × \($0.expertTensor)", "\($1.expert) × \($1.expertTensor)")
    },
    Choice(free: { $0.rankOrder = nil }) {
      change("rank order", $0.axisOrder.rawValue, $1.axisOrder.rawValue)
    },
    Choice(free: { $0 = Pins() }) { _, _ in "everything free" },
  ]

  /// What a choice was and is, where it is another; with the data degree that followed it, if one did.
  private static func change<Value: Equatable>(
    _ name: String, _ before: Value, _ after: Value, data: Int? = nil
  ) -> String? {
    guard before != after else { return nil }
    return "\(name) \(after) instead of \(before)" + (data.map { " (data \($0))" } ?? "")
  }
}

extension LaunchPlan.Parallelism {
  fileprivate var shardingWords: String {
    sharding.rawValue + (stateGroups > 1 ? " in \(stateGroups) groups" : "")
  }

  fileprivate var scheduleWords: String {
    virtualStages > 1 ? "\(schedule.name) ×\(virtualStages)" : schedule.name
  }
}
