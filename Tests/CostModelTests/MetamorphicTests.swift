import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Better hardware never makes a prediction worse")
struct MetamorphicTests {
  /// Frames of several shapes on 32 devices.
  private static let frames: [Frame] = [
    .of(tensor: 8, data: 4, batch: 32), .of(tensor: 4, data: 2, pipeline: 4, batch: 32),
    .of(
      tensor: 2, data: 4, pipeline: 4, batch: 32, schedule: .interleaved(virtualStages: 2)),
    .of(data: 32, batch: 32, sharding: .parameters),
    .of(tensor: 2, context: 4, data: 4, batch: 32, contextMethod: .allGather),
    .of(tensor: 2, context: 4, data: 4, batch: 32, contextMethod: .allToAll),
    .of(tensor: 2, context: 4, data: 4, batch: 32, contextMethod: .ring),
    .of(tensor: 2, expert: 8, data: 4, pipeline: 4, batch: 32, schedule: .gpipe),
    .of(tensor: 4, expert: 4, expertTensor: 4, data: 8, batch: 32),
    .of(tensor: 16, data: 2, batch: 32, sharding: .none, sequenceParallel: false),
  ]

  private static let plain = Hardware()

  /// Four nodes of eight devices, whose figures can be changed.
  private struct Hardware {
    var memory = Bytes.gibibytes(80)
    var memoryBandwidth = 3350.0
    var teraFLOPS = 989.0
    var scaleUp = 450.0
    var network = 400.0
    var latency = Seconds.microseconds(14)
    var groups = 1

    func cluster() throws -> ClusterTopology {
      let nodeGroups = try (0..<groups).map { index in
        var group = try NodeGroup.of(
          "DGX-H100", name: "pod\(index)", nodes: 4 / groups, gigabitsPerSecond: network)
        group.accelerator.visibleMemory = memory
        group.accelerator.memoryBandwidth = .gigabytes(memoryBandwidth)
        group.accelerator.peaks = PeakRates(bf16: teraFLOPS)
        group.scaleUp.perAccelerator = .gigabytes(scaleUp)
        group.scaleUp.perPair = .gigabytes(scaleUp)
        return group
      }
      return try ClusterTopology(
        name: "test", nodeGroups: nodeGroups,
        fabrics: [Fabric(name: "network", kind: .infiniband, latency: latency)])
    }

    /// Seconds of the even split's step in each frame; of the fastest recomputation that fits.
    func steps(fitting: Bool = false) throws -> [Double] {
      let costs = try CostModel(
        model: #require(ModelDescription.mixtral), cluster: cluster(),
        workload: Workload(globalBatch: 32, sequenceLength: 8192), stack: .megatronCore)
      let pricer = FramePricer(costs)
      return try MetamorphicTests.frames.map { frame in
        let prices = pricer.prices(of: frame)
        let shape = try #require(PipelineCache.shape(of: frame))
        let even = LayerSplit.even(layers: 32, frame: frame)
        let split = fitting ? prices.fastestSplit(boundaries: even.boundaries) : even
        guard let split else { return .infinity }
        let makespan = prices.makespan(split, with: pricer.pipelines.simulator(shape))
        return prices.step(makespan: makespan).value
      }
    }
  }

  @Test("Nor do faster devices, memories, links and networks")
  func faster() throws {
    let base = try Self.plain.steps()
    let changes: [(String, (inout Hardware, Double) -> Void)] = [
      ("arithmetic", { $0.teraFLOPS *= $1 }), ("memory", { $0.memoryBandwidth *= $1 }),
      ("scale-up", { $0.scaleUp *= $1 }), ("network", { $0.network *= $1 }),
      ("latency", { $0.latency = $0.latency / $1 }),
    ]
    for (name, change) in changes {
      var last = base
      for factor in [1.1, 2, 7] {
        var hardware = Self.plain
        change(&hardware, factor)
        let steps = try hardware.steps()
        for (index, (now, before)) in zip(steps, last).enumerated() {
          #expect(now <= before * (1 + 1e-12), "\(name) × \(factor), frame \(index)")
        }
        last = steps
      }
      #expect(zip(last, base).contains { $0 < $1 }, "\(name) matters somewhere")
    }
  }

  @Test("More memory never makes the fastest recomputation that fits slower")
  func memory() throws {
    var last = Array(repeating: Double.infinity, count: Self.frames.count)
    for gibibytes in [20.0, 30, 40, 50, 60, 70, 80, 100, 130, 200, 300, 500, 1000, 2000] {
      var hardware = Self.plain
      hardware.memory = .gibibytes(gibibytes)
      let steps = try hardware.steps(fitting: true)
      #expect(zip(steps, last).allSatisfy { $0 <= $1 })
      last = steps
    }
    #expect(last.allSatisfy { $0.isFinite })
  }

  @Test("A group of nodes split into two or four like ones changes nothing")
  func groups() throws {
    let base = try Self.plain.steps()
    for groups in [2, 4] {
      var hardware = Self.plain
      hardware.groups = groups
      for (one, many) in zip(base, try hardware.steps()) { #expect(isClose(many, one)) }
    }
  }

  @Test("A machine twice as fast in every rate and delay halves every collective")
  func homogeneity() {
    let curve = KernelCalibration.hopper.allReduce
    var fast = curve
    fast.latency = curve.latency / 2
    fast.latencyPerDoubling = curve.latencyPerDoubling / 2
    fast.ramp = curve.ramp / 2
    for bytes in [1.0, 1e6, 1e9] {
      let slow = curve.time(bytes: Bytes(bytes), share: 1.75, members: 8, rate: .gigabytes(450))
      let half = fast.time(bytes: Bytes(bytes), share: 1.75, members: 8, rate: .gigabytes(900))
      #expect(isClose(half, slow / 2))
    }
  }
}
