import ClusterTopology
import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary
import Quantities

/// Our own form of a measured run: the ordinary inputs as objects, and what was seen.
///
/// ```json
/// { "id": "…", "source": "…", "citation": "…", "cluster": {"node": "DGX-H100", "nodes": 8},
///   "model": {"architecture": {…}}, "workload": {"globalBatch": 256, "sequenceLength": 8192},
///   "stack": "megatron-core@0.16", "parallelism": {"tensor": 8, "data": 8},
///   "measured": {"stepSeconds": 7.9} }
/// ```
enum RunForm {
  static func isRecognised(_ node: JSONNode) -> Bool {
    node["measured"] != nil && node["parallelism"] != nil || node["cluster"] != nil
  }

  /// Every stack with its version and without, as `Stack.named` takes them.
  private static let stacks = Stack.all.map(\.identity) + Stack.all.map(\.name)

  static func shape(file: String, _ caches: RunFormCaches) -> JSONShape<MeasuredRun> {
    .object { object in
      let id = object.required("id", .name)
      let source = object.required("source", .name)
      let citation = object.required("citation", .name)
      let cluster = object.required("cluster", caches.cluster(file: file))
      let model = object.required("model", caches.model(file: file))
      let workload = object.required("workload", RunWorkload.shape)
      let stack = object.required("stack", .name(among: stacks, of: "stack"))
      let layout = object.required("parallelism", .object(PinnedLayout.init))
      let measured = object.required("measured", .object(Measurement.read))
      let assumptions = object.optional("assumptions", .array(of: .name), default: [])
      object.finish()
      guard let id, let source, let citation, let cluster, let model, let workload, let stack,
        let layout, let measured, let assumptions
      else { return nil }
      let context = PinnedLayout.Context(
        object: layout.object, devices: cluster.deviceCount, layers: model.layers.count,
        globalBatch: workload.globalBatch)
      guard let frame = layout.frame(context),
        measured.check(stages: frame.degrees.pipeline)
      else { return nil }
      return MeasuredRun(
        id: id, source: source, citation: citation, cluster: cluster, model: model,
        workload: workload, stack: stack, frame: frame, chunkLayers: layout.chunkLayers,
        recompute: layout.recompute, measured: measured.value, assumptions: assumptions,
        clusterDocument: object.node(at: "cluster")?.value,
        modelDocument: object.node(at: "model")?.value)
    }
  }
}

/// The workload of a run, all of it stated.
enum RunWorkload {
  static var shape: JSONShape<Workload> {
    .object { object in
      let batch = object.required("globalBatch", .integer(.between(1, 1 << 30)))
      let length = object.required("sequenceLength", .integer(.between(1, 1 << 30)))
      let precision = object.optional("precision", .choice(Precision.self), default: .bf16)
      let optimizer = object.optional("optimizer", .choice(Optimizer.self), default: .adam)
      let place = object.optional(
        "optimizerPlace", .choice(OptimizerPlace.self), default: .device)
      let activations = object.optional(
        "activationPlace", .choice(ActivationPlace.self), default: .device)
      let rank = object.optional("adapterRank", .integer(.between(1, 1 << 14)))
      object.finish()
      guard let batch, let length, let precision, let optimizer, let place, let activations
      else { return nil }
      return Workload(
        globalBatch: batch, sequenceLength: length, precision: precision, optimizer: optimizer,
        optimizerPlace: place, activationPlace: activations, adapterRank: rank)
    }
  }

  static func document(_ workload: Workload) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("globalBatch", .integer(workload.globalBatch)),
      .init("sequenceLength", .integer(workload.sequenceLength)),
      .init("precision", .string(workload.precision.rawValue)),
    ]
    if workload.optimizer != .adam {
      members.append(.init("optimizer", .string(workload.optimizer.rawValue)))
    }
    if workload.optimizerPlace != .device {
      members.append(.init("optimizerPlace", .string(workload.optimizerPlace.rawValue)))
    }
    if workload.activationPlace != .device {
      members.append(.init("activationPlace", .string(workload.activationPlace.rawValue)))
    }
    if let rank = workload.adapterRank { members.append(.init("adapterRank", .integer(rank))) }
    return .object(members)
  }
}
