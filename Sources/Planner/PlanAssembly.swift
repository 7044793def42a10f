import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// Turns a search's result into the plan document.
struct PlanAssembly {
  let request: PlanRequest
  let model: CostModel
  let space: SearchSpace
  let result: SearchResult
  /// The plan to document: the best that was found, or one that the user has already.
  private let chosen: (frame: Frame, split: LayerSplit)?
  let pricer: FramePricer
  /// The node of the request's cluster at each place of the model's; `nil` where they are the same.
  let order: [Int]?
  /// What the plan repairs, if it does.
  var repair: LaunchPlan.Repair?
  /// Whether the plan is simpler than the fastest that was found.
  let isSimpler: Bool
  /// How unequal sequences are scattered, where they are.
  var scattering: LaunchPlan.SequenceScattering?

  init(
    _ request: PlanRequest, model: CostModel, space: SearchSpace, result: SearchResult,
    chosen: (frame: Frame, split: LayerSplit)? = nil, order: [Int]? = nil
  ) {
    self.request = request
    self.model = model
    self.space = space
    self.result = result
    self.chosen = chosen ?? result.best
    isSimpler = chosen == nil && result.isSimpler
    self.order = order
    pricer = FramePricer(model)
  }

  func plan(_ inputs: PlanInputs) throws -> LaunchPlan {
    guard let best = chosen else { throw PlannerError.nothingToAssemble }
    let parallelism = LaunchPlan.Parallelism(best.frame)
    let prediction = predict(best.frame, best.split)
    var documented = prediction.documented(model: model, frame: best.frame)
    documented.snapshots = try snapshotSteps(best.frame, best.split)
    return try LaunchPlan(
      name: request.name,
      stack: LaunchPlan.Stack(name: model.stack.name, version: model.stack.version),
      inputs: inputs, parallelism: parallelism,
      stageGroups: stageGroups(best.frame),
      stages: stages(best.frame, best.split),
      mapping: LaunchPlan.Mapping(
        best.frame, hosts: hosts(best.frame), on: model.clusters[best.frame.groupOrder]),
      expertPlacement: best.frame.degrees.expert > 1 ? LaunchPlan.ExpertPlacement() : nil,
      sequenceScattering: scattering, prediction: documented,
      certificate: try certificate(step: prediction.step), alternatives: alternatives(prediction),
      assumptions: request.assumptions
        + (priceAssumption + model.assumptions).filter { !request.assumptions.contains($0) },
      repair: repair)
  }

  private var priceAssumption: [String] {
    guard space.goal.measure == .cost,
      model.cluster.hourlyPrice(devices: model.cluster.deviceCount) == nil
    else { return [] }
    return [
      "an hour of every device costs the same: not every node group has a 'pricePerNodeHour' above 0"
    ]
  }

  func predict(_ frame: Frame, _ split: LayerSplit) -> StepPrediction {
    let prices = pricer.prices(of: frame)
    guard let shape = PipelineCache.shape(of: frame) else {
      preconditionFailure("the search declares only frames that can run")
    }
    return prices.predict(split, with: pricer.pipelines.simulator(shape))
  }

  /// The nodes at the first places, as many as the devices of a frame take, in runs of neighbours.
  private func hosts(_ frame: Frame) -> [LaunchPlan.Hosts] {
    let cluster = request.cluster
    let last = model.clusters[frame.groupOrder].node(ofDevice: frame.degrees.devices - 1)
    return model.nodes(inGroupOrder: frame.groupOrder)[...last].reduce(into: []) { hosts, place in
      let node = order?[place] ?? place
      let group = cluster.group(ofNode: node)
      let name = cluster.nodeGroups[group].name
      let index = node - cluster.nodes(ofGroup: group).lowerBound
      if let last = hosts.last, last.nodeGroup == name, last.firstNode + last.nodes == index {
        hosts[hosts.count - 1].nodes += 1
      } else {
        hosts.append(LaunchPlan.Hosts(nodeGroup: name, firstNode: index, nodes: 1))
      }
    }
  }

  /// Whether the hosts stand in another order than the cluster lists them in.
  var isReordered: Bool { order != nil }

  // MARK: Stages

