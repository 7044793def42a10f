import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary

extension SimuMaxRow {
  static let source = "simumax-b200"
  private static let devices = 8

  /// The run of a case, whose layout its name spells: `…_tp1_ep4_pp2_dp4_…`.
  func run(_ caches: RunCaches) throws(LeftOut) -> MeasuredRun {
    let tensor = number("tp") ?? 1
    let context = number("cp") ?? 1
    let pipeline = number("pp") ?? 1
    let expert = number("ep") ?? 1
    let degrees = [tensor, context, pipeline, expert]
    let ways = degrees.allSatisfy((1...Self.devices).contains) ? tensor * context * pipeline : 0
    guard ways > 0, Self.devices.isMultiple(of: ways) else {
      throw LeftOut("the degrees of the case's name do not fit the eight GPUs")
    }
    let data = Self.devices / ways
    guard (tensor * context * data).isMultiple(of: expert) else {
      throw LeftOut("expert \(expert) does not divide the devices of a stage")
    }
    let frame = Frame(
      degrees: ParallelismDegrees(
        tensor: tensor, context: context, expert: expert, data: data, pipeline: pipeline),
      microBatchSize: 1, microBatches: microBatches, schedule: .oneForwardOneBackward,
      sharding: .optimizer, contextMethod: context > 1 ? .ring : nil, sequenceParallel: tensor > 1)
    guard let document = SimuMaxModel.document(model, layers: layers, tensor: tensor) else {
      throw LeftOut("the dimensions of the model '\(model)' are not recorded")
    }
    let cluster: JSONValue = ["node": "DGX-B200", "nodes": 1]
    var assumptions: [String] = []
    if context > 1 {
      assumptions.append("context method ring: not recorded; the default of Megatron-Core")
    }
    if model.hasPrefix("deepseek") {
      assumptions.append("dense layers 1: not recorded; the cut models keep one in front")
    }
    return MeasuredRun(
      id: "\(Self.source)-\(name)", source: Self.source, citation: citation,
      cluster: try caches.cluster(cluster), model: try caches.model(document),
      workload: Workload(
        globalBatch: data * microBatches, sequenceLength: number("seq") ?? 4_096),
      stack: "megatron-core@0.16-serial", frame: frame,
      measured: Measurement(step: step, peaks: peaks(stages: pipeline)),
      assumptions: assumptions, clusterDocument: cluster, modelDocument: document)
  }

  /// The fullest rank of each stage, in both kinds; consecutive ranks share a stage.
  private func peaks(stages: Int) -> [Measurement.Peak] {
    guard ranks.count >= stages, ranks.count.isMultiple(of: stages) else { return [] }
    let share = ranks.count / stages
    return (0..<stages).flatMap { stage -> [Measurement.Peak] in
      let members = ranks[stage * share..<(stage + 1) * share]
      let peaks = [
        members.map(\.allocated).max().map { ($0, Measurement.MemoryKind.allocated) },
        members.map(\.reserved).max().map { ($0, .reserved) },
      ]
      return peaks.compactMap(\.self).map { .init(stage: stage, bytes: $0.0, kind: $0.1) }
    }
  }

  /// The number behind a label in the name's words.
  private func number(_ label: String) -> Int? {
    for word in name.split(separator: "_") where word.hasPrefix(label) {
      if let value = Int(word.dropFirst(label.count)) { return value }
    }
    return nil
  }
}
