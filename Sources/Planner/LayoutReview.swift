import CostModel
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities

/// A layout that somebody already has: every choice, with the layers of each chunk.
public struct GivenLayout: Sendable, Hashable {
  public var frame: Frame
  /// Layers of each chunk, in the order of the virtual stages.
  public var chunkLayers: [Int]
  /// What each stage recomputes: the modules of all its layers, and the whole layers of each chunk.
  public var recompute: [Recompute]

  public init(frame: Frame, chunkLayers: [Int], recompute: [Recompute]) {
    self.frame = frame
    self.chunkLayers = chunkLayers
    self.recompute = recompute
  }
}

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
    changes: try SingleChanges(request, layout: layout, step: plan.prediction.step).all())
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
      guard let policy = model.policies.firstIndex(of: .modules(given.modules)) else {
        throw .unknownRecompute(stage: stage, stack: model.stack.identity)
      }
      let chunks = stride(from: stage, to: chunkLayers.count, by: frame.degrees.pipeline)
      let longest = chunks.map { chunkLayers[$0] }.max() ?? 0
      choices.append(StageRecompute(policy: policy, fullLayers: min(given.fullLayers, longest)))
    }
    return LayerSplit(
      boundaries: chunkLayers.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) },
      recompute: choices)
  }

  /// The recomputation that all stages share, as a policy that can be pinned; `nil` where they differ
  /// or some layers are recomputed whole and others not.
  fileprivate var policy: RecomputePolicy? {
    guard let first = recompute.first, recompute.allSatisfy({ $0.modules == first.modules }) else {
      return nil
    }
    if recompute.allSatisfy({ $0.fullLayers == 0 }) { return .modules(first.modules) }
    let isFull = recompute.indices.allSatisfy { stage in
      stride(from: stage, to: chunkLayers.count, by: frame.degrees.pipeline)
        .allSatisfy { recompute[stage].fullLayers >= chunkLayers[$0] }
    }
    return isFull && first.modules.isEmpty ? .full : nil
  }
}

extension Pins {
  /// All choices of a layout but its layer split, and its recomputation where all stages share it.
  fileprivate init(of layout: GivenLayout) {
    let frame = layout.frame
    let degrees = frame.degrees
    self.init(
      tensor: degrees.tensor, context: degrees.context, expert: degrees.expert,
      expertTensor: degrees.expertTensor, data: degrees.data, pipeline: degrees.pipeline,
      virtualStages: frame.schedule.virtualStages, schedule: frame.schedule.name,
      microBatchSize: frame.microBatchSize, sharding: frame.sharding,
      contextMethod: frame.contextMethod, sequenceParallel: frame.sequenceParallel,
      recompute: layout.policy)
  }
}

/// The best plans with one choice freed.
private struct SingleChanges {
  let request: PlanRequest
  let layout: GivenLayout
  let step: Seconds

  init(_ request: PlanRequest, layout: GivenLayout, step: Seconds) {
    self.request = request
    self.layout = layout
    self.step = step
  }

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
      let parallelism = LaunchPlan.Parallelism(best.frame)
      guard let words = choice.words(given, parallelism) else { continue }
      changes.append(
        LayoutReview.Change(
          words: words, parallelism: parallelism, step: result.objective,
          gain: 1 - result.objective / step))
    }
    return changes.sorted { ($1.gain, $0.words) < ($0.gain, $1.words) }
  }

  private static let choices: [Choice] = [
    Choice(free: { $0.recompute = nil }) { $0 == $1 ? "the layer split and recomputation" : nil },
    Choice(free: { $0.microBatchSize = nil }) {
      $0.microBatchSize == $1.microBatchSize
        ? nil : "micro-batch \($1.microBatchSize) instead of \($0.microBatchSize)"
    },
    Choice(free: { pins in
      pins.schedule = nil
      pins.virtualStages = nil
    }) {
      $0.schedule == $1.schedule
        ? nil
        : "the schedule \($1.scheduleWords) instead of "
          + $0.scheduleWords
    },
    Choice(free: { $0.sharding = nil }) {
      $0.sharding == $1.sharding
        ? nil : "sharding \($1.sharding.rawValue) instead of \($0.sharding.rawValue)"
    },
    Choice(free: { pins in
      pins.tensor = nil
      pins.data = nil
      pins.sequenceParallel = nil
      pins.expertTensor = nil
    }) {
      $0.tensor == $1.tensor
        ? nil : "tensor \($1.tensor) instead of \($0.tensor) (data \($1.data))"
    },
    Choice(free: { pins in
      pins.pipeline = nil
      pins.data = nil
      pins.schedule = nil
      pins.virtualStages = nil
    }) {
      $0.pipeline == $1.pipeline
        ? nil : "pipeline \($1.pipeline) instead of \($0.pipeline) (data \($1.data))"
    },
    Choice(free: { pins in
      pins.context = nil
      pins.contextMethod = nil
      pins.data = nil
    }) {
      $0.context == $1.context
        ? nil : "context \($1.context) instead of \($0.context) (data \($1.data))"
    },
    Choice(free: { pins in
      pins.expert = nil
      pins.expertTensor = nil
    }) {
      $0.expert == $1.expert && $0.expertTensor == $1.expertTensor
        ? nil
        : "expert \($1.expert) × \($1.expertTensor) instead of \($0.expert) × "
          + "\($0.expertTensor)"
    },
    Choice(free: { $0 = Pins() }) { _, _ in "everything free" },
  ]
}

extension LaunchPlan.Parallelism {
  fileprivate var scheduleWords: String {
    virtualStages > 1 ? "\(schedule.name) ×\(virtualStages)" : schedule.name
  }
}
