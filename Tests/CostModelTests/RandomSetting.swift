import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom

@testable import CostModel

/// All that a prediction is made from, drawn at random; a test changes one thing and predicts again.
struct RandomSetting {
  var hardware: Hardware
  /// The layers of the model, each as a native file writes it.
  var layers: [String]
  /// The other members of the model's architecture.
  var architecture: String
  var workload: Workload
  var stack: Stack
  var calibration = Calibration.shipped
  var frame: Frame
  var split: LayerSplit

  init(using random: inout SplitMix) {
    func pick<Value>(_ values: [Value]) -> Value {
      values[Int(random.next() % UInt64(values.count))]
    }
    let hidden = pick([512, 1024, 2048])
    let kinds = pick(Self.families(hidden: hidden))
    let schedule = pick([Schedule.oneForwardOneBackward, .gpipe, .interleaved(virtualStages: 2)])
    let stages = schedule.virtualStages > 1 ? pick([2, 3, 4]) : pick([1, 2, 3, 4])
    let (tensor, context, data) = (pick([1, 2, 4]), pick([1, 1, 2]), pick([1, 2, 4, 8]))
    let microBatchSize = pick([1, 1, 2])
    let microBatches = stages * pick([1, 2, 3])
    let hasExperts = kinds.contains { $0.contains("perToken") }
    let ranks = tensor * context * data
    let expertTensor = hasExperts ? pick([1, tensor]) : 1
    let expert =
      hasExperts ? pick([1, 2, 4].filter { ranks.isMultiple(of: $0 * expertTensor) }) : 1
    let count = stages * schedule.virtualStages * pick([1, 2]) + pick([0, 0, 1])
    layers = (0..<count).map { _ in pick(kinds) }
    architecture =
      "\"hiddenSize\": \(hidden), \"vocabularySize\": \(pick([1000, 128_000])), "
      + "\"tiedHead\": \(pick([true, false]))"
    workload = Workload(
      globalBatch: microBatches * microBatchSize * data,
      sequenceLength: pick([512, 2048, 8192]), precision: pick([.bf16, .bf16, .fp8]),
      adapterRank: pick([nil, nil, nil, 16]))
    stack = pick([.megatronCore, .torchtitan])
    var timing = calibration.timing(of: stack)
    timing.expertHidden = pick([0, 0.5, 1])
    timing.sendsOncePerNode = pick([true, false])
    calibration = calibration.with(timing, of: stack)
    hardware = Hardware(
      preset: pick(["DGX-H100", "DGX-B200", "GB200-NVL72"]), nodes: 72,
      kind: pick([.infiniband, .roce]), oversubscription: pick([1, 1, 4]))
    frame = .of(
      tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
      pipeline: stages, batch: workload.globalBatch, microBatchSize: microBatchSize,
      schedule: schedule, sharding: pick([.none, .optimizer, .gradients, .parameters]),
      contextMethod: pick([.ring, .allGather, .allToAll]),
      sequenceParallel: tensor > 1 && pick([true, false]))
    let groups = pick([1, 1, 2])
    if frame.sharding != .none, data.isMultiple(of: groups),
      frame.degrees.expertData.isMultiple(of: groups)
    {
      frame.stateReplicas = groups
    }
    let recompute = (0..<stages).map { _ in
      pick([StageRecompute.none, StageRecompute(policy: 1), StageRecompute(fullLayers: 1)])
    }
    split = .even(layers: count, frame: frame)
    split.recompute = recompute
  }

