import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("A prediction's parts add up to its whole")
struct StepPredictionTests {
  @Test("The breakdown adds up to the step, and memory by part to the peak, in 1,000 random splits")
  func parts() throws {
    var random = SplitMix(seed: 71)
    for _ in 0..<1_000 {
      guard let frame = try RandomFrame(using: &random),
        let split = LayerSplit.random(frame.prices, using: &random)
      else { continue }
      let prices = frame.prices
      let prediction = prices.predict(split, with: frame.simulator)
      #expect(isClose(prediction.breakdown.total, prediction.step))
      #expect(prediction.breakdown.bubble >= .zero)
      #expect(prediction.breakdown.stragglers >= .zero)
      #expect(prediction.step == prices.step(makespan: prediction.makespan.value))
      #expect(isClose(prices.makespan(step: prediction.step), prediction.makespan.value))
      #expect(prediction.memory.count == prices.frame.degrees.pipeline)
      for (rank, memory) in prediction.memory.enumerated() {
        let parts = [
          memory.weights, memory.gradients, memory.optimizer, memory.activations, memory.transient,
          memory.reserve,
        ]
        #expect(isClose(memory.peak, parts.reduce(.zero, +)))
        #expect(isClose(memory.allocated.value, prices.allocated(rank: rank, split: split)))
      }
      // What a rank may allocate is what leaves its peak within the device's memory.
      let peak = prediction.memory.map(\.peak).max() ?? .zero
      let device = prices.model.device.memory
      if abs(peak / device - 1) > 1e-9 { #expect(prices.fits(split) == (peak < device)) }
    }
  }

  @Test(
    "A pipeline of equal stages takes (m + p − 1)(f + b), its hops, its tail and the host's work")
  func equalStages() throws {
    var stack = Stack.withoutLaunch
    stack.timing.hopExposed = 0
    stack.timing.perStep = .milliseconds(8)
    stack.timing.jitterPerDoubling = 0.004
    let costs = try CostModel(
      model: #require(ModelDescription.llama8B), cluster: .h100Nodes(4),
      workload: Workload(globalBatch: 16, sequenceLength: 4096), stack: stack,
      calibration: .steady)
    let frame = Frame.of(tensor: 8, pipeline: 4, batch: 16, schedule: .gpipe)
    let pricer = FramePricer(costs)
    let prices = pricer.prices(of: frame)
    let shape = try #require(PipelineCache.shape(of: frame))
    let split = LayerSplit.even(layers: 32, frame: frame)
    let times = prices.times(split)
    let prediction = prices.predict(split, with: pricer.pipelines.simulator(shape))
    let (forward, backward) = (times.forward.reduce(0, +), times.backward.reduce(0, +))
    let slowest = (times.forward.max() ?? 0) + (times.backward.max() ?? 0)
    // GPipe ends on the first stage.
    let makespan = forward + backward + 15 * slowest + 6 * prices.hop + times.tail[0]
    #expect(isClose(prediction.makespan.value, makespan))
    // Four nodes: two doublings of 0.4 %; eight milliseconds of the host.
    #expect(isClose(prediction.step.value, 1.008 * (makespan + 0.008)))
    #expect(isClose(prediction.breakdown.stragglers.value, 0.008 * (makespan + 0.008)))
    #expect(prediction.breakdown.perStep == .milliseconds(8))
  }

  @Test("A device without the number format is refused, with what it runs instead")
  func precision() throws {
    let model = try #require(ModelDescription.llama8B)
    var group = try NodeGroup.of("DGX-H100", nodes: 1)
    group.accelerator.peaks = PeakRates(fp16: 125)
    let cluster = try ClusterTopology(
      name: "old", nodeGroups: [group], fabrics: [Fabric(name: "network", kind: .infiniband)])
    let error = #expect(throws: CostModelError.self) {
      try CostModel(
        model: model, cluster: cluster,
        workload: Workload(globalBatch: 8, sequenceLength: 2048, precision: .fp32),
        stack: .megatronCore)
    }
    #expect(
      error?.description == "H100-SXM-80GB has no rate for fp32; it runs fp16, bf16, fp8, mxfp8, "
        + "nvfp4, int8")
  }

  @Test("A slow node slows every step, and mixed pods are as weak as the weaker in every respect")
  func referenceDevice() throws {
    let slow = ReferenceDevice(
      cluster: try .nodes(
        4, of: "DGX-H100",
        health: ClusterHealth(slowNodes: [ClusterHealth.SlowNode(node: 2, factor: 0.8)])))
    #expect(isClose(try #require(slow.peak(.bf16)).teraFLOPS, 0.8 * 989.4))
    let mixed = ReferenceDevice(
      cluster: try ClusterTopology(
        name: "mixed",
        nodeGroups: [
          .of("DGX-H100", name: "a", nodes: 1), .of("DGX-A100-80GB", name: "b", nodes: 1),
        ],
        fabrics: [Fabric(name: "network", kind: .infiniband)]))
    #expect(mixed.peak(.bf16)?.teraFLOPS == 312)
    #expect(mixed.kinds.count == 2)
    #expect(mixed.calibration.provenance == "kernels measured on A100")
    #expect(mixed.memory <= slow.memory)
  }

  @Test("Utilisation counts the model's arithmetic without recomputation")
  func utilization() throws {
    let costs = try CostModel(
      model: #require(ModelDescription.llama8B), cluster: .h100Nodes(1),
      workload: Workload(globalBatch: 8, sequenceLength: 4096), stack: .megatronCore)
    // Six operations a weight of every product, and attention over half of the keys.
    let products: Double = 6 * (32 * 218_103_808 + 128_256 * 4_096)
    let attention: Double = 6 * 32 * 4_096 * 4_096
    let work = 8 * 4_096 * (products + attention)
    #expect(isClose(costs.modelFLOPs.value, work))
    let share = costs.modelFLOPsUtilization(step: Seconds(1), devices: 8)
    #expect(isClose(share, work / (8 * 989.4e12)))
  }
}
