import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Measured layers take the place of analytic figures, and of nothing else")
struct MeasuredLayersTests {
  private static func profile(
    tensor: Int = 1, accelerator: String = "H100-SXM-80GB", includesTensor: Bool = false,
    length: Int = 8192, optimizer: Seconds? = nil
  ) -> LayerProfile {
    LayerProfile(
      accelerator: accelerator, tensor: tensor, sequenceLength: length,
      includesTensorCommunication: includesTensor, optimizer: optimizer,
      points: [1, 4].map { size in
        let factor = Double(size)
        return .init(
          microBatchSize: size,
          layers: [
            .init(
              forward: .milliseconds(10 * factor), backward: .milliseconds(20 * factor),
              saved: .mebibytes(100 * factor))
          ], embedding: .init(forward: .milliseconds(1), backward: .milliseconds(2)),
          head: .init(forward: .milliseconds(3), backward: .milliseconds(4)))
      })
  }

  private func costs(
    _ profiles: [LayerProfile], cluster: ClusterTopology? = nil, stack: Stack = .megatronCore
  ) throws -> CostModel {
    var model = try #require(ModelDescription.llama8B)
    model.profiles = profiles
    return try CostModel(
      model: model, cluster: cluster ?? .h100Nodes(4),
      workload: Workload(globalBatch: 32, sequenceLength: 8192), stack: stack,
      calibration: .steady)
  }

  @Test("a layer takes what was measured, the host's time in it, and keeps what was measured")
  func layer() throws {
    let costs = try costs([Self.profile()])
    let shape = FramePricer(costs).prices(of: .of(data: 32, batch: 32)).shape
    let price = shape.kinds[0][0]
    #expect(price.forward == PassTime(compute: .milliseconds(10)))
    #expect(price.backward == PassTime(compute: .milliseconds(20)))
    #expect(price.saved == .mebibytes(100))
    #expect(price.weightGradient < price.backward.compute && price.weightGradient > .zero)
    #expect(shape.embedding.forward.total == .milliseconds(1))
    #expect(shape.head.backward.total == .milliseconds(4))
  }

  @Test("recomputing everything takes the measured forward pass; a part, its analytic share")
  func recomputation() throws {
    let costs = try costs([Self.profile()])
    let kinds = FramePricer(costs).prices(of: .of(data: 32, batch: 32)).shape.kinds[0]
    let full = try #require(kinds.last)
    #expect(full.backward.recompute == .milliseconds(10))
    #expect(full.saved < kinds[0].saved)
    for price in kinds.dropFirst().dropLast() {
      #expect(price.backward.recompute > .zero && price.backward.recompute < .milliseconds(10))
      #expect(price.saved < kinds[0].saved && price.saved >= full.saved)
    }
  }

  @Test("what tensor ranks exchange is added, unless the measurement holds it")
  func tensor() throws {
    for includes in [false, true] {
      let costs = try costs([Self.profile(tensor: 2, includesTensor: includes)])
      let frame = Frame.of(tensor: 2, data: 16, batch: 32)
      let price = FramePricer(costs).prices(of: frame).shape.kinds[0][0]
      #expect(price.forward.compute == .milliseconds(10))
      #expect((price.forward.tensor > .zero) == !includes)
    }
  }

  @Test("the optimiser takes what was measured of all weights, shared out under sharding")
  func optimizer() throws {
    let costs = try costs([Self.profile(optimizer: .milliseconds(64))])
    for (sharding, share) in [(Sharding.none, 1.0), (.optimizer, 32)] {
      let prices = FramePricer(costs).prices(of: .of(data: 32, batch: 32, sharding: sharding))
      let held = prices.weights(chunk: 0, first: 0, end: 32)
      #expect(abs(prices.finish.update(held, stage: 0) - 0.064 / share) < 1e-9)
    }
  }

