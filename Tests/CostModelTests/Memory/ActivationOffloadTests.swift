import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Activations in the hosts' memory")
struct ActivationOffloadTests {
  private static let attention = RecomputePolicy.offload([.attention], recomputing: [])
  private static let both = RecomputePolicy.offload([.attention, .experts], recomputing: [])

  private func prices(
    _ frame: Frame, _ architecture: String = Self.dense, memory: Bytes = .gibibytes(80),
    hostGiB: Double? = nil, linkGigabytes: Double = 50, place: ActivationPlace = .host,
    stack: Stack = .megatronCore, precision: Precision = .bf16
  ) throws -> FramePrices {
    var group = try NodeGroup.of("DGX-H100", nodes: 4)
    group.accelerator.hostLink = .gigabytes(linkGigabytes)
    group.accelerator.visibleMemory = memory
    group.hostMemory = hostGiB.map(Bytes.gibibytes)
    group.hostMemoryBandwidth = .gigabytes(800)
    let model = try ModelFile.parse(
      Array("{ \"architecture\": \(architecture) }".utf8), file: "model.json")
    return FramePricer(
      try CostModel(
        model: model.model,
        cluster: ClusterTopology(
          name: "test", nodeGroups: [group], fabrics: [Fabric(name: "network", kind: .infiniband)]),
        workload: Workload(
          globalBatch: 32, sequenceLength: 4_096, precision: precision, activationPlace: place),
        stack: stack)
    ).prices(of: frame)
  }

  private static let dense = """
    { "hiddenSize": 4096, "vocabularySize": 32000, "layers": 32,
      "attention": { "heads": 32, "keyValueHeads": 8 }, "feedForward": { "intermediateSize": 14336 } }
    """
  private static let sparse = """
    { "hiddenSize": 2048, "vocabularySize": 32000, "layers": 32,
      "attention": { "heads": 16, "keyValueHeads": 8 },
      "feedForward": { "count": 8, "perToken": 2, "intermediateSize": 1024 } }
    """

  private func policy(_ policy: RecomputePolicy, _ prices: FramePrices) throws -> Int {
    try #require(prices.model.policies.firstIndex(of: policy))
  }

  @Test("attention's input, before and after the norm, its projections, output and statistics go")
  func attention() throws {
    let prices = try prices(.of(tensor: 2, pipeline: 4, batch: 32))
    let index = try policy(Self.attention, prices)
    let price = prices.shape.kinds[0][index]
    // Sequence parallelism shares the input out; heads are shared in any case.
    let perToken = (2 * 4_096 + (4_096 + 2 * 1_024) + 4_096) * 2 + 32 * 4
    #expect(isClose(price.offloaded.value, Double(4_096 * perToken / 2)))
    let kept = prices.shape.kinds[0][0].saved
    #expect(isClose((price.saved + price.offloaded).value, kept.value))
  }

  @Test("of experts, the block's input, the rows that come and the first products go")
  func experts() throws {
    let prices = try prices(.of(expert: 4, data: 4, pipeline: 4, batch: 32), Self.sparse)
    let (one, two) = (try policy(Self.attention, prices), try policy(Self.both, prices))
    let more = prices.shape.kinds[0][two].offloaded - prices.shape.kinds[0][one].offloaded
    // Two rows a token: their 2,048 inputs, and 2 × 1,024 beside gate and product.
    #expect(isClose(more.value, Double(4_096 * (2_048 + 2 * (2_048 + 2 * 1_024)) * 2)))
    // Experts that run again keep nothing that could go.
    let again = RecomputePolicy.offload([.attention], recomputing: [.experts])
    let kinds = prices.shape.kinds[0]
    #expect(kinds[try policy(again, prices)].offloaded == kinds[one].offloaded)
  }

  @Test("copies hide behind a layer's passes; what outlasts them shows, and they load the memory")
  func copies() throws {
    let frame = Frame.of(tensor: 2, pipeline: 4, batch: 32)
    for (link, slow) in [(50.0, false), (2.0, true)] {
      let prices = try prices(frame, linkGigabytes: link)
      let index = try policy(Self.attention, prices)
      let (plain, price) = (prices.shape.kinds[0][0], prices.shape.kinds[0][index])
      // Eight devices share 800 GB/s, of which half; four fifths of a link.
      let copy = price.offloaded / .gigabytes(min(0.8 * link, 50))
      let hidden = (copy - plain.forward.total).orZero + (copy - plain.backward.total).orZero
      let load = 2 * price.offloaded / prices.device(ofStage: 0).memoryBandwidth
      #expect(isClose(price.backward.hostCopies.value, (hidden + load).value))
      #expect((hidden > .zero) == slow)
      #expect(isClose(price.backward.total.value, (plain.backward.total + hidden + load).value))
      #expect(price.forward == plain.forward)
    }
  }