  /// Kinds of layer that stand together in a model: dense ones, of one and of two kinds; with
  /// experts; latent attention and experts after a dense layer; scans between attention.
  private static func families(hidden: Int) -> [[String]] {
    let dense = "\"feedForward\": { \"intermediateSize\": \(4 * hidden) }"
    let experts =
      "\"feedForward\": { \"count\": 8, \"perToken\": 2, \"intermediateSize\": \(hidden), "
      + "\"sharedIntermediateSize\": \(hidden) }"
    let softmax = "\"attention\": { \"heads\": 8, \"keyValueHeads\": 4, \"headSize\": 64 }"
    let window =
      "\"attention\": { \"heads\": 8, \"keyValueHeads\": 4, \"headSize\": 128, \"window\": 256 }"
    let storing = "\"attention\": { \"heads\": 8, \"headSize\": 64, \"fused\": false }"
    let latent =
      "\"attention\": { \"kind\": \"mla\", \"heads\": 8, \"queryRank\": 256, \"keyValueRank\": 128, "
      + "\"plainSize\": 64, \"rotarySize\": 32, \"valueSize\": 64 }"
    let scan =
      "\"attention\": { \"kind\": \"linear\", \"keyHeads\": 8, \"valueHeads\": 8, "
      + "\"keySize\": 64, \"valueSize\": 64 }"
    return [
      [(softmax, dense)], [(softmax, dense), (storing, dense)], [(softmax, experts)],
      [(latent, dense), (latent, experts)], [(window, dense), (softmax, experts)],
      [(scan, dense), (softmax, experts)],
    ].map { $0.map { "{ \($0.0), \($0.1) }" } }
  }

  // MARK: Predicting

  func model() throws -> ModelDescription {
    try .native(architecture + ", \"layers\": [\(layers.joined(separator: ", "))]")
  }

  func pricer(model: ModelDescription? = nil) throws -> FramePricer {
    FramePricer(
      try CostModel(
        model: try model ?? self.model(), cluster: hardware.cluster(), workload: workload,
        stack: stack, calibration: calibration))
  }

  /// - Parameter model: another than its own.
  func predict(model: ModelDescription? = nil) throws -> StepPrediction {
    let pricer = try pricer(model: model)
    let shape = try PipelineShape(
      frame.schedule, stages: frame.degrees.pipeline, microBatches: frame.microBatches,
      singleGroupOrder: .alternating)
    return pricer.prices(of: frame).predict(split, with: pricer.pipelines.simulator(shape))
  }
}

/// A cluster of one preset's nodes, whose figures a test multiplies.
struct Hardware {
  var preset: String
  var nodes: Int
  var kind: Fabric.Kind
  var oversubscription: Double
  /// Factors on what the catalogue states.
  var products = 1.0
  var memoryBandwidth = 1.0
  var memory = 1.0
  var scaleUp = 1.0
  var network = 1.0
  var scaleUpLatency = 1.0
  var networkLatency = 1.0
  /// What everything with a name that is no kind of hardware is called.
  var name = "pod"
  var nodeNames: NodeNames?

  func cluster() throws -> ClusterTopology {
    var group = try NodeGroup.of(preset, name: name, nodes: nodes, fabric: name)
    var peaks = group.accelerator.peaks
    for precision in Precision.allCases {
      if let rate = peaks[precision] { peaks[precision] = products * rate }
    }
    group.accelerator.peaks = peaks
    group.accelerator.memoryBandwidth = memoryBandwidth * group.accelerator.memoryBandwidth
    group.accelerator.visibleMemory = memory * group.accelerator.visibleMemory
    group.scaleUp.perAccelerator = scaleUp * group.scaleUp.perAccelerator
    group.scaleUp.perPair = scaleUp * group.scaleUp.perPair
    group.scaleUp.latency = scaleUpLatency * group.scaleUp.latency
    if let nics = group.nics { group.nics?.rate = network * nics.rate }
    if let nodeNames { group.names = nodeNames }
    return try ClusterTopology(
      name: name, nodeGroups: [group],
      fabrics: [
        Fabric(
          name: name, kind: kind, latency: networkLatency * kind.defaultLatency,
          levels: [Fabric.Level(nodesPerSwitch: 2, oversubscription: oversubscription)])
      ])
  }
}
