import CostModel
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities

// What a reader needs to check the bound again without a solver.
//
// Frames with the same tensor, context, data and pipeline degrees, in the same order of node groups, are
// closed together, and count as one, by `work`: where `WorkBound` of these degrees is at least the
// certificate's bound. Every other frame of the scope is one of:
// - `memory`: `FramePrices.closedFormBound` finds that its ranks together lack the memory;
// - `closedForm`: its closed-form bound is at least the certificate's bound;
// - refuted by `ranks`, `recursion`, `labels`, `enumeration` or `infeasible`: that rule's bound is at least
//   the objective (or no split fits), so the frame holds no better plan;
// - listed in the evidence with its rule and its bound, which lies from the certificate's bound up to
//   the objective.
// The certificate's bound is the least of the objective, the listed bounds, the closed-form bounds of the
// `closedForm` frames, and the bounds by work.

extension PlanAssembly {
  /// - Parameter step: the predicted step, which is the objective.
  func certificate(step: Seconds) throws -> Certificate {
    let bound = min(result.bound, step)
    let counted = CountedSpace(result, bound: bound)
    let looked = result.examined
      .filter { $0.closedForm < bound && !counted.closed.contains(FrameFamily($0.frame)) }
      .map { $0.simplest(for: step, share: result.share, in: space, pricer) }
    let listed = looked.filter { $0.bound < step }
      .sorted { $0.frame < $1.frame }
    var counts: [Certificate.Rule: Int] = [
      .work: counted.closed.count,
      .memory: counted.open.reduce(0) { $0 + $1.exceedingMemory },
    ]
    for examined in looked { counts[Certificate.Rule(examined.rule), default: 0] += 1 }
    let closedForm = counted.frames - counts.values.reduce(0, +)
    counts[.closedForm, default: 0] += closedForm
    let schedule = Certificate.Part(
      name: .schedule, objective: step, bound: bound,
      rule: space.goal.measure == .time
        ? "least over all frames of the bound of each"
        : "least over all frames of the bound of each, times the price of its nodes over that of the plan's"
    )
    return Certificate(
      objective: step, bound: bound, ties: isSimpler ? request.effort.ties : nil,
      scope: scope(counted),
      parts: [schedule, try mappingPart(step: step)].compactMap(\.self),
      evidence: Certificate.Evidence(
        closures: Certificate.Rule.allCases.compactMap { rule in
          counts[rule].flatMap { $0 > 0 ? Certificate.Closure(rule: rule, frames: $0) : nil }
        },
        frames: listed.map {
          Certificate.FrameEvidence($0, nodeGroups: model.groupNames($0.frame))
        }))
  }

  private func scope(_ counted: CountedSpace) -> Certificate.Scope {
    let methods = Set(counted.taken(\.contextMethod).compactMap(\.self))
    let names = Set(counted.taken(\.schedule).map(\.name))
    let numberings = counted.taken(\.rankOrder)
    func values<Value: Hashable & Comparable>(_ value: (Frame) -> Value) -> [Value] {
      counted.taken(value).sorted()
    }
    let degrees = counted.degrees(of: space)
    let orders = AxisOrder.allCases.filter(numberings.contains)
    let groups = values(\.stateReplicas)
    return Certificate.Scope(
      stack: model.stack.identity, devices: model.cluster.deviceCount,
      pins: Certificate.Pins(request.pins), tensor: degrees.tensor.sorted(),
      context: degrees.context.sorted(),
      contextMethods: ContextMethod.allCases.filter(methods.contains),
      expert: values(\.degrees.expert), expertTensor: values(\.degrees.expertTensor),
      pipeline: degrees.pipeline.sorted(), virtualStages: values(\.schedule.virtualStages),
      schedules: Schedule.names.filter(names.contains),
      microBatchSizes: values(\.microBatchSize), shardings: values(\.sharding),
      recompute: recomputeNames,
      split:
        "any number of layers a stage; interleaved chunks hold the even share rounded down, one"
        + " run of them one more, and the first and last maybe one less; a stage recomputes what"
        + " takes it least time",
      mapping: mappingWords(isRenumbered: orders.count > 1)
        + (model.cluster.nodeGroups.count > 1
          ? "; all nodes of a group before those of the next, of the last any number"
          : "; any number of nodes, the first"),
      groupOrders: model.clusters.count > 1 ? model.clusters.count : nil,
      rankOrders: orders.isEmpty || orders == [.pipelineOutermost] ? nil : orders,
      stateReplicas: groups.isEmpty || groups == [1] ? nil : groups,
      goal: space.goal == .time ? nil : space.goal, frames: counted.frames)
  }

