import CostModel
import LaunchPlan
import ParallelismVocabulary

/// Every frame that a certificate speaks about, enumerated from the rules of the space and the pins
/// of the certificate's scope.
///
/// Candidates are all degrees and options; the rules of each group drop what breaks them as soon as
/// that group's part of a frame is known.
struct DeclaredSpace {
  let model: CostModel
  let pins: Certificate.Pins
  /// What the plan is to be best at.
  let goal: Goal
  let rules: FrameRules
  /// The names of the node groups in the order in which the cluster lists them, which may be another
  /// than that of the plan.
  private let listedGroups: [String]

  init(
    model: CostModel, pins: Certificate.Pins, goal: Goal = .time, listedGroups: [String]? = nil
  ) {
    self.model = model
    self.pins = pins
    self.goal = goal
    self.listedGroups = listedGroups ?? model.cluster.nodeGroups.map(\.name)
    rules = FrameRules(model: model, pins: pins)
  }

  /// The bounds of whole families.
  func workBound(_ pricer: FramePricer) -> WorkBound {
    WorkBound(
      pricer,
      mostSequences: (FrameRules.mostSequences(stages: 1), FrameRules.mostSequences(stages: 2)),
      microBatchSize: pins.microBatchSize, sequenceParallel: pins.sequenceParallel)
  }

  func contains(_ frame: Frame) -> Bool {
    rules.all.allow(frame) && brokenPins(of: frame).isEmpty
  }

  /// The order of node groups that names state, or the listed one; `nil` where there is no such order.
  func groupOrder(_ names: [String]?) -> Int? {
    // Hosts of groups with one kind of accelerator may stand in another order, which is the only one.
    if names == nil, model.clusters.count == 1 { return 0 }
    let names = names ?? listedGroups
    return model.clusters.firstIndex { $0.nodeGroups.map(\.name) == names }
  }

  func forEachFrame(_ body: (Frame) -> Void) {
    for family in families() { forEachFrame(of: family, body) }
  }

  /// All degrees that some way to cut sequences allows; not all of them have frames.
  func families() -> [FrameFamily] {
    let devices = model.cluster.deviceCount
    let layers = model.model.layers.count
    let domains = model.cluster.nodeGroups.map(\.scaleUp.accelerators)
    let contexts = allowed(divisors(of: model.workload.sequenceLength), pins.context)
    let replicas = allowed(divisors(of: model.workload.globalBatch), pins.data)
    var families: [FrameFamily] = []
    for order in model.clusters.indices {
      for tensor in allowed(Array(1...(domains.min() ?? 1)), pins.tensor) {
        for context in contexts where tensor * context <= devices {
          for pipeline in allowed(Array(1...layers), pins.pipeline) {
            for data in replicas where tensor * context * pipeline * data <= devices {
              let family = FrameFamily(
                tensor: tensor, context: context, data: data, pipeline: pipeline,
                groupOrder: order)
              let frame = Self.first(of: family)
              if rules.degrees.allow(frame), !methods(frame).isEmpty { families.append(family) }
            }
          }
        }
      }
    }
    return families
  }

  /// Complexity: O(frames), where partial frames that break a rule are dropped early.
  func forEachFrame(of family: FrameFamily, _ body: (Frame) -> Void) {
    addContext(Self.first(of: family), body)
  }

  /// The degrees of a family with nothing else chosen.
  private static func first(of family: FrameFamily) -> Frame {
    Frame(
      degrees: family.degrees, microBatchSize: 1, microBatches: 1,
      schedule: .oneForwardOneBackward, sharding: .none, sequenceParallel: false,
      groupOrder: family.groupOrder)
  }

  /// How the sequences of a frame may be cut.
  private func methods(_ frame: Frame) -> [ContextMethod?] {
    (ContextMethod.allCases.map(Optional.some) + [nil]).filter { method in
      var frame = frame
      frame.contextMethod = method
      return (method == nil || pins.contextMethod ?? method == method)
        && rules.context.allow(frame)
    }
  }

  private func addContext(_ frame: Frame, _ body: (Frame) -> Void) {
    for method in methods(frame) {
      for sharesTokens in allowed([false, true], pins.sequenceParallel) {
        var frame = frame
        frame.contextMethod = method
        frame.sequenceParallel = sharesTokens
        if rules.sequence.allow(frame) { addExperts(frame, body) }
      }
    }
  }