  @Test("frames that no measurement tells of keep analytic prices, and lie outside of the space")
  func coverage() throws {
    let costs = try costs([Self.profile(), Self.profile(tensor: 2)])
    let measured = try #require(costs.measuredLayers)
    #expect(measured.covers(.of(data: 32, batch: 32)))
    #expect(measured.covers(.of(tensor: 2, data: 16, batch: 32)))
    #expect(!measured.covers(.of(tensor: 4, data: 8, batch: 32)))
    #expect(!measured.covers(.of(context: 2, data: 16, batch: 32)))
    #expect(
      measured.coverage
        == "tensor 1 with micro-batches of 1 to 4, tensor 2 with micro-batches of 1 to 4")
    let frame = Frame.of(tensor: 4, data: 8, batch: 32)
    let plain = try self.costs([])
    #expect(
      FramePricer(costs).prices(of: frame).shape.kinds
        == FramePricer(plain).prices(of: frame).shape.kinds)
  }

  @Test("profiles of another length, format or accelerator change nothing")
  func unsuited() throws {
    #expect(try costs([Self.profile(length: 4096)]).measuredLayers == nil)
    #expect(try costs([Self.profile(accelerator: "A100-SXM-80GB")]).measuredLayers == nil)
    var other = Self.profile()
    other.precision = .fp8
    #expect(try costs([other]).measuredLayers == nil)
  }

  @Test("of two kinds of accelerator the slower counts, and only where both were measured")
  func mixed() throws {
    let mixed = try ClusterTopology(
      name: "mixed",
      nodeGroups: [
        .of("DGX-H100", name: "new", nodes: 2), .of("DGX-A100-80GB", name: "old", nodes: 2),
      ], fabrics: [Fabric(name: "network", kind: .infiniband)])
    var slow = Self.profile(accelerator: "A100-SXM-80GB")
    slow.points = slow.points.map { point in
      var point = point
      point.layers[0].forward = 3 * point.layers[0].forward
      return point
    }
    #expect(try costs([Self.profile()], cluster: mixed).measuredLayers == nil)
    let costs = try costs([Self.profile(), slow], cluster: mixed)
    let price = FramePricer(costs).prices(of: .of(data: 32, batch: 32)).shape.kinds[0][0]
    #expect(price.forward.compute == .milliseconds(30))
    #expect(price.backward.compute == .milliseconds(20))
  }

  @Test("the kinds of work share out the measured whole")
  func consumers() throws {
    let costs = try costs([Self.profile()])
    let frame = Frame.of(data: 32, batch: 32)
    let pipeline = try #require(PipelineCache.shape(of: frame))
    let split = LayerSplit(chunkLayers: [32], recompute: [StageRecompute(policy: 0)])
    let pricer = FramePricer(costs)
    let sums = pricer.consumers(of: frame, pipeline, split: split, rank: 0)
    let all = sums.values.reduce(Seconds.zero, +)
    let prediction = pricer.prices(of: frame).predict(
      split, with: pricer.pipelines.simulator(pipeline))
    #expect(isClose(all.value, prediction.breakdown.passes.total.value))
  }
}

@Suite("Measured collectives stand above the fitted curves")
struct MeasuredCollectivesTests {
  private static let measured = MeasuredCollectives([
    .init(
      operation: .allReduce, members: 8, membersPerNode: 8,
      points: [
        .init(bytes: .mebibytes(1), time: .milliseconds(1)),
        .init(bytes: .mebibytes(9), time: .milliseconds(3)),
      ])
  ])

  private func group(_ members: Int) -> GroupLinks {
    let link = Link(latency: .microseconds(1), rate: .gigabytes(400))
    return GroupLinks(
      members: members, membersPerDomain: members, domains: 1, inner: link, outer: link)
  }

  @Test("between sizes in proportion, below at the least time, above at the last rate")
  func sizes() {
    let times = CollectiveTimes(calibration: .hopper, measured: Self.measured)
    for (size, milliseconds) in [(0.5, 1.0), (1, 1), (5, 2), (9, 3), (18, 6)] {
      let time = times.allReduce(.mebibytes(size), over: group(8))
      #expect(isClose(time.milliseconds, milliseconds), "\(size) MiB")
    }
  }

  @Test("an all-gather takes half of the all-reduce; groups of other sizes keep the curves")
  func others() {
    let times = CollectiveTimes(calibration: .hopper, measured: Self.measured)
    let curves = CollectiveTimes(calibration: .hopper)
    #expect(isClose(times.allGather(.mebibytes(5), over: group(8)).milliseconds, 1))
    #expect(
      times.allReduce(.mebibytes(5), over: group(4))
        == curves.allReduce(.mebibytes(5), over: group(4)))
    #expect(
      times.allToAll(.mebibytes(5), over: group(8))
        == curves.allToAll(.mebibytes(5), over: group(8)))
  }
}
