import CostModel
import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension PlanCheck {
  /// What the degrees, the stages and their layers break: rules of the model, of the stack and of the
  /// declared space.
  static func layoutViolations(_ plan: LaunchPlan, _ space: DeclaredSpace) -> [Violation] {
    let frame = Frame(plan.parallelism)
    let devices = space.rules.degrees.filter { $0.kind == .devices }
    // Rules on a wrong number of devices would only repeat that.
    let isSized = devices.allow(frame)
    return (isSized ? space.rules.all : devices).violations(of: frame)
      + space.brokenPins(of: frame).map { Violation(.pins, $0) }
      + layerViolations(plan, frame, space.model)
      + recomputeViolations(plan, space)
      + groupViolations(plan, space.model)
  }

  // MARK: Layers

  private static func layerViolations(
    _ plan: LaunchPlan, _ frame: Frame, _ model: CostModel
  ) -> [Violation] {
    let layers = model.model.layers.count
    let runs = plan.layerRuns
    var violations: [Violation] = []
    if let end = runs.last?.upperBound, end != layers {
      violations.append(
        Violation(
          .layers, "stages hold \(end) layers, but the model has \(layers); each must be held once")
      )
    }
    let further = model.model.multiTokenPrediction.count
    let held = plan.stages.flatMap(\.chunks).reduce(0) { sum, chunk in
      if case .multiTokenPrediction(let count) = chunk { sum + count } else { sum }
    }
    if held != further {
      violations.append(
        Violation(
          .layers,
          "stages hold \(counted(held, "layer")) for further tokens, but the model has \(further)"))
    }
    for stage in plan.stages where stage.chunks.contains(.encoder) {
      violations.append(
        Violation(
          .layers,
          "stages[\(stage.stage)].chunks hold an encoder, but plans place the decoder only"))
    }
    let counts = runs.map(\.count)
    if let most = counts.max(), let least = counts.min(), most - least > 1,
      !model.stack.capabilities.supportsUnevenStages
    {
      violations.append(
        Violation(
          .layers,
          "stages hold \(least) to \(most) layers, but \(model.stack.identity) shares them out so "
            + "that they differ by one at most"))
    }
    guard violations.isEmpty, runs.count == frame.chunks, layers >= frame.chunks else {
      return violations
    }
    for (chunk, run) in runs.enumerated() {
      let sizes = frame.chunkSizes(chunk, layers: layers)
      guard !sizes.contains(run.count) else { continue }
      let stage = chunk % frame.degrees.pipeline
      violations.append(
        Violation(
          run.isEmpty ? .layers : .outsideSpace,
          "stages[\(stage)].chunks hold \(run.count) layers in run "
            + "\(chunk / frame.degrees.pipeline), but the space has \(sizes.lowerBound) to "
            + "\(sizes.upperBound) there"))
    }
    return violations
  }

  // MARK: Recomputation

  private static func recomputeViolations(
    _ plan: LaunchPlan, _ space: DeclaredSpace
  ) -> [Violation] {
    let model = space.model
    let known = model.policies.filter { $0 != .full && $0 != .modules([]) }.map(\.name)
    var violations: [Violation] = []
    for stage in plan.stages {
      let place = "stages[\(stage.stage)].recompute"
      if !stage.recompute.offload.isEmpty, model.workload.activationPlace == .device {
        violations.append(
          Violation(
            .recompute,
            "\(place).offload is \(stage.recompute.offload.map(\.rawValue).sorted().joined(separator: ", ")), "
              + "but inputs.workload.activationPlace is device"))
      }
      let modules = RecomputePolicy(stage.recompute)
      guard model.policies.contains(modules) else {
        violations.append(
          Violation(
            .recompute,
            stage.recompute.offload.isEmpty
              ? "\(place).modules is \(modules.name), but \(model.stack.identity) recomputes "
                + (["whole layers"] + known).joined(separator: ", ")
              : "\(place) is \(modules.name), but the space has "
                + (["whole layers"] + known).joined(separator: ", ")))
        continue
      }
      if modules != .modules([]), stage.recompute.fullLayers > 0 {
        violations.append(
          Violation(
            .outsideSpace,
            "\(place) has \(modules.name) and \(stage.recompute.fullLayers) full layers, but the space has "
              + "one or the other"))
      }
      let longest = stage.layerRuns.map(\.count).max() ?? 0
      if (1..<max(1, longest)).contains(stage.recompute.fullLayers),
        !model.stack.capabilities.partialRecompute
      {
        violations.append(
          Violation(
            .recompute,
            "\(place).fullLayers is \(stage.recompute.fullLayers) of \(longest), but "
              + "\(model.stack.identity) recomputes all layers of a stage or none"))
      }
      guard let pinned = model.pinnedPolicy.map({ model.policies[$0] }) else { continue }
      let obeys =
        pinned == .full
        ? modules == .modules([]) && stage.recompute.fullLayers == longest
        : modules == pinned && stage.recompute.fullLayers == 0
      if !obeys {
        violations.append(
          Violation(
            .pins,
            "\(place) has modules \(modules.name) and \(stage.recompute.fullLayers) full "
              + "layers of \(longest), but certificate.scope.pins states \(pinned.name)"))
      }
    }
    return violations
  }

  // MARK: Groups of stages, and experts

  private static func groupViolations(_ plan: LaunchPlan, _ model: CostModel) -> [Violation] {
    let parallelism = plan.parallelism
    let names = model.cluster.nodeGroups.map(\.name)
    var violations: [Violation] = []
    for (index, group) in plan.stageGroups.enumerated() {
      let pairs = [
        ("tensor", group.tensor, parallelism.tensor),
        ("context", group.context, parallelism.context),
        ("expert", group.expert, parallelism.expert),
        ("data", group.data, parallelism.data),
        ("microBatchesPerReplica", group.microBatchesPerReplica, parallelism.microBatches),
      ]
      for (key, stated, summary) in pairs where stated != summary {
        violations.append(
          Violation(
            .stageGroups,
            "stageGroups[\(index)].\(key) is \(stated), but parallelism states \(summary) for all "
              + "stages"))
      }
      if let name = group.nodeGroup, !names.contains(name) {
        violations.append(
          Violation(
            .stageGroups,
            "stageGroups[\(index)].nodeGroup is \(name.quoted), but the cluster has "
              + names.map(\.quoted).joined(separator: ", ")))
      } else if let name = group.nodeGroup,
        let other = group.stages.first(where: {
          model.cluster.nodeGroup(ofStage: $0, of: parallelism.degrees) != name
        })
      {
        violations.append(
          Violation(
            .stageGroups,
            "stageGroups[\(index)].nodeGroup is \(name.quoted), but stage \(other) does not lie in it"
          ))
      }
    }
    let needsPlacement = parallelism.expert > 1
    if needsPlacement != (plan.expertPlacement != nil) {
      violations.append(
        Violation(
          .expertPlacement,
          needsPlacement
            ? "expertPlacement is absent, but the experts are shared out \(parallelism.expert) ways"
            : "expertPlacement is there, but every rank holds all experts"))
    }
    return violations
  }
}
