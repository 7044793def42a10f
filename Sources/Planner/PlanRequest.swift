import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary

/// Everything that a plan is made from.
public struct PlanRequest: Sendable {
  public var cluster: ClusterTopology
  public var model: ModelDescription
  public var workload: Workload
  public var stack: Stack
  public var calibration: Calibration
  public var pins: Pins
  /// What the plan is to be best at.
  public var goal = Goal.time
  public var effort: Effort
  /// Whether hosts and node groups stay in the order in which the cluster lists them, also where
  /// another is faster.
  public var keepsHostOrder = false
  /// What was assumed before, one sentence each, to stand in the plan.
  public var assumptions: [String]
  /// The plan's name, if it has one.
  public var name: String?

  /// A pin that offloads activations says that they may lie in the hosts' memory.
  public init(
    cluster: ClusterTopology, model: ModelDescription, workload: Workload,
    stack: Stack = .megatronCore, calibration: Calibration = .shipped, pins: Pins = .none,
    effort: Effort = Effort(),
    assumptions: [String] = [], name: String? = nil
  ) {
    self.cluster = cluster
    self.model = model
    self.workload = workload
    self.stack = stack
    self.calibration = calibration
    self.pins = pins
    if pins.recompute?.offloaded.isEmpty == false { self.workload.activationPlace = .host }
    self.effort = effort
    self.assumptions = assumptions
    self.name = name
  }
}

extension PlanRequest {
  /// The cost model of the inputs, under the recomputation that is pinned.
  ///
  /// - Parameter keepsGroupOrder: whether groups stand as they are listed although hosts need not.
  public func costModel(
    keepsGroupOrder: Bool = false
  ) throws(CostModelError) -> CostModel {
    try CostModel(
      model: model, cluster: cluster, workload: workload, stack: stack, recompute: pins.recompute,
      calibration: calibration, keepsGroupOrder: keepsGroupOrder || keepsHostOrder)
  }
}

extension PlanRequest {
  /// That what is pinned to be offloaded is no part of the model; `nil` where it is one.
  var absentOffload: Infeasibility? {
    let present = Set(model.kinds.flatMap(\.blocks).compactMap(\.offloadModule))
    let absent = (pins.recompute?.offloaded ?? []).subtracting(present).sorted()
    guard let module = absent.first else { return nil }
    let pin = "--recompute host:\(module.rawValue)"
    return Infeasibility(
      summary:
        "\(pin) offloads nothing: no layer of \(model.name) has a block of such a module alone",
      remedies: [.init(sentence: "without \(pin)", change: "remove --recompute")],
      bindingLimits: [pin])
  }
}

/// How planning ended.
public enum PlanOutcome: Sendable {
  case planned(LaunchPlan)
  /// No plan of the declared space can run, and why.
  case infeasible(Infeasibility)
  /// The search was stopped before it met a plan.
  case stopped
}

extension PlanInputs.Workload {
  /// A workload as a plan states it.
  public init(_ workload: Workload) {
    self.init(
      globalBatch: workload.globalBatch, sequenceLength: workload.sequenceLength,
      precision: workload.precision, optimizer: workload.optimizer.rawValue,
      optimizerPlace: workload.optimizerPlace == .device ? nil : workload.optimizerPlace,
      activationPlace: workload.activationPlace == .device ? nil : workload.activationPlace,
      adapterRank: workload.adapterRank,
      lengths: workload.lengths.map { lengths in
        .init(
          sequences: lengths.sequences,
          histogram: lengths.histogram.entries.map { .init(tokens: $0.tokens, count: $0.count) })
      }, expertUse: workload.expertUse.isEmpty ? nil : workload.expertUse)
  }
}
