import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("A layer of Llama-3.1-8B costs its products, its passes over memory and its exchanges")
struct LayerPricesTests {
  private let length = 8192.0

  private func prices(
    _ frame: Frame, recompute: RecomputePolicy? = nil, stack: Stack = .withoutLaunch,
    model: ModelDescription? = .llama8B, nodes: Int = 4, precision: Precision = .bf16
  ) throws -> FramePrices {
    let costs = try CostModel(
      model: #require(model), cluster: .h100Nodes(nodes),
      workload: Workload(
        globalBatch: 32, sequenceLength: Int(length), precision: precision), stack: stack,
      recompute: recompute, calibration: .steady)
    return FramePricer(costs).prices(of: frame)
  }

  /// Seconds of a product on H100 in training.
  private func product(_ m: Double, _ n: Double, _ k: Double) -> Double {
    let curve = KernelCalibration.hopper.matrixProduct
    return KernelCalibration.hopper.derate(.bf16)
      * curve.time(
        m: m, n: n, k: k, operandBytes: 2, peak: .teraFLOPS(989.4), bandwidth: .gigabytes(3350)
      ).value
  }

  /// Seconds of passes over memory at 0.8 of H100's bandwidth.
  private func passes(_ bytes: Double) -> Double { bytes / (0.8 * 3.35e12) }

  @Test(
    "Forward: four products, causal attention over half the keys, ten hidden and three wide passes")
  func forward() throws {
    let price = try prices(.of(data: 32, batch: 32)).shape.kinds[0][0]
    let tokens = length
    let products =
      product(tokens, 4096 + 2 * 1024, 4096) + product(tokens, 4096, 4096)
      + product(tokens, 2 * 14336, 4096) + product(tokens, 4096, 14336)
    let attention =
      KernelCalibration.hopper.wideAttention.time(
        rows: 32 * tokens, keys: length / 2, queryKeySize: 128, valueSize: 128,
        bytes: Bytes(tokens * (32 + 8) * 256 * 2), peak: .teraFLOPS(989.4),
        bandwidth: .gigabytes(3350), derate: KernelCalibration.hopper.attentionDerate.vendor
      ).value
    // Two normalisations read and write; two residual sums and the gate read two and write one.
    let moved = passes(2 * tokens * (2 * 2 * 4096 + 2 * 3 * 4096 + 3 * 14336))
    #expect(isClose(price.forward.compute.value, products + attention + moved))
    #expect(price.forward.device == price.forward.compute)
  }

  @Test("Backward: every product once for its input and once for its weights, attention 3.3 times")
  func backward() throws {
    let price = try prices(.of(data: 32, batch: 32)).shape.kinds[0][0]
    let tokens = length
    let products = [(6144.0, 4096.0), (4096, 4096), (28672, 4096), (4096, 14336)].reduce(0) {
      $0 + product(tokens, $1.1, $1.0) + product($1.0, $1.1, tokens)
    }
    let attention =
      3.3
      * KernelCalibration.hopper.wideAttention.time(
        rows: 32 * tokens, keys: length / 2, queryKeySize: 128, valueSize: 128,
        bytes: Bytes(tokens * (32 + 8) * 256 * 2), peak: .teraFLOPS(989.4),
        bandwidth: .gigabytes(3350), derate: KernelCalibration.hopper.attentionDerate.vendor
      ).value
    let norms: Double = passes(2 * tokens * 2 * 2 * 4096)
    let sums: Double = passes(2 * tokens * (2 * 3 * 4096 + 3 * 14336))
    let moved = 1.5 * norms + 1.6 * sums
    #expect(isClose(price.backward.compute.value, products + attention + moved))
  }