  private func addExperts(_ frame: Frame, _ body: (Frame) -> Void) {
    for expertTensor in allowed(Set([1, frame.degrees.tensor]).sorted(), pins.expertTensor) {
      for expert in allowed(divisors(of: frame.degrees.devicesPerStage), pins.expert) {
        var frame = frame
        frame.degrees.expert = expert
        frame.degrees.expertTensor = expertTensor
        if rules.experts.allow(frame) { addSteps(frame, body) }
      }
    }
  }

  private func addSteps(_ frame: Frame, _ body: (Frame) -> Void) {
    let sequences = model.workload.globalBatch / frame.degrees.data
    let most = FrameRules.mostSequences(stages: frame.degrees.pipeline)
    let sizes = pins.microBatchSize.map { [$0] } ?? Array(1...most)
    for size in sizes where size > 0 && sequences.isMultiple(of: size) {
      for schedule in Self.schedules {
        guard pins.schedule ?? schedule.name == schedule.name,
          pins.virtualStages ?? schedule.virtualStages == schedule.virtualStages
        else { continue }
        var frame = frame
        frame.microBatchSize = size
        frame.microBatches = sequences / size
        frame.schedule = schedule
        guard rules.steps.allow(frame), rules.measured.allow(frame) else { continue }
        for sharding in allowed(Sharding.allCases, pins.sharding) {
          frame.sharding = sharding
          for groups in allowed(divisors(of: frame.degrees.data), pins.stateReplicas) {
            frame.stateReplicas = groups
            if rules.sharding.allow(frame) { addRankOrders(frame, body) }
          }
        }
      }
    }
  }

  private func addRankOrders(_ frame: Frame, _ body: (Frame) -> Void) {
    for order in AxisOrder.allCases {
      var frame = frame
      frame.rankOrder = order
      if rules.ranks.allow(frame), obeysPinnedOrder(frame) { body(frame) }
    }
  }

  /// A pinned order of the axes concerns only degrees with which it numbers ranks otherwise.
  private func obeysPinnedOrder(_ frame: Frame) -> Bool {
    frame.degrees.data == 1 || frame.degrees.pipeline == 1
      || pins.rankOrder ?? frame.rankOrder == frame.rankOrder
  }

  private static let schedules: [Schedule] =
    [.gpipe, .oneForwardOneBackward]
    + (2...FrameRules.mostVirtualStages).map { .interleaved(virtualStages: $0) }

  private func allowed<Value: Equatable>(_ values: [Value], _ pinned: Value?) -> [Value] {
    pinned.map { pinned in values.filter { $0 == pinned } } ?? values
  }

  // MARK: Pins

  /// The pins that a frame does not obey, as sentences.
  func brokenPins(of frame: Frame) -> [String] {
    var sentences: [String] = []
    func hold<Value: Equatable>(_ value: Value?, _ pinned: Value?, _ name: String) {
      guard let pinned, value != pinned else { return }
      sentences.append(
        "parallelism.\(name) is \(value.map { "\($0)" } ?? "absent"), but certificate.scope.pins "
          + "states \(pinned)")
    }
    hold(frame.degrees.tensor, pins.tensor, "tensor")
    hold(frame.degrees.context, pins.context, "context")
    hold(frame.degrees.expert, pins.expert, "expert")
    hold(frame.degrees.expertTensor, pins.expertTensor, "expertTensor")
    hold(frame.degrees.data, pins.data, "data")
    hold(frame.degrees.pipeline, pins.pipeline, "pipeline")
    hold(frame.schedule.virtualStages, pins.virtualStages, "virtualStages")
    hold(frame.schedule.name, pins.schedule, "schedule")
    hold(frame.microBatchSize, pins.microBatchSize, "microBatchSize")
    hold(frame.sharding, pins.sharding, "sharding")
    hold(frame.stateReplicas, pins.stateReplicas, "stateReplicas")
    if frame.degrees.context > 1 { hold(frame.contextMethod, pins.contextMethod, "contextMethod") }
    hold(frame.sequenceParallel, pins.sequenceParallel, "sequenceParallel")
    if !obeysPinnedOrder(frame) {
      hold(frame.rankOrder.rawValue, pins.rankOrder?.rawValue, "rankOrder")
    }
    return sentences
  }
}
