import ClusterTopology
import ParallelismVocabulary
import Testing

@testable import CostModel

@Suite("Coefficients are the numbers of a calibration that measurements can determine")
struct CoefficientTests {
  @Test("Each has a name of its own, by which it is found, a unit and a meaning")
  func names() {
    #expect(Set(Coefficient.all.map(\.name)).count == Coefficient.all.count)
    for coefficient in Coefficient.all {
      #expect(Coefficient.named(coefficient.name)?.owner == coefficient.owner)
      #expect(["times", "passes", "share", "s"].contains(coefficient.unit))
      #expect(!coefficient.meaning.isEmpty && coefficient.spread > 0)
    }
    #expect(Coefficient.named("stacks.megatron-core@0.16.colour") == nil)
    #expect(Coefficient.named("accelerators..slowness") == nil)
  }

  @Test("What is set is read again, and nothing else moves but what shares it", arguments: 0..<2)
  func roundTrip(round: Int) {
    for coefficient in Coefficient.all {
      let base = round == 0 ? Calibration.defaults : .shipped
      let before = coefficient.value(in: base)
      #expect(before > 0 && before.isFinite, "\(coefficient.name)")
      let value = 0.75 * before
      var changed = base
      coefficient.set(value, in: &changed)
      #expect(coefficient.value(in: changed) == value, "\(coefficient.name)")
      for other in Coefficient.all where other.name != coefficient.name {
        #expect(
          other.value(in: changed) == other.value(in: base),
          "\(other.name) moves with \(coefficient.name)")
      }
    }
  }

  @Test("A share of a line rate is at most 1, whatever it is set to")
  func shares() {
    for coefficient in Coefficient.all {
      guard case .network = coefficient.owner else { continue }
      var calibration = Calibration.defaults
      coefficient.set(1.3, in: &calibration)
      #expect(coefficient.value(in: calibration) == 1, "\(coefficient.name)")
    }
  }

  @Test("A share starts between 0 and 1")
  func startingShares() {
    for coefficient in Coefficient.all where coefficient.unit == "share" {
      #expect((0...1).contains(coefficient.defaultValue), "\(coefficient.name)")
    }
  }

  @Test("No stack has more than five coefficients, those that its versions share among them")
  func fewForEachStack() {
    for stack in Stack.all {
      let own = Coefficient.all.filter { $0.owner == .stack(stack.identity) }
      #expect(own.count == stack.own.count, "\(stack.identity)")
      #expect(stack.own.count + stack.shared.count <= 5, "\(stack.identity)")
      #expect(Set(stack.own).isDisjoint(with: stack.shared), "\(stack.identity)")
    }
  }

  @Test(
    "A stack's ratios may lie e^0.5 times off before a fit, its host times and gradients e times")
  func spreads() {
    let wide: Set<StackCoefficient> = [.gradientResidual, .perMicroBatch, .perStep]
    for coefficient in StackCoefficient.allCases {
      #expect(coefficient.spread == (wide.contains(coefficient) ? 1 : 0.5), "\(coefficient)")
    }
  }

  @Test("A stack without overlap starts from wholly visible exchanges")
  func serial() throws {
    let timing = try #require(Stack.named("megatron-core@0.16-serial")).timing
    #expect(timing.tensorExposed == 1 && timing.expertExposed == 1 && timing.hopExposed == 1)
    #expect(timing.gradientResidual == 1)
  }

  @Test("NeMo reduces gradients as Megatron-Core does, before a fit")
  func gradients() throws {
    let nemo = try #require(Stack.named("nemo@24"))
    #expect(nemo.timing.gradientResidual == Stack.megatronCore.timing.gradientResidual)
    #expect(
      nemo.timing.elementwise == StackTiming().elementwise && !nemo.own.contains(.elementwise))
  }

  @Test("Versions of a name move together in what they share, and start from one value")
  func shared() throws {
    for stack in Stack.all {
      for shared in stack.shared {
        let coefficient = try #require(
          Coefficient.named("stacks.\(stack.name).\(shared.rawValue)"), "\(stack.identity)")
        #expect(stack.timing[keyPath: shared.path] == coefficient.defaultValue, "\(stack.identity)")
        var calibration = Calibration.defaults
        coefficient.set(0.123, in: &calibration)
        #expect(calibration.timing(of: stack)[keyPath: shared.path] == 0.123, "\(stack.identity)")
      }
    }
    let eager = try #require(Stack.named("torchtitan@0.2-eager"))
    var calibration = Calibration.defaults
    try #require(Coefficient.named("stacks.torchtitan.elementwise")).set(7, in: &calibration)
    #expect(calibration.timing(of: .torchtitan).elementwise == 7)
    #expect(calibration.timing(of: eager).elementwise == eager.timing.elementwise)
  }

  @Test("Sixteen-bit products move as one, and generations that share kernels too")
  func products() throws {
    var calibration = Calibration.defaults
    try #require(Coefficient.named("generations.blackwell.bf16")).set(1.7, in: &calibration)
    for generation in [Architecture.blackwell, .blackwellUltra] {
      let kernels = try #require(calibration.generations[generation])
      #expect(kernels.derate(.bf16) == 1.7 && kernels.derate(.fp16) == 1.7)
      #expect(kernels.derate(.fp32) == 1.7)
      #expect(kernels.derate(.fp8) == Calibration.defaults.generations[generation]?.derate(.fp8))
    }
    #expect(
      calibration.generations[.hopper]?.derate(.bf16) == KernelCalibration.hopper.derate(.bf16))
  }

  @Test(
    "Before a fit, power limits tell accelerators of a generation apart, by about their ¾th power",
    arguments: [
      ("H100-SXM-96GB-HBM2e", 500.0, 700.0), ("B200-SXM-180GB", 1000, 1200),
      ("GB300-279GB", 1400, 1200), ("MI325X-256GB", 1000, 750),
    ])
  func powerLimits(accelerator: String, watts: Double, first: Double) {
    let root = (first / watts).squareRoot()
    let value = Coefficient.slowness(of: accelerator).defaultValue
    #expect(abs(value / (root * root.squareRoot()) - 1) < 0.05)
  }

  @Test("An accelerator that no published run used has a slowness too, of 1")
  func anyAccelerator() throws {
    let slowness = try #require(Coefficient.named("accelerators.H100-own.slowness"))
    #expect(slowness.owner == .accelerator("H100-own"))
    #expect(slowness.value(in: .defaults) == 1)
    #expect(slowness.origin == "default, no run to fit it to")
    var calibration = Calibration.defaults
    slowness.set(1.2, in: &calibration)
    #expect(slowness.value(in: calibration) == 1.2)
  }
}
