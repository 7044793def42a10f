import CostModel
import LaunchPlan
import LinearProgramming
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import SequenceScattering

/// Chooses a layout for sequences of unequal lengths: of the layouts that are good for packed windows,
/// long and short, the one whose steps are shortest when every batch is scattered.
struct ScatteredPlanning {
  private let request: PlanRequest
  private let model: CostModel
  private let space: SearchSpace
  /// The search over windows that hold the longest sequence.
  private let result: SearchResult

  /// The most layouts that are compared.
  private static let mostLayouts = 6

  init(_ request: PlanRequest, model: CostModel, space: SearchSpace, result: SearchResult) {
    self.request = request
    self.model = model
    self.space = space
    self.result = result
  }

  /// The plan of the best layout with its policy; one without a policy, which says so, where no layout
  /// holds the longest sequence.
  func plan(_ inputs: PlanInputs) throws -> LaunchPlan {
    var compared: [Compared] = []
    for layout in try layouts() {
      do {
        let estimate = try LayoutEstimate(model, frame: layout.frame, split: layout.split)
        compared.append(Compared(frame: layout.frame, split: layout.split, estimate: estimate))
      } catch is ScatteringFault {
        // What does not hold the sequences is no candidate.
        continue
      }
    }
    guard let best = compared.indices.min(by: { compared[$0].step < compared[$1].step }) else {
      var request = request
      let longest = request.workload.lengths?.histogram.longest ?? 0
      request.assumptions.append(
        "sequences are packed and not scattered: "
          + (isPinnedOtherwise
            ? "batches differ in their micro-batches, which the pinned schedule does not take in any number"
            : "no layout of those tried holds one of \(longest.grouped) tokens in a group"))
      return try PlanAssembly(request, model: model, space: space, result: result).plan(inputs)
    }
    let chosen = compared.remove(at: best)
    var assembly = PlanAssembly(
      request, model: model, space: space, result: result, chosen: (chosen.frame, chosen.split))
    assembly.scattering = policy(chosen, beside: compared, assembly)
    return try assembly.plan(inputs)
  }

  /// A layout with its estimate.
  private struct Compared {
    var frame: Frame
    var split: LayerSplit
    var estimate: LayoutEstimate
    var step: Seconds { estimate.meanScattered }
  }

  private func policy(
    _ chosen: Compared, beside others: [Compared], _ assembly: PlanAssembly
  ) -> LaunchPlan.SequenceScattering {
    let all = [chosen] + others
    let uniform = all.compactMap(\.estimate.uniform?.steps)
      .min { $0.reduce(0, +) < $1.reduce(0, +) }
    let gain = uniform.map(chosen.estimate.gain(over:))
    let setting = chosen.estimate.setting
    return LaunchPlan.SequenceScattering(
      grouping: setting.grouping(under: model.stack, chosen.frame),
      degrees: setting.degrees.map(\.degree), ranks: setting.gpus,
      tokensPerRank: setting.tokensPerGPU,
      sample: .init(batches: LayoutEstimate.batches, seed: LayoutEstimate.seed),
      stepSeconds: chosen.estimate.meanScattered, boundSeconds: chosen.estimate.meanBound,
      gain: gain?.gain, gainLow: gain?.low, gainHigh: gain?.high,
      layouts: all.map { layout in
        .init(
          parallelism: LaunchPlan.Parallelism(layout.frame),
          nodeGroups: model.groupNames(layout.frame),
          stages: assembly.stages(layout.frame, layout.split), stepSeconds: layout.step,
          uniformDegree: layout.estimate.uniform?.degree,
          uniformStepSeconds: layout.estimate.meanUniform)
      })
  }
}

// MARK: - Layouts

extension ScatteredPlanning {
  private struct Cut: Hashable {
    var tensor: Int
    var pipeline: Int
  }

  /// The best layout, in windows of the longest sequence, of each way to cut the model that is among
  /// the best for long or for short windows, and of a few between them.
  private func layouts() throws -> [(frame: Frame, split: LayerSplit)] {
    guard !isPinnedOtherwise else { return [] }
    var cuts: [Cut] = []
    let short = try shortWindows()
    // Turn by turn, so that either kind of window is heard.
    let long = Self.cuts(result)
    for place in 0..<max(long.count, short.count) {
      for list in [long, short] where list.indices.contains(place) {
        if !cuts.contains(list[place]) { cuts.append(list[place]) }
      }
    }
    // Then other ways to cut matrices: the ends of a range do not tell what is best inside.
    for tensor in Set(space.frames().map(\.degrees.tensor)).sorted() {
      let cut = Cut(tensor: tensor, pipeline: cuts.first?.pipeline ?? 1)
      if !cuts.contains(cut) { cuts.append(cut) }
    }
    return try cuts.prefix(Self.mostLayouts).compactMap { cut in
      var pins = request.pins
      pins.tensor = cut.tensor
      pins.pipeline = cut.pipeline
      // Batches differ in their micro-batches, which this schedule takes in any number.
      pins.schedule = Schedule.oneForwardOneBackward.name
      let pinned = SearchSpace(model: model, pins: pins)
      return try ParallelismSearch(space: pinned, effort: request.effort).run().best
    }
  }

  /// Whether another schedule is pinned than the one that takes any number of micro-batches.
  private var isPinnedOtherwise: Bool {
    request.pins.virtualStages ?? 1 > 1
      || (request.pins.schedule ?? Schedule.oneForwardOneBackward.name)
        != Schedule.oneForwardOneBackward.name
  }

  /// How the model is cut among the best layouts when half of the tokens are in windows as long as
  /// theirs.
  private func shortWindows() throws -> [Cut] {
    guard let lengths = model.workload.lengths else { return [] }
    var window = 1024
    while window < lengths.histogram.medianByTokens { window *= 2 }
    guard window < model.workload.sequenceLength else { return [] }
    var changed = request
    changed.workload.sequenceLength = window
    changed.workload.globalBatch = max(1, model.workload.tokens / window)
    let space = SearchSpace(model: try changed.costModel(), pins: request.pins)
    return Self.cuts(try ParallelismSearch(space: space, effort: request.effort).run())
  }

  private static func cuts(_ result: SearchResult) -> [Cut] {
    var cuts: [Cut] = []
    for found in result.found {
      let cut = Cut(tensor: found.frame.degrees.tensor, pipeline: found.frame.degrees.pipeline)
      if !cuts.contains(cut) { cuts.append(cut) }
    }
    return cuts
  }
}

extension ScatteringSetting {
  fileprivate func grouping(
    under stack: Stack, _ frame: Frame
  ) -> LaunchPlan.SequenceScattering.Grouping {
    isFormedByTrainer(under: stack, frame) ? .dynamicContextParallel : .explicitGroups
  }
}