  @Test("all micro-batches in flight lie there, a layer on its way and one coming on the device")
  func memory() throws {
    let prices = try prices(.of(tensor: 2, pipeline: 4, batch: 32))
    let index = try policy(Self.attention, prices)
    let split = LayerSplit(
      boundaries: [0, 8, 16, 24, 32],
      recompute: Array(repeating: StageRecompute(policy: index), count: 4))
    let plain = LayerSplit(
      boundaries: split.boundaries, recompute: Array(repeating: .none, count: 4))
    let layer = prices.shape.kinds[0][index].offloaded.value
    for rank in 1..<3 {
      let (there, here) = (
        prices.memory(rank: rank, split: split), prices.memory(rank: rank, split: plain)
      )
      let inFlight = Double(4 - rank)
      #expect(isClose(there.host.value, inFlight * 8 * layer))
      #expect(here.host == .zero)
      #expect(isClose((here.activations - there.activations).value, inFlight * 8 * layer))
      #expect(isClose((there.transient - here.transient).value, 2 * layer))
    }
  }

  @Test("a stage offloads where that is fastest, and no more than its host holds")
  func limit() throws {
    let frame = Frame.of(tensor: 2, pipeline: 4, batch: 32)
    let ample = try prices(frame)
    let index = try policy(Self.attention, ample)
    let offloading = StageRecompute(policy: index)
    let split = LayerSplit(
      boundaries: [0, 8, 16, 24, 32], recompute: Array(repeating: offloading, count: 4))
    let peak = ample.memory(rank: 0, split: split).peak
    let tight = try prices(frame, memory: 1.001 * peak)
    #expect(tight.fastestRecompute(rank: 0, first: 0, end: 8)?.recompute == offloading)
    let need = ample.memory(rank: 0, split: split).host.gibibytes
    let (enough, less) = (8 * need / 0.9 * 1.001, 8 * need / 0.9 * 0.999)
    let roomy = try prices(frame, memory: 1.001 * peak, hostGiB: enough)
    #expect(roomy.fastestRecompute(rank: 0, first: 0, end: 8)?.recompute == offloading)
    let scarce = try prices(frame, memory: 1.001 * peak, hostGiB: less)
    #expect(!scarce.fits(split))
    #expect(scarce.fastestRecompute(rank: 0, first: 0, end: 8)?.recompute != offloading)
  }

  @Test("of a layer whose attention and network share one block nothing goes")
  func parallel() throws {
    let text = """
      { "model_type": "gpt_neox", "hidden_size": 1024, "num_hidden_layers": 8, "num_attention_heads": 16,
        "intermediate_size": 4096, "vocab_size": 50432, "max_position_embeddings": 2048,
        "hidden_act": "gelu", "use_parallel_residual": true, "architectures": ["GPTNeoXForCausalLM"] }
      """
    let model = try ModelFile.parse(Array(text.utf8), file: "config.json").model
    #expect(model.kinds.flatMap(\.blocks).allSatisfy { $0.offloadModule == nil })
    let policies = RecomputePolicy.choices(
      for: model, Stack.megatronCore.capabilities, place: .host)
    #expect(policies.allSatisfy { $0.offloaded.isEmpty })
  }

  @Test(
    "rows that experts receive go as they came, but in the formats that are offloaded quantised")
  func quantised() throws {
    func bytes(_ precision: Precision) throws -> Double {
      let prices = try prices(
        .of(expert: 4, data: 4, pipeline: 4, batch: 32), Self.sparse, precision: precision)
      let (one, two) = (try policy(Self.attention, prices), try policy(Self.both, prices))
      let kinds = prices.shape.kinds[0]
      #expect(
        isClose(
          (kinds[one].saved + kinds[one].offloaded).value, kinds[0].saved.value))
      return (kinds[two].offloaded - kinds[one].offloaded).value
    }
    let (sixteen, eight, blocks) = (try bytes(.bf16), try bytes(.fp8), try bytes(.mxfp8))
    #expect(isClose(sixteen, eight))
    // Two rows a token of 2,048 inputs, one byte instead of two each.
    #expect(isClose(sixteen - blocks, Double(4_096 * 2 * 2_048)))
  }

  @Test("names of policies are read as they are written")
  func names() {
    for policy in [Self.attention, Self.both, .offload([.experts], recomputing: [.normalisation])] {
      #expect(RecomputePolicy(name: policy.name) == policy)
    }
    #expect(RecomputePolicy(name: "host:mlp") == nil && RecomputePolicy(name: "") == nil)
  }

  @Test("they are among the choices only where they may lie there and the stack can")
  func choices() throws {
    let frame = Frame.of(tensor: 2, pipeline: 4, batch: 32)
    func offloading(_ prices: FramePrices) -> [RecomputePolicy] {
      prices.model.policies.filter { !$0.offloaded.isEmpty }
    }
    #expect(try offloading(prices(frame, place: .device)).isEmpty)
    let other = try prices(frame, stack: .torchtitan)
    #expect(offloading(other).isEmpty)
    #expect(
      other.model.stack.capabilities.complaints(
        model: other.model.model, workload: other.model.workload)
        == ["keeps activations on the device"])
    #expect(
      try offloading(prices(frame)) == [
        Self.attention, .offload([.attention], recomputing: [.feedForward]),
      ])
    let sparse = Frame.of(expert: 4, data: 4, pipeline: 4, batch: 32)
    #expect(
      try offloading(prices(sparse, Self.sparse)) == [
        Self.attention, .offload([.attention], recomputing: [.experts]), Self.both,
        .offload([.attention, .experts], recomputing: [.expertActivation]),
      ])
  }
}
