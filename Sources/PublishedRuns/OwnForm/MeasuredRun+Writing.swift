import ClusterTopology
import CostModel
import InputFiles
import ParallelismVocabulary

extension MeasuredRun {
  /// The run in our own form, which reads back as this run; `nil` where the model is not known as a
  /// document.
  public var json: JSONValue? {
    guard let modelDocument else { return nil }
    var members: [JSONValue.Member] = [
      .init("id", .string(id)), .init("source", .string(source)),
      .init("citation", .string(citation)),
      .init("cluster", clusterDocument ?? cluster.normalised), .init("model", modelDocument),
      .init("workload", RunWorkload.document(workload)), .init("stack", .string(stack)),
      .init("parallelism", parallelism), .init("measured", measured.json),
    ]
    if !assumptions.isEmpty {
      members.append(.init("assumptions", .array(assumptions.map(JSONValue.string))))
    }
    return .object(members)
  }

  private var parallelism: JSONValue {
    let degrees = frame.degrees
    var members: [JSONValue.Member] = [
      ("tensor", degrees.tensor), ("context", degrees.context), ("expert", degrees.expert),
      ("expertTensor", degrees.expertTensor),
    ].filter { $0.1 > 1 }.map { .init($0.0, .integer($0.1)) }
    members.append(.init("data", .integer(degrees.data)))
    if degrees.pipeline > 1 { members.append(.init("pipeline", .integer(degrees.pipeline))) }
    if frame.schedule.virtualStages > 1 {
      members.append(.init("virtualStages", .integer(frame.schedule.virtualStages)))
    }
    members += [
      .init("schedule", .string(frame.schedule.name)),
      .init("microBatchSize", .integer(frame.microBatchSize)),
      .init("sharding", .string(frame.sharding.rawValue)),
    ]
    if frame.stateReplicas > 1 {
      members.append(.init("stateReplicas", .integer(frame.stateReplicas)))
    }
    if let method = frame.contextMethod {
      members.append(.init("contextMethod", .string(method.rawValue)))
    }
    if degrees.tensor > 1 {
      members.append(.init("sequenceParallel", .bool(frame.sequenceParallel)))
    }
    members.append(.init("recompute", recompute.json))
    if let chunkLayers {
      members.append(.init("chunkLayers", .array(chunkLayers.map(JSONValue.integer))))
    }
    return .object(members)
  }
}

extension MeasuredRun.Recompute {
  fileprivate var json: JSONValue {
    switch self {
    case .none: "none"
    case .full: "full"
    case .modules(let modules): .array(modules.sorted().map { .string($0.rawValue) })
    case .byStage(let stages):
      .array(
        stages.map { stage in
          var members: [JSONValue.Member] = [
            .init("modules", .array(stage.modules.sorted().map { .string($0.rawValue) })),
            .init("fullLayers", .integer(stage.fullLayers)),
          ]
          if !stage.offload.isEmpty {
            members.append(
              .init("offload", .array(stage.offload.sorted().map { .string($0.rawValue) })))
          }
          return .object(members)
        })
    }
  }
}

extension Measurement {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    if outcome != .ran { members.append(.init("outcome", .string(outcome.rawValue))) }
    if let step { members.append(.init("stepSeconds", .number(step.value))) }
    if isStepAssumed { members.append(.init("isStepAssumed", true)) }
    if !peaks.isEmpty { members.append(.init("peaks", .array(peaks.map(\.json)))) }
    if let staticBytes {
      members.append(.init("staticGibibytes", .number(staticBytes.gibibytes)))
    }
    return .object(members)
  }
}

extension Measurement.Peak {
  fileprivate var json: JSONValue {
    let stated: [JSONValue.Member] = stage.map { [.init("stage", .integer($0))] } ?? []
    return .object(
      stated + [
        .init("gibibytes", .number(bytes.gibibytes)), .init("kind", .string(kind.rawValue)),
      ])
  }
}