  @Test("Its arithmetic is 2 · 218.1 million operations a token and what attention adds")
  func arithmetic() throws {
    let layer = try #require(ModelDescription.llama8B?.kinds[0])
    let products = 2.0 * 218_103_808
    let attention = 4.0 * 4096 * length / 2
    #expect(
      layer.forwardFLOPs(sequenceLength: Int(length)) == FLOPs(products + attention))
  }

  @Test("Eight tensor ranks share out every product, and reduce twice each way in a layer")
  func tensor() throws {
    let prices = try prices(.of(tensor: 8, data: 4, batch: 32))
    let price = prices.shape.kinds[0][0]
    let whole = try self.prices(.of(data: 32, batch: 32)).shape.kinds[0][0]
    #expect(price.forward.compute > 0.125 * whole.forward.compute)
    #expect(price.forward.compute < 0.16 * whole.forward.compute)
    let reduce = KernelCalibration.hopper.allReduce.time(
      bytes: Bytes(length * 4096 * 2), share: 1.75, members: 8, rate: .gigabytes(450))
    #expect(isClose(price.forward.tensor, 2 * 0.5 * reduce))
    #expect(price.backward.tensor == price.forward.tensor)
    // The embedding's vectors and the head's input are reduced once each, half of it each way.
    for end in [prices.shape.embedding, prices.shape.head] {
      #expect(isClose(end.forward.tensor, 0.5 * 0.5 * reduce))
      #expect(end.backward.tensor == end.forward.tensor)
    }
  }

  @Test("Without sequence parallelism the normalisations and sums run on every tensor rank")
  func sequenceParallel() throws {
    let with = try prices(.of(tensor: 8, data: 4, batch: 32)).shape.kinds[0][0]
    let without = try prices(
      .of(tensor: 8, data: 4, batch: 32, sequenceParallel: false)
    ).shape.kinds[0][0]
    let more = passes(2 * length * (2 * 2 * 4096 + 2 * 3 * 4096)) * 7 / 8
    #expect(isClose((without.forward.compute - with.forward.compute).value, more))
  }

  @Test("Four ranks in a ring pass three blocks of keys and values, of which 0.3 is seen")
  func context() throws {
    let price = try prices(.of(context: 4, data: 8, batch: 32)).shape.kinds[0][0]
    let block = length / 4 * 8 * 256 * 2
    let step = 3.4e-6 + block / 450e9
    #expect(isClose(price.forward.context.value, 0.3 * 3 * step))
    #expect(price.backward.context == 2 * price.forward.context)
  }

  @Test("Sixteen ranks exchange heads eight by eight inside nodes, and keys and values between two")
  func hierarchicalContext() throws {
    let placement = IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
    let ranks = StageRanks(first: 0, count: 32)
    let times = CollectiveTimes(calibration: .hopper)
    let block = length / 16 * 8 * 256 * 2
    let exchange = times.allToAll(
      Bytes(5 * block), over: placement.groupLinks(stride: 1, size: 8, in: ranks))
    let step = times.send(
      Bytes(block), over: placement.groupLinks(stride: 8, size: 2, in: ranks))
    let hierarchical = Frame.of(context: 16, data: 2, batch: 32, contextMethod: .hierarchical)
    let price = try prices(hierarchical).shape.kinds[0][0]
    #expect(isClose(price.forward.context, exchange + 0.3 * step))
    #expect(isClose(price.backward.context, exchange + 0.6 * step))
    // Inside one node heads alone are exchanged, as often in either pass.
    let flat = try prices(.of(context: 8, data: 4, batch: 32, contextMethod: .allToAll))
      .shape.kinds[0][0]
    #expect(flat.forward.context > exchange && flat.forward.context < 2 * exchange)
    #expect(flat.backward.context == flat.forward.context)
  }

  @Test("A ring of four finds the device busy three times, and merges three blocks' outputs")
  func ringKernels() throws {
    func attention(_ method: ContextMethod) throws -> Double {
      let frame = Frame.of(context: 4, data: 8, batch: 32, contextMethod: method)
      return try prices(frame).shape.kinds[0][0].forward.compute.value
    }
    // Each later block costs 5 µs; it reads and writes outputs in single precision, of all queries
    // or, where it lies on the diagonal's other half, of one half: of three quarters on average.
    let rows = 32 * length / 4
    let more = 3 * (5e-6 + passes(0.75 * 2 * rows * 128 * 4))
    #expect(try isClose(attention(.ring) - attention(.allGather), more, within: 1e-6))
  }

  @Test("Full sharding gathers each layer's weights twice and reduces its gradients once")
  func fullSharding() throws {
    let prices = try prices(.of(data: 32, batch: 32, sharding: .parameters))
    let links = IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
      .groupLinks(stride: 1, size: 32, in: StageRanks(first: 0, count: 32))
    let times = CollectiveTimes(calibration: .hopper)
    let weights = 218_112_000.0
    let gather = times.allGather(Bytes(2 * weights), over: links)
    let reduce = times.reduceScatter(Bytes(4 * weights), over: links)
    let price = prices.shape.kinds[0][0]
    // All of it hides behind the layer, and 0.15 of it slows the layer.
    #expect(price.forward.compute > gather)
    #expect(isClose(price.forward.sharding, 0.15 * gather))
    #expect(isClose(price.backward.sharding, 0.15 * (gather + reduce)))
    // So do the table's and the head's rows, which less computation hides.
    let table = times.allGather(Bytes(2 * 128256.0 * 4096), over: links)
    #expect(prices.shape.embedding.forward.sharding > 0.9 * table)
    #expect(prices.shape.head.forward.sharding > .zero)
  }

  @Test(
    "FSDP's layers gather weights once where they keep them, and reduce gradients beside computation"
  )
  func gradientSharding() throws {
    var layerwise = Stack.withoutLaunch
    layerwise.timing.shardsGradientsByLayer = true
    let frame = Frame.of(data: 32, batch: 32, sharding: .gradients)
    let (once, atEnd) = (try prices(frame, stack: layerwise), try prices(frame))
    let twice = try prices(.of(data: 32, batch: 32, sharding: .parameters)).shape.kinds[0][0]
    let price = once.shape.kinds[0][0]
    #expect(price.forward == twice.forward)
    #expect(
      isClose(price.backward.sharding, twice.backward.sharding - twice.forward.sharding))
    // What layers reduced, the end of the step does not; its optimiser updates its share as ever.
    #expect(atEnd.shape.kinds[0][0].backward.sharding == .zero)
    let update = once.finish.update(once.weights(chunk: 0, first: 0, end: 32), stage: 0)
    #expect(isClose(once.tail(chunk: 0, first: 0, end: 32, backward: 1), update))
    #expect(atEnd.tail(chunk: 0, first: 0, end: 32, backward: 1) > 1.1 * update)
  }

  @Test("Full recomputation repeats the forward pass with its exchanges; modules repeat their own")
  func recompute() throws {
    let kinds = try prices(.of(tensor: 8, data: 4, batch: 32)).shape.kinds[0]
    let (plain, norms, network, full) = (kinds[0], kinds[1], kinds[2], kinds[3])
    #expect(full.backward.recompute == plain.forward.compute)
    #expect(isClose(full.backward.tensor, plain.backward.tensor + plain.forward.tensor))
    #expect(norms.backward.tensor == plain.backward.tensor)
    // One of the layer's two blocks.
    #expect(isClose(network.backward.tensor, 1.5 * plain.backward.tensor))
    #expect(norms.backward.recompute < network.backward.recompute)
    #expect(network.backward.recompute < full.backward.recompute)
    for price in kinds { #expect(price.forward == plain.forward) }
  }

  @Test("Recomputation that stops early leaves out the product down, and the exchange after it")
  func earlyStop() throws {
    var torch = Stack.withoutLaunch
    torch.timing.stopsRecomputeEarly = true
    let frame = Frame.of(tensor: 8, data: 4, batch: 32)
    let (early, whole) = (
      try prices(frame, stack: torch).shape.kinds[0], try prices(frame).shape.kinds[0]
    )
    let down = product(length, 4096, 14336 / 8)
    let reduce = whole[0].forward.tensor.value / 2
    // The feed-forward network alone, and everything.
    for policy in [2, 3] {
      let (price, all) = (early[policy].backward, whole[policy].backward)
      #expect(isClose(all.recompute.value - price.recompute.value, down))
      #expect(isClose(all.tensor.value - price.tensor.value, reduce))
    }
    // Nothing, and normalisations, end in no product.
    #expect(early[0] == whole[0] && early[1] == whole[1])
  }

  @Test("Stages send a rank's share of the hidden states, with sequence parallelism or without")
  func hops() throws {
    for sequenceParallel in [true, false] {
      let prices = try prices(
        .of(tensor: 8, data: 1, pipeline: 4, batch: 32, sequenceParallel: sequenceParallel))
      let share = length * 4096 * 2 / 8
      #expect(prices.shape.hiddenBytes == share)
      let link = IdentityPlacement(cluster: try .h100Nodes(4), calibration: .steady)
        .stageLink(from: StageRanks(first: 0, count: 8), to: StageRanks(first: 8, count: 8))
      #expect(isClose(prices.hop, link.latency.value + share / 42.5e9))
    }
  }

  @Test("A host that is slower than the device shows; one twice as fast adds 0.05 %")
  func launch() {
    let pass = PassTime(compute: .milliseconds(1))
    #expect(pass.flooredByLaunch(.zero) == pass)
    let half = pass.flooredByLaunch(.milliseconds(0.5))
    // The eighth root of 1 + 1/256.
    #expect(abs(half.launch.milliseconds - 0.000487) < 1e-6)
    let same = pass.flooredByLaunch(.milliseconds(1))
    #expect(abs(same.total.milliseconds - 1.0905) < 1e-4)
    let slow = pass.flooredByLaunch(.milliseconds(10))
    #expect(abs(slow.total.milliseconds - 10) < 1e-4)
    #expect(PassTime.zero.flooredByLaunch(.milliseconds(1)).launch == .milliseconds(1))
  }

  @Test("Exchanges between tensor ranks keep a host half as slow as the kernels from hiding")
  func launchBetweenExchanges() {
    let pass = PassTime(compute: .milliseconds(1), tensor: .microseconds(1))
    let host = Seconds.milliseconds(0.5)
    // The root of 1 + 1/4, of which a queue that no exchange empties would leave 0.0005.
    #expect(abs(pass.flooredByLaunch(host).launch.milliseconds - 0.118034) < 1e-6)
    #expect(PassTime(compute: .milliseconds(1)).flooredByLaunch(host).launch.milliseconds < 5e-4)
  }

  @Test("A slow host's time comes on top of exchanges between tensor ranks, and covers all others")
  func launchBesideExchanges() {
    let tensor = PassTime(compute: .milliseconds(1), tensor: .milliseconds(5))
    // 5 ms, and the root of 10² + 1².
    #expect(abs(tensor.flooredByLaunch(.milliseconds(10)).total.milliseconds - 15.04988) < 1e-4)
    let others = PassTime(
      compute: .milliseconds(1), context: .milliseconds(1), sharding: .milliseconds(1))
    #expect(abs(others.flooredByLaunch(.milliseconds(40)).total.milliseconds - 40) < 1e-4)
    // Exchanges between expert ranks are covered, but empty the queue: the root of 40² + 3².
    let expert = PassTime(compute: .milliseconds(1), expert: .milliseconds(2))
    #expect(abs(expert.flooredByLaunch(.milliseconds(40)).total.milliseconds - 40.11234) < 1e-4)
  }

  @Test("The host launches more for tensor ranks, experts and casts, and all again to recompute")
  func launchOfLayers() throws {
    // So slow a host that it alone sets the pace.
    var stack = Stack.withoutLaunch
    stack.timing.launch = Seconds(100)
    stack.timing.launchBackwardShare = 0.5
    stack.timing.launchQuantised = 1.5
    stack.timing.launchTensor = Seconds(10)
    stack.timing.launchExperts = Seconds(1)
    func host(_ time: PassTime) -> Double { (time.total - time.tensor).value }
    let dense = try prices(.of(tensor: 8, data: 4, batch: 32), stack: stack).shape.kinds[0]
    // Three doublings of the ranks.
    #expect(isClose(host(dense[0].forward), 130, within: 1e-6))
    #expect(isClose(host(dense[0].backward), 80, within: 1e-6))
    #expect(isClose(host(dense[dense.count - 1].backward), 80 + 130, within: 1e-6))
    let experts = try prices(
      .of(tensor: 2, data: 16, batch: 32), stack: stack, model: .mixtral
    ).shape.kinds[0]
    #expect(isClose(host(experts[0].forward), 111, within: 1e-6))
    // Casts beside quantised products, not beside exchanges.
    let eight = try prices(
      .of(tensor: 8, data: 4, batch: 32), stack: stack, precision: .fp8
    ).shape.kinds[0]
    #expect(isClose(host(eight[0].forward), 150 + 30, within: 1e-6))
    #expect(isClose(host(eight[0].backward), 75 + 30, within: 1e-6))
    #expect(isClose(host(eight[eight.count - 1].backward), 105 + 180, within: 1e-6))
  }
}

extension Stack {
  /// Megatron-Core whose host never keeps the device waiting, with stated shares that show.
  static let withoutLaunch: Stack = {
    var stack = Stack.megatronCore
    stack.timing.launch = .zero
    stack.timing.launchTensor = .zero
    stack.timing.launchExperts = .zero
    stack.timing.launchUnfusedSoftmax = .zero
    stack.timing.elementwise = 1
    stack.timing.tensorExposed = 0.5
    stack.timing.contextExposed = 0.3
    stack.timing.shardingExposed = 0.15
    stack.timing.gradientBytes = 4
    return stack
  }()
}