  private func mappingWords(isRenumbered: Bool) -> String {
    var hosts = isReordered ? "the order of hosts that the plan states" : "identity order"
    if isRenumbered {
      // What is left out is hardly ever faster (see `SearchSpace.rankOrders`).
      hosts +=
        model.cluster.hasUniformNetwork && !model.cluster.nodeGroups[0].sharesCards
          && model.cluster.nodeGroups[0].scaleUp.innerLevels.isEmpty
        ? ", pipeline before data where a replica's stages share a scale-up domain"
        : ", data before pipeline or pipeline before data"
    }
    return model.clusters.count > 1 ? "every order of node groups; in each, \(hosts)" : hosts
  }

  private var recomputeNames: [String] {
    let policies = model.pinnedPolicy.map { [model.policies[$0]] } ?? model.policies
    return policies.map(\.name)
  }
}

/// A space as a certificate of a bound counts it: families that their work closes as one each, and the
/// frames of all others.
private struct CountedSpace {
  typealias Degrees = (tensor: Set<Int>, context: Set<Int>, pipeline: Set<Int>)

  /// Families whose work takes the bound at least.
  let closed: Set<FrameFamily>
  let open: [OpenedFamily]
  let frames: Int

  init(_ result: SearchResult, bound: Seconds) {
    // What agrees with the bound but for rounding is closed, whatever was opened to find the bound.
    let closed = Set(
      result.families.lazy.filter { $0.work >= (1 - 1e-9) * bound }.map(\.family))
    self.closed = closed
    open = result.opened.filter { !closed.contains($0.family) }
    frames = open.reduce(closed.count) { $0 + $1.frames.count }
  }

  /// The degrees of all frames, also of the families that were closed whole.
  func degrees(of space: SearchSpace) -> Degrees {
    var listed: Degrees = ([], [], [])
    func list(_ degrees: ParallelismDegrees) {
      listed.tensor.insert(degrees.tensor)
      listed.context.insert(degrees.context)
      listed.pipeline.insert(degrees.pipeline)
    }
    for family in open where !family.frames.isEmpty { list(family.family.degrees) }
    for family in closed {
      let degrees = family.degrees
      let isListed =
        listed.tensor.contains(degrees.tensor) && listed.context.contains(degrees.context)
        && listed.pipeline.contains(degrees.pipeline)
      if !isListed, !space.frames(of: family).isEmpty { list(degrees) }
    }
    return listed
  }

  /// The values that the frames of open families take. Neighbours mostly agree, so that few are looked up.
  func taken<Value: Hashable>(_ value: (Frame) -> Value) -> Set<Value> {
    var values: Set<Value> = []
    var last: Value?
    for frame in open.lazy.flatMap(\.frames) {
      let own = value(frame)
      if own != last {
        values.insert(own)
        last = own
      }
    }
    return values
  }
}

extension Certificate.Rule {
  init(_ rule: ClosingRule) {
    self =
      switch rule {
      case .memory: .memory
      case .closedForm: .closedForm
      case .ranks: .ranks
      case .recursion: .recursion
      case .labels: .labels
      case .enumeration: .enumeration
      case .infeasible: .infeasible
      }
  }
}

extension Certificate.FrameEvidence {
  init(_ result: FrameResult, nodeGroups: [String]?) {
    self.init(
      degrees: result.frame.degrees, schedule: result.frame.schedule,
      microBatchSize: result.frame.microBatchSize, sharding: result.frame.sharding,
      stateReplicas: result.frame.stateReplicas, contextMethod: result.frame.contextMethod,
      sequenceParallel: result.frame.sequenceParallel,
      nodeGroups: nodeGroups, rankOrder: result.frame.rankOrder,
      rule: Certificate.Rule(result.rule),
      bound: result.bound.isFinite ? result.bound : nil)
  }
}

extension Certificate.Pins {
  init(_ pins: Pins) {
    self.init(
      tensor: pins.tensor, context: pins.context, expert: pins.expert,
      expertTensor: pins.expertTensor, data: pins.data, pipeline: pins.pipeline,
      virtualStages: pins.virtualStages, schedule: pins.schedule,
      microBatchSize: pins.microBatchSize, sharding: pins.sharding,
      stateReplicas: pins.stateReplicas,
      contextMethod: pins.contextMethod, sequenceParallel: pins.sequenceParallel,
      rankOrder: pins.rankOrder, recompute: pins.recompute?.name)
  }
}

extension Pins {
  /// The choices that a certificate states, which the search obeyed.
  public init(_ pins: Certificate.Pins) {
    self.init(
      tensor: pins.tensor, context: pins.context, expert: pins.expert,
      expertTensor: pins.expertTensor, data: pins.data, pipeline: pins.pipeline,
      virtualStages: pins.virtualStages, schedule: pins.schedule,
      microBatchSize: pins.microBatchSize, sharding: pins.sharding,
      stateReplicas: pins.stateReplicas,
      contextMethod: pins.contextMethod, sequenceParallel: pins.sequenceParallel,
      rankOrder: pins.rankOrder,
      recompute: pins.recompute.flatMap { RecomputePolicy(name: $0) })
  }
}
