import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("An optimiser in the hosts' memory")
struct HostOptimizerTests {
  private func prices(
    _ frame: Frame, place: OptimizerPlace = .host, hostGiB: Double? = nil,
    gigabytesPerSecond: Double? = 600
  ) throws -> FramePrices {
    var group = try NodeGroup.of("DGX-H100", nodes: 4)
    group.accelerator.hostLink = .gigabytes(50)
    group.hostMemory = hostGiB.map(Bytes.gibibytes)
    group.hostMemoryBandwidth = gigabytesPerSecond.map(BytesPerSecond.gigabytes)
    let model = try CostModel(
      model: #require(.llama8B),
      cluster: ClusterTopology(
        name: "test", nodeGroups: [group], fabrics: [Fabric(name: "network", kind: .infiniband)]),
      workload: Workload(globalBatch: 32, sequenceLength: 4096, optimizerPlace: place),
      stack: .megatronCore)
    return FramePricer(model).prices(of: frame)
  }

  @Test(
    "its step sends a gradient, touches thirty bytes at half the host's rate, and fetches a weight")
  func step() throws {
    let prices = try prices(.of(tensor: 8, pipeline: 4, batch: 32))
    let weights = prices.weights(chunk: 1, first: 8, end: 16).total
    // 600 GB/s of eight devices: 75 each, of which half.
    let seconds = weights * (4 / 50e9 + 30 / 37.5e9 + 2 / 50e9)
    #expect(isClose(prices.tail(chunk: 1, first: 8, end: 16, backward: 0), seconds))
  }

  @Test("sixteen bytes of a weight lie there, shared out over replicas, and none on the device")
  func memory() throws {
    let frame = Frame.of(tensor: 2, data: 4, pipeline: 4, batch: 32)
    let split = LayerSplit.even(layers: 32, frame: frame)
    let (there, here) = (
      try prices(frame).memory(rank: 1, split: split),
      try prices(frame, place: .device).memory(rank: 1, split: split)
    )
    let weights = try prices(frame).weights(chunk: 1, first: 8, end: 16).total
    #expect(isClose(there.host.value, 16 * weights / 4))
    #expect(there.optimizer == .zero && here.host == .zero)
    #expect(isClose(here.optimizer.value, 12 * weights / 4))
    #expect(there.gradients == here.gradients && there.weights == here.weights)
  }

  @Test("nine tenths of a host's memory, shared by its devices, limit it")
  func limit() throws {
    let frame = Frame.of(tensor: 8, pipeline: 4, batch: 32)
    let split = LayerSplit.even(layers: 32, frame: frame)
    let need = try prices(frame).memory(rank: 0, split: split).host.gibibytes
    #expect(try prices(frame, hostGiB: 8 * need / 0.9 * 1.001).fits(split))
    let small = try prices(frame, hostGiB: 8 * need / 0.9 * 0.999)
    #expect(!small.fits(split))
    #expect(small.fastestSplit(boundaries: [0, 8, 16, 24, 32]) == nil)
    // Fewer layers beside the table fit.
    #expect(small.fastestSplit(boundaries: [0, 7, 16, 25, 32]) != nil)
    #expect(try prices(frame, place: .device, hostGiB: 1).fits(split))
  }

  @Test(
    "where the cluster tells nothing of its hosts, two sockets of DDR4 and enough memory are taken")
  func usual() throws {
    let prices = try prices(.of(tensor: 8, pipeline: 4, batch: 32), gigabytesPerSecond: nil)
    #expect(prices.hostCapacity(rank: 0) == .infinity)
    let weights = prices.weights(chunk: 1, first: 8, end: 16).total
    let seconds = weights * (6 / 50e9 + 30 / (410e9 / 16))
    #expect(isClose(prices.tail(chunk: 1, first: 8, end: 16, backward: 0), seconds))
  }
}
