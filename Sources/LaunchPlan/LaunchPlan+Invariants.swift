import ParallelismVocabulary
import Quantities

// What holds of every plan, whatever the cluster and the model: the document agrees with itself.
// Whether the plan fits its cluster and its model is for the checks of a plan to say.

extension LaunchPlan {
  /// The invariants that do not hold, in the order of the document's keys.
  var brokenInvariants: [PlanFault] {
    let faults =
      inputs.workload.faults + inputs.workload.lengthFaults + inputs.workload.expertUseFaults
      + parallelism.faults(sequences: inputs.workload.globalBatch)
    // The rest is counted with the degrees.
    guard faults.isEmpty else { return faults }
    return stageGroupFaults + parallelism.stageFaults(stages, at: "stages")
      + mapping.faults(devices: devices) + expertPlacementFaults + scatteringFaults
      + prediction.faults(in: self) + certificate.faults(in: self) + alternativeFaults
  }

  private var alternativeFaults: [PlanFault] {
    alternatives.enumerated().flatMap { index, alternative in
      alternative.stages.isEmpty
        ? [] : faults(alternative.parallelism, alternative.stages, at: "alternatives[\(index)]")
    }
  }

  /// Of another layout of the plan's batch, somewhere in the document.
  func faults(_ other: Parallelism, _ stages: [Stage], at place: String) -> [PlanFault] {
    let faults = other.faults(sequences: inputs.workload.globalBatch)
    guard faults.isEmpty else {
      return faults.map { PlanFault("\(place).\($0.path)", $0.predicate) }
    }
    return other.stageFaults(stages, at: "\(place).stages")
  }

  private var stageGroupFaults: [PlanFault] {
    var faults: [PlanFault] = []
    let members = stageGroups.flatMap(\.stages)
    if !members.sorted().elementsEqual(0..<parallelism.pipeline) {
      faults.append(
        PlanFault(
          "stageGroups",
          "hold the stages \(members.sorted()), but must hold each of the "
            + "\(parallelism.pipeline) stages once"))
    }
    let devices = stageGroups.reduce(Int?(0)) { sum, group in
      sum?.adding([group.stages.count, group.tensor, group.context, group.data].product)
    }
    if devices != self.devices {
      faults.append(
        PlanFault(
          "stageGroups",
          "need \(devices.map(String.init) ?? "countless") devices, but the degrees "
            + "of parallelism make \(self.devices)"))
    }
    return faults
  }
}

extension LaunchPlan.Parallelism {
  /// Where stages do not hold every layer once, in the order of the virtual stages.
  ///
  /// - Parameter place: the stages' key in the document.
  func stageFaults(_ stages: [LaunchPlan.Stage], at place: String) -> [PlanFault] {
    let numbers = stages.map(\.stage)
    guard numbers.elementsEqual(0..<pipeline) else {
      return [
        PlanFault(place, "are numbered \(numbers), but must be 0 to \(pipeline - 1) in order")
      ]
    }
    var faults: [PlanFault] = []
    for (index, stage) in stages.enumerated() {
      let runs = stage.layerRuns.count
      if runs != virtualStages {
        faults.append(
          PlanFault(
            "\(place)[\(index)].chunks",
            "hold \(runs) \(runs == 1 ? "run" : "runs") of layers, but "
              + "must hold \(virtualStages), one a virtual stage"))
      }
    }
    guard faults.isEmpty else { return faults }

    var next = 0
    for chunk in 0..<virtualStages {
      for (index, stage) in stages.enumerated() {
        let run = stage.layerRuns[chunk]
        if run.lowerBound != next {
          faults.append(
            PlanFault(
              "\(place)[\(index)].chunks",
              "start run \(chunk) at layer \(run.lowerBound), but must "
                + "start it at layer \(next), where the virtual stage before ends"))
        }
        next = run.upperBound
      }
    }
    for (index, stage) in stages.enumerated() {
      let longest = stage.layerRuns.map(\.count).max() ?? 0
      if !(0...longest).contains(stage.recompute.fullLayers) {
        faults.append(
          PlanFault(
            "\(place)[\(index)].recompute.fullLayers",
            "is \(stage.recompute.fullLayers), but must "
              + "be from 0 to the \(longest) layers of its longest chunk"))
      }
      faults += Self.endFaults(of: stage, last: stages.count - 1, at: "\(place)[\(index)]")
    }
    return faults
  }

  /// The embedding opens the first stage, the head is on the last, and neither is anywhere else.
  private static func endFaults(
    of stage: LaunchPlan.Stage, last: Int, at place: String
  ) -> [PlanFault] {
    var faults: [PlanFault] = []
    let ends: [(chunk: LaunchPlan.Chunk, name: String, home: Int)] = [
      (.embedding, "the embedding", 0), (.head, "the head", last),
    ]
    for end in ends {
      let count = stage.chunks.count { $0 == end.chunk }
      let isHome = stage.stage == end.home
      guard count != (isHome ? 1 : 0) else { continue }
      let predicate =
        if !isHome {
          "hold \(end.name), which belongs on stage \(end.home)"
        } else if count == 0 {
          "lack \(end.name)"
        } else {
          "hold \(end.name) \(count) times, but must hold it once"
        }
      faults.append(PlanFault("\(place).chunks", predicate))
    }
    return faults
  }
}