  /// Runs of stages that lie in the same node groups; one of all stages where accelerators are alike.
  private func stageGroups(_ frame: Frame) -> [LaunchPlan.StageGroup] {
    let parallelism = LaunchPlan.Parallelism(frame)
    let cluster = model.clusters[frame.groupOrder]
    guard model.isMixed else {
      let groups = cluster.nodeGroups
      return [
        LaunchPlan.StageGroup(
          uniform: parallelism, nodeGroup: groups.count == 1 ? groups[0].name : nil)
      ]
    }
    let names = (0..<parallelism.pipeline).map { cluster.nodeGroup(ofStage: $0, of: frame.degrees) }
    var starts = names.indices.filter { $0 == 0 || names[$0] != names[$0 - 1] }
    starts.append(names.count)
    return zip(starts, starts.dropFirst()).map { first, end in
      var group = LaunchPlan.StageGroup(uniform: parallelism, nodeGroup: names[first])
      group.stages = Array(first..<end)
      return group
    }
  }

  func stages(_ frame: Frame, _ split: LayerSplit) -> [LaunchPlan.Stage] {
    let count = frame.degrees.pipeline
    return (0..<count).map { stage in
      var chunks: [LaunchPlan.Chunk] = stage == 0 ? [.embedding] : []
      for chunk in stride(from: stage, to: split.chunks, by: count) {
        chunks.append(.layers(split.layers(ofChunk: chunk)))
      }
      if stage == count - 1 {
        let further = model.model.multiTokenPrediction.count
        if further > 0 { chunks.append(.multiTokenPrediction(layers: further)) }
        chunks.append(.head)
      }
      return LaunchPlan.Stage(
        stage: stage, chunks: chunks, recompute: model.recompute(split.recompute[stage]))
    }
  }

  // MARK: Alternatives

  /// The best plans of other degrees, and what makes them slower.
  private func alternatives(_ best: StepPrediction) -> [LaunchPlan.Alternative] {
    var seen: Set<ParallelismDegrees> = []
    var list: [LaunchPlan.Alternative] = []
    for found in result.found {
      // A faster one that is as good may have the plan's own degrees.
      let isOther =
        found.frame.degrees != chosen?.frame.degrees || (isSimpler && found.step < best.step)
      guard isOther, seen.insert(found.frame.degrees).inserted else { continue }
      let prediction = predict(found.frame, found.split)
      // Scattered steps decide then, not those of packed windows.
      if scattering != nil, prediction.step < best.step { continue }
      let range = model.interval(
        devices: found.frame.degrees.devices, groupOrder: found.frame.groupOrder
      ).range(around: best.step)
      // What it counts for, which is its step where only time counts.
      let counted = space.goal.measure == .time ? prediction.step : found.step
      let isNearTie = range.contains(counted)
      let reason =
        if isSimpler, counted < best.step {
          reasonForLosing(found, to: best)
        } else if space.goal.measure == .cost {
          reasonForPrice(found, prediction.step, to: best)
        } else {
          prediction.reasonForLosing(to: best, isNearTie: isNearTie)
        }
      list.append(
        LaunchPlan.Alternative(
          parallelism: LaunchPlan.Parallelism(found.frame),
          nodeGroups: model.groupNames(found.frame), stages: stages(found.frame, found.split),
          step: prediction.step, isNearTie: isNearTie, reason: reason))
      if list.count == 5 { break }
    }
    return list
  }
}

extension PlanAssembly {
  /// Why a faster plan, as good as this one, is not taken.
  private func reasonForLosing(_ plan: SearchResult.Found, to best: StepPrediction) -> String {
    let share = (best.step - plan.step) / best.step
    let (close, far) = space.goal.measure == .time ? ("as fast", "faster") : ("as cheap", "cheaper")
    let faster = share < 0.0005 ? "\(close) within 0.1 %" : "\(share.percent) \(far)"
    let (own, other) = (
      chosen.map { model.axes($0.frame, $0.split) } ?? 0, model.axes(plan.frame, plan.split)
    )
    let why =
      other > own
      ? "splits or recomputes in \(other) ways, not \(own)" : "leaves less memory free"
    return "\(faster), which is as good: \(why)"
  }

