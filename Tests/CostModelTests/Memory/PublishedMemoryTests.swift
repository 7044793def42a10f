import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

/// - Source: Korthikanti et al. 2022, figures 1 and 7, as calculon's `validation.py` holds them:
///   memory of the first stage, in GiB, of layers alone.
@Suite("Memory of the models of Korthikanti et al.")
struct PublishedMemoryTests {
  struct Published: Sendable, CustomStringConvertible {
    var name: String
    var layers, hidden, heads, pipeline, virtualStages, batch, size: Int
    /// GiB of weights and optimiser, activations kept without recomputation or sequence
    /// parallelism, and with both selective recomputation and sequence parallelism.
    var state, everything, selective: Double

    var description: String { name }

    func prices(sequenceParallel: Bool) throws -> FramePrices {
      let costs = try CostModel(
        model: .gpt(layers: layers, hidden: hidden, heads: heads, fused: false),
        cluster: .a100Nodes(pipeline),
        workload: Workload(globalBatch: batch, sequenceLength: 2048),
        stack: #require(Stack.named("megatron-lm@2")))
      let frame = Frame.of(
        tensor: 8, pipeline: pipeline, batch: batch, microBatchSize: size,
        schedule: virtualStages > 1
          ? .interleaved(virtualStages: virtualStages) : .oneForwardOneBackward,
        sharding: .none, sequenceParallel: sequenceParallel)
      return FramePricer(costs).prices(of: frame)
    }

    /// GiB that the first stage keeps of its layers under a policy.
    func activations(_ prices: FramePrices, policy: Int) -> Double {
      let share = layers / pipeline / virtualStages
      let layer = prices.shape.kinds[0][policy].saved.gibibytes
      return prices.inFlight[0].map { Double($0.reduce(0, +) * share) * layer }.max() ?? 0
    }
  }

  static let models = [
    Published(
      name: "22B", layers: 48, hidden: 6144, heads: 64, pipeline: 1, virtualStages: 1, batch: 4,
      size: 4, state: 45.56, everything: 59.25, selective: 9.56),
    Published(
      name: "175B", layers: 96, hidden: 12288, heads: 96, pipeline: 8, virtualStages: 3, batch: 64,
      size: 1, state: 45.56, everything: 66.84, selective: 12.35),
    Published(
      name: "530B", layers: 105, hidden: 20480, heads: 128, pipeline: 35, virtualStages: 3,
      batch: 280, size: 1, state: 31.64, everything: 114.02, selective: 23.08),
    Published(
      name: "1T", layers: 128, hidden: 25600, heads: 160, pipeline: 64, virtualStages: 1,
      batch: 512, size: 1, state: 32.96, everything: 131.25, selective: 26.56),
  ]

  @Test(
    "Weights and optimiser: 18 bytes for each of a stage's weights, to 0.1 %", arguments: models)
  func state(model: Published) throws {
    let prices = try model.prices(sequenceParallel: false)
    let share = Double(model.layers / model.pipeline)
    // Gradients here are kept in sixteen bits; the paper keeps them in single precision.
    let bytes = share * prices.shape.weights[0].dense * 18
    #expect(isClose(Bytes(bytes).gibibytes, model.state, within: 1e-3))
  }

  @Test("Activations without recomputation, to 0.1 %", arguments: models)
  func everything(model: Published) throws {
    let prices = try model.prices(sequenceParallel: false)
    let kept = model.activations(prices, policy: 0)
    #expect(isClose(kept, model.everything, within: 1e-3))
  }

  @Test(
    "With sequence parallelism and attention recomputed they fall to 34/t a number, to 0.1 %",
    arguments: models)
  func selective(model: Published) throws {
    let prices = try model.prices(sequenceParallel: true)
    #expect(RecomputePolicy.choices(for: prices.model.model)[1] == .modules([.coreAttention]))
    let kept = model.activations(prices, policy: 1)
    #expect(isClose(kept, model.selective, within: 1e-3))
  }

  @Test(
    "Recomputing everything keeps 7.6, 8.7 and 9.5 % of that, with the input whole",
    arguments: zip(models, [0.0764, 0.0871, 0.0942, 0.0942]))
  func full(model: Published, share: Double) throws {
    let prices = try model.prices(sequenceParallel: false)
    let kept = model.activations(prices, policy: prices.policies - 1)
    let all = model.activations(prices, policy: 0)
    #expect(isClose(kept / all, share, within: 0.015))
  }
}