extension PlanInputs.Workload {
  /// Limits that keep the tokens of a step countable.
  fileprivate var faults: [PlanFault] {
    [("globalBatch", globalBatch), ("sequenceLength", sequenceLength)]
      .filter { !(1...1 << 30).contains($0.1) }
      .map { name, count in
        PlanFault(
          "inputs.workload.\(name)", "is \(count), but must be from 1 to \(1 << 30)")
      }
  }
}

extension LaunchPlan.Parallelism {
  fileprivate func faults(sequences: Int) -> [PlanFault] {
    let counts = [
      ("tensor", tensor), ("context", context), ("expert", expert), ("expertTensor", expertTensor),
      ("data", data), ("pipeline", pipeline), ("microBatchSize", microBatchSize),
      ("microBatches", microBatches), ("stateReplicas", stateGroups),
    ]
    var faults = counts.filter { $0.1 < 1 }.map { name, count in
      PlanFault("parallelism.\(name)", "is \(count), but must be at least 1")
    }
    guard faults.isEmpty else { return faults }
    guard [tensor, context, data, pipeline].product != nil,
      let experts = [expert, expertTensor].product,
      let batch = [data, microBatchSize, microBatches].product
    else { return [PlanFault("parallelism", "has degrees whose product is beyond counting")] }

    if schedule.placement != .looped {
      faults.append(
        PlanFault(
          "parallelism.schedule",
          "is \(schedule.name), but a plan can only state chunks that follow each other stage "
            + "after stage"))
    }
    if virtualStages != schedule.virtualStages {
      faults.append(
        PlanFault(
          "parallelism.virtualStages",
          "is \(virtualStages), but the schedule has \(schedule.virtualStages)"))
    }
    if (contextMethod == nil) != (context == 1) {
      faults.append(
        PlanFault(
          "parallelism.contextMethod",
          contextMethod == nil
            ? "is absent, but sequences are cut \(context) ways"
            : "is there, but sequences are not cut"))
    }
    if !degrees.devicesPerStage.isMultiple(of: experts) {
      faults.append(
        PlanFault(
          "parallelism.expert",
          "times expertTensor is \(experts), but must divide the "
            + "\(degrees.devicesPerStage) devices of a stage"))
    }
    if !degrees.divide(into: stateGroups) {
      faults.append(
        PlanFault(
          "parallelism.stateReplicas",
          "is \(stateGroups), but must divide the \(data) replicas and the \(degrees.expertData) ranks that "
            + "hold the same experts"))
    }
    if batch != sequences {
      faults.append(
        PlanFault(
          "parallelism.microBatches",
          "makes \(data) replicas × \(microBatches) micro-batches × "
            + "\(microBatchSize) sequences = \(batch), but the global batch has \(sequences)"))
    }
    return faults
  }
}

extension LaunchPlan.Mapping {
  fileprivate func faults(devices: Int) -> [PlanFault] {
    var faults: [PlanFault] = []
    let cut: Set<Axis> = [.tensor, .context, .data, .pipeline]
    if rankOrder.count != cut.count || Set(rankOrder) != cut {
      faults.append(
        PlanFault(
          "mapping.rankOrder",
          "is \(rankOrder.map(\.rawValue).joined(separator: ", ")), but must "
            + "name tensor, context, data and pipeline once each"))
    }
    let most = 1 << 20
    for (index, run) in hosts.enumerated()
    where !(0...most).contains(run.firstNode) || !(1...most).contains(run.nodes) {
      faults.append(
        PlanFault(
          "mapping.hosts[\(index)]",
          "starts at node \(run.firstNode) and has \(run.nodes), but "
            + "must start at 0 or later and have from 1 to \(most)"))
    }
    if let deviceOrder, deviceOrder.sorted() != Array(0..<deviceOrder.count) {
      faults.append(
        PlanFault(
          "mapping.deviceOrder", "is \(deviceOrder), but must hold each of its indices once"))
    }
    var moved: Set<Int> = []
    for (index, exception) in exceptions.enumerated()
    where !(0..<devices).contains(exception.rank) || !moved.insert(exception.rank).inserted {
      faults.append(
        PlanFault(
          "mapping.exceptions[\(index)].rank",
          "is \(exception.rank), but must be one of the "
            + "\(devices) ranks, and not moved before"))
    }
    return faults
  }
}

extension Array where Element == Int {
  /// The product, or nil where it does not fit an `Int`.
  fileprivate var product: Int? {
    reduce(Int?(1)) { product, factor in
      guard let (value, overflows) = product?.multipliedReportingOverflow(by: factor) else {
        return nil
      }
      return overflows ? nil : value
    }
  }
}

extension Int {
  /// The sum, or nil where it does not fit.
  fileprivate func adding(_ other: Int?) -> Int? {
    guard let (value, overflows) = other.map({ addingReportingOverflow($0) }) else { return nil }
    return overflows ? nil : value
  }
}
