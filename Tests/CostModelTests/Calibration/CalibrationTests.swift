import ClusterTopology
import InputFiles
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("A calibration belongs to hardware, links and stacks")
struct CalibrationTests {
  private func accelerator(_ cluster: ClusterTopology) -> Accelerator {
    cluster.nodeGroups[0].accelerator
  }

  @Test("A slow accelerator slows its products in every format and its attention, and nothing else")
  func slowness() throws {
    let device = accelerator(try .h100Nodes(1))
    var calibration = Calibration.defaults
    let before = calibration.kernels(of: device)
    Coefficient.slowness(of: device.name).set(1.25, in: &calibration)
    let after = calibration.kernels(of: device)
    for precision in Precision.allCases {
      #expect(isClose(after.derate(precision), 1.25 * before.derate(precision)))
    }
    for kernels in AttentionKernels.allCases {
      #expect(isClose(after.attentionDerate[kernels], 1.25 * before.attentionDerate[kernels]))
    }
    #expect(after.elementwiseEfficiency == before.elementwiseEfficiency)
    #expect(after.collectiveDerate == before.collectiveDerate)
    let other = accelerator(try .a100Nodes(1))
    #expect(
      calibration.kernels(of: other).derate(.bf16)
        == Calibration.defaults.kernels(of: other).derate(.bf16))
  }

  @Test("An accelerator of an unknown generation is priced with A100's shares of peak, slower")
  func unknown() throws {
    var device = accelerator(try .h100Nodes(1))
    device.name = "own"
    device.architecture = .other
    let kernels = Calibration.defaults.kernels(of: device)
    #expect(kernels.provenance == KernelCalibration.unknown.provenance)
    #expect(kernels.derate(.bf16) > KernelCalibration.ampere.derate(.bf16))
    #expect(
      kernels.matrixProduct.efficiency == KernelCalibration.ampere.matrixProduct.efficiency)
  }

  @Test(
    "A stack's timing is its preset until a coefficient of it is set; then it is the calibration's")
  func timing() throws {
    var calibration = Calibration.defaults
    var stack = Stack.megatronCore
    stack.timing.hopExposed = 0.9
    #expect(calibration.timing(of: stack).hopExposed == 0.9)
    try #require(Coefficient.named("stacks.megatron-core@0.16.tensorExposed"))
      .set(0.2, in: &calibration)
    var expected = Stack.megatronCore.timing
    expected.tensorExposed = 0.2
    #expect(calibration.timing(of: stack) == expected)
  }

  @Test("A network of 400 Gb/s each counts as fast, one of 200 does not, and none inside one node")
  func networks() throws {
    #expect(try ClusterTopology.h100Nodes(1).networks == [])
    #expect(
      try ClusterTopology.h100Nodes(2).networks == [
        NetworkKind(fabric: .infiniband, isFast: true)
      ])
    #expect(
      try ClusterTopology.nodes(2, of: "DGX-H100", gigabitsPerSecond: 200, kind: .roce).networks
        == [NetworkKind(fabric: .roce, isFast: false)])
    #expect(NetworkKind(fabric: .infiniband, isFast: true).name == "infiniband-400")
  }

  @Test("Collectives reach a network's own share, that of its slower kind, or three quarters")
  func efficiency() {
    var calibration = Calibration.defaults
    calibration.networks = [NetworkKind(fabric: .roce, isFast: false): 0.6]
    #expect(calibration.efficiency(NetworkKind(fabric: .roce, isFast: false)) == 0.6)
    #expect(calibration.efficiency(NetworkKind(fabric: .roce, isFast: true)) == 0.6)
    #expect(calibration.efficiency(NetworkKind(fabric: .efa, isFast: true)) == 0.75)
    calibration.networks[NetworkKind(fabric: .roce, isFast: true)] = 0.8
    #expect(calibration.efficiency(NetworkKind(fabric: .roce, isFast: true)) == 0.8)
  }

  @Test("Over TCP each byte takes its time on the wire and that of a copy, which no card shortens")
  func copies() {
    var calibration = Calibration.defaults
    let ethernet = NetworkKind(fabric: .ethernet, isFast: false)
    calibration.networks = [ethernet: 0.5, NetworkKind(fabric: .roce, isFast: false): 0.6]
    func secondsPerGigabit(_ line: Double) -> Double {
      1 / (line * calibration.efficiency(ethernet, card: .gigabits(line)))
    }
    #expect(calibration.efficiency(ethernet, card: .gigabits(50)) == 0.5)
    for line in [1.0, 10, 25, 100, 400] {
      #expect(isClose(secondsPerGigabit(line), 1 / line + 1 / 50))
      let roce = NetworkKind(fabric: .roce, isFast: false)
      #expect(calibration.efficiency(roce, card: .gigabits(line)) == 0.6)
    }
  }

  @Test("A link that joins clusters counts as one card, whatever cards they have inside")
  func joiningLink() throws {
    func rate(_ cards: Int) throws -> BytesPerSecond {
      let group = """
        "nodes": 1, "acceleratorsPerNode": 8, "node": "DGX-H100", "nics":
        """
      let text = """
        {"nodeGroups": [
          {"name": "a", \(group) {"fabric": "ib", "perNode": \(cards), "gigabitsPerSecond": 400}},
          {"name": "b", \(group) {"fabric": "roce", "perNode": \(cards), "gigabitsPerSecond": 400}}],
         "fabrics": [{"name": "ib", "kind": "infiniband"}, {"name": "roce", "kind": "roce"},
          {"name": "lan", "kind": "ethernet", "gigabitsPerSecond": 100, "connects": ["a", "b"]}]}
        """
      let cluster = try ClusterFile.read(
        JSONDocument.parse(text, file: "cluster.json").root, file: "cluster.json"
      ).topology
      return IdentityPlacement.deviceLink(on: cluster, .shipped, from: 0, to: 1).rate
    }
    let (one, eight) = (try rate(1), try rate(8))
    #expect(one == eight)
    #expect(one < BytesPerSecond.gigabits(50 / 8))
  }

  @Test("The shipped calibration is the defaults with the fitted values in their places")
  func shipped() {
    for coefficient in Coefficient.all {
      let fitted = FittedCoefficients.all[coefficient.name]
      let value = coefficient.value(in: .shipped)
      var expected = Calibration.defaults
      if let fitted { coefficient.set(fitted.value, in: &expected) }
      #expect(value == coefficient.value(in: expected), "\(coefficient.name)")
      #expect(coefficient.origin.hasPrefix(fitted == nil ? "default, " : "fitted to "))
    }
  }
}
