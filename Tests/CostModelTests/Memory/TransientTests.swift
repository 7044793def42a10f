import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("What is held only while something runs")
struct TransientTests {
  private func prices(
    _ frame: Frame, length: Int = 4096, stack: Stack = .megatronCore,
    model: ModelDescription? = .llama8B
  ) throws -> FramePrices {
    let costs = try CostModel(
      model: #require(model), cluster: .h100Nodes(8),
      workload: Workload(globalBatch: 64, sequenceLength: length), stack: stack)
    return FramePricer(costs).prices(of: frame)
  }

  // Llama-3.1-8B over eight tensor ranks, 4,096 tokens: bytes.
  private let hidden = 2 * 4096.0 * 4096
  /// Placeholders of the four products of a layer, and 50 MiB of workspaces.
  private let layer: Double = 2 * 4096 * (6144 + 4096 + 3 * 14336) / 8 + 50 * 1_048_576
  private let table: Double = 2 * 128_256 * 4096 / 8

  @Test("A layer's backward pass: a gathered input and gradient, and the gradient of gate and up")
  func backward() throws {
    let prices = try prices(.of(tensor: 8, data: 2, pipeline: 4, batch: 64))
    let gradient: Double = 2 * 4096 * 2 * 14336 / 8
    let passing = 2 * hidden + gradient + layer
    #expect(prices.transient(rank: 1, recompute: .none) == passing)
    #expect(prices.transient(rank: 0, recompute: .none) == passing)
  }

  @Test("A layer that is recomputed holds what it dropped, and no more")
  func recomputed() throws {
    let prices = try prices(.of(tensor: 8, data: 2, pipeline: 4, batch: 64))
    let plain = prices.transient(rank: 1, recompute: .none)
    for policy in 1..<prices.policies {
      let kind = prices.shape.kinds[0]
      let again = prices.transient(rank: 1, recompute: StageRecompute(policy: policy))
      #expect(isClose(again - plain, (kind[0].saved - kind[policy].saved).value))
    }
    #expect(
      prices.transient(rank: 1, recompute: StageRecompute(fullLayers: 3))
        == prices.transient(rank: 1, recompute: StageRecompute(policy: prices.policies - 1)))
  }

  @Test("The last stage: logits in two bytes with a fused loss, in six without")
  func loss() throws {
    let frame = Frame.of(tensor: 8, data: 2, pipeline: 4, batch: 64)
    let logits = 4096 * 128_256.0 / 8
    for (stack, bytes) in [("megatron-core", 2.0), ("megatron-ci", 6)] {
      let prices = try prices(frame, stack: #require(Stack.named(stack)))
      let last = prices.transient(rank: 3, recompute: .none)
      let loss: Double = bytes * logits + 2 * hidden
      #expect(isClose(last, loss + layer + table))
    }
  }

  @Test(
    "Full sharding gathers two layers' weights and a gradient, and not again under a pipeline of FSDP2"
  )
  func gathered() throws {
    let layer = 218_112_000.0
    let whole = try prices(.of(data: 64, batch: 64, sharding: .parameters), stack: .torchtitan)
    let plain = try prices(.of(data: 64, batch: 64, sharding: .none), stack: .torchtitan)
    let more = whole.transients.least - plain.transients.least
    #expect(more == 8 * layer)
    let stages = try prices(
      .of(data: 32, pipeline: 2, batch: 64, sharding: .parameters), stack: .torchtitan)
    #expect(stages.transients.least == plain.transients.least)
    // Sixteen bits of weights and single-precision gradients stay whole.
    let kept: Double = 2 + 4 + 16.0 / 32
    #expect(isClose(stages.denseState, kept))
    #expect(isClose(whole.denseState, 0.25))
  }

  @Test("The first stage that recomputes ends with the token table's gradient")
  func tableGradient() throws {
    let frame = Frame.of(data: 16, pipeline: 4, batch: 64)
    let prices = try prices(frame, length: 512)
    let full = StageRecompute(fullLayers: 8)
    let gradient: Double = 2 * 128_256 * 4096
    #expect(prices.transient(rank: 0, recompute: full) > gradient)
    #expect(prices.transient(rank: 1, recompute: full) < gradient)
  }

  @Test("Experts hold the rows of all chosen experts four times")
  func experts() throws {
    let prices = try prices(
      .of(expert: 8, data: 8, batch: 64), length: 8192, model: .mixtral)
    let rows: Double = 4 * 2 * 8192 * 4096 * 2
    let dense: Double = 2 * 4096 * (6144 + 4096)
    let expert: Double = 2 * 3 * 4096 * 14336
    let expected = rows + dense + expert + Bytes.mebibytes(50 + 128).value
    #expect(prices.transients.least == expected)
  }
}
