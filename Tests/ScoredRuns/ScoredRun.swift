import ClusterTopology
import CostModel
import ModelDescription
import ParallelismVocabulary
import PublishedRuns
import Quantities

/// A run and its prediction, with round figures; a test changes what it is about.
struct ScoredRun {
  var id = "run"
  var source = "table"
  var stack = "megatron-core@0.16"
  var layers = 4
  var vocabulary = 1024
  var sequenceLength = 2048
  var degrees = ParallelismDegrees(data: 8)
  var microBatchSize = 1
  var globalBatch = 64
  var accelerator = "card"
  var architecture = Architecture.hopper
  var measured: Double? = 1
  var isStepAssumed = false
  var predicted = 1.0
  var range: ClosedRange<Double> = 0.9...1.1
  var outcome = Measurement.Outcome.ran
  /// Measured and predicted peaks in GiB.
  var peaks: [(stage: Int?, kind: Measurement.MemoryKind, measured: Double, predicted: Double)] = []
  var staticMemory: (measured: Double, predicted: Double)?
  var memoryUse = 0.5
  var assumptions: [String] = []

  /// On nodes of eight cards, as many as the job needs.
  func run() throws -> MeasuredRun {
    let card = Accelerator(
      name: accelerator, vendor: "maker", architecture: architecture,
      visibleMemory: .gibibytes(80), peaks: PeakRates(bf16: 100),
      memoryBandwidth: .gigabytes(1000))
    let cluster = try ClusterTopology(
      name: "pod",
      nodeGroups: [
        NodeGroup(
          name: "pod", nodes: max(1, degrees.devices / 8), acceleratorsPerNode: 8,
          accelerator: card,
          scaleUp: ScaleUp(kind: .nvswitch, accelerators: 8, perAccelerator: .gigabytes(100)),
          nics: NICs(fabric: "network", perNode: 8, rate: .gigabits(400)))
      ],
      fabrics: [Fabric(name: "network", kind: .infiniband)])
    let model = ModelDescription(
      name: "model", hiddenSize: 256, vocabularySize: vocabulary,
      kinds: [Layer(name: "attention", blocks: [])],
      layers: Array(repeating: 0, count: layers), embedding: [], head: [], tiedHead: false)
    return MeasuredRun(
      id: id, source: source, citation: "a paper, table 1", cluster: cluster, model: model,
      workload: Workload(globalBatch: globalBatch, sequenceLength: sequenceLength),
      stack: stack,
      frame: Frame(
        degrees: degrees, microBatchSize: microBatchSize,
        microBatches: max(1, globalBatch / (degrees.data * microBatchSize)),
        schedule: .oneForwardOneBackward, sharding: .none, sequenceParallel: false),
      measured: Measurement(
        outcome: outcome, step: measured.map(Seconds.init), isStepAssumed: isStepAssumed,
        peaks: peaks.map { .init(stage: $0.stage, bytes: .gibibytes($0.measured), kind: $0.kind) },
        staticBytes: (staticMemory?.measured).map(Bytes.gibibytes)),
      assumptions: assumptions)
  }

  func prediction() throws -> PredictedRun {
    let run = try run()
    guard
      let prediction = PredictedRun(
        run, step: Seconds(predicted),
        stepRange: Seconds(range.lowerBound)...Seconds(range.upperBound),
        peaks: zip(run.measured.peaks, peaks).map {
          .init(measured: $0, predicted: .gibibytes($1.predicted))
        },
        staticBytes: (staticMemory?.predicted).map(Bytes.gibibytes), memoryUse: memoryUse)
    else { throw NotPredicted() }
    return prediction
  }

  struct NotPredicted: Error {}
}