  /// Why a plan of another price is not taken.
  private func reasonForPrice(
    _ plan: SearchResult.Found, _ step: Seconds, to best: StepPrediction
  ) -> String {
    let share = (plan.step - best.step) / best.step
    let price = share < 0.0005 ? "costs as much within 0.1 %" : "costs \(share.percent) more"
    return "\(price): takes \(plan.frame.degrees.devices.grouped) devices for \(step)"
  }
}

/// A mistake of the planner's own.
enum PlannerError: Error, CustomStringConvertible {
  case nothingToAssemble

  var description: String {
    switch self {
    case .nothingToAssemble: "a plan was to be assembled from a search that found none"
    }
  }
}

extension LaunchPlan.Parallelism {
  init(_ frame: Frame) {
    self.init(
      degrees: frame.degrees, schedule: frame.schedule, sequenceParallel: frame.sequenceParallel,
      microBatchSize: frame.microBatchSize, microBatches: frame.microBatches,
      sharding: frame.sharding, stateReplicas: frame.stateReplicas,
      contextMethod: frame.contextMethod, rankOrder: frame.rankOrder)
  }
}

extension CostModel {
  /// The names of the node groups in a frame's order; `nil` where that is the listed one.
  func groupNames(_ frame: Frame) -> [String]? {
    frame.groupOrder == 0 ? nil : clusters[frame.groupOrder].nodeGroups.map(\.name)
  }

  /// A stage's recomputation in the document's words.
  func recompute(_ choice: StageRecompute) -> Recompute {
    let policy = policies[choice.policy]
    return Recompute(
      modules: policy.modules, fullLayers: choice.fullLayers, offload: policy.offloaded)
  }

  /// What the cost model takes for granted about this cluster and model.
  var assumptions: [String] {
    var sentences: [String] = []
    if device.kinds.count > 1 {
      sentences.append(
        "a stage that covers several of \(device.kinds.joined(separator: ", ")) is priced as the "
          + "weakest of them")
    }
    for accelerator in cluster.nodeGroups.map(\.accelerator) {
      guard let units = accelerator.peaks.resolved(workload.precision)?.precision,
        units != workload.precision
      else { continue }
      let sentence =
        "\(accelerator.name) has no units for \(workload.precision.rawValue): products run at its "
        + "\(units.rawValue) rate"
      if !sentences.contains(sentence) { sentences.append(sentence) }
    }
    let provenance = device.calibration.provenance
    if !provenance.hasPrefix("kernels measured") {
      sentences.append("kernel times of \(device.name): \(provenance)")
    }
    sentences += profileSentences + hostSentences
    if model.hasRoutedExperts, workload.expertUse.isEmpty {
      sentences.append("tokens are spread evenly over the experts")
    }
    return sentences + model.assumptions
  }

  /// What is taken for granted of hosts that keep the optimiser's state or activations.
  private var hostSentences: [String] {
    guard workload.keepsInHosts else { return [] }
    let groups = cluster.nodeGroups
    var sentences: [String] = []
    if groups.contains(where: { $0.hostMemory == nil }) {
      sentences.append(
        "the hosts' memory holds \(workload.hostContents): 'hostMemoryGiB' is not given for every node"
      )
    }
    if groups.contains(where: { $0.hostMemoryBandwidth == nil }) {
      sentences.append(
        "the hosts' memory does \(ReferenceDevice.usualHostRate) a node, two sockets of DDR4: "
          + "'hostMemoryGigabytesPerSecond' is not given for every node")
    }
    if groups.contains(where: { $0.accelerator.hostLink == nil }) {
      sentences.append(
        "a device's link to its host does \(ReferenceDevice.usualHostLink), as PCIe 4.0")
    }
    return sentences
  }

  /// Where the times of layers come from, if the model has profiles.
  private var profileSentences: [String] {
    guard !model.profiles.isEmpty else { return [] }
    guard let measuredLayers else {
      return [
        "the model's profiles are not used: none was measured on \(device.name) at "
          + "\(workload.sequenceLength.grouped) tokens and \(workload.precision.rawValue)"
      ]
    }
    return [
      "times of layers are measured, between measured micro-batches in proportion; the space holds "
        + "what the profiles tell of: \(measuredLayers.coverage)"
    ]
  }
}
