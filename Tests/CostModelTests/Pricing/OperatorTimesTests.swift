import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Operators cost their kernels on H100, as the generation's coefficients have them")
struct OperatorTimesTests {
  private let tokens = 8192.0

  private func pricer(
    precision: Precision = .bf16, adapterRank: Int? = nil, microBatchSize: Int = 1,
    kernels: (inout KernelCalibration) -> Void = { _ in },
    timing: (inout StackTiming) -> Void = { _ in }
  ) throws -> OperatorPricer {
    var calibration = Calibration.defaults
    kernels(&calibration.generations[.hopper, default: .hopper])
    var stated = StackTiming()
    timing(&stated)
    let device = ReferenceDevice(cluster: try .h100Nodes(1), calibration: calibration)
    return OperatorPricer(
      device: device,
      workload: Workload(
        globalBatch: 8, sequenceLength: Int(tokens), precision: precision,
        adapterRank: adapterRank),
      shape: LayerShape(
        tensor: 1, context: 1, expert: 1, expertTensor: 1, shardedOver: 1,
        microBatchSize: microBatchSize, contextMethod: nil, sequenceParallel: false,
        tensorLinks: .alone, contextLinks: .alone, expertLinks: .alone, expertTensorLinks: .alone,
        shardingLinks: .alone),
      productPeak: try #require(device.peak(precision)),
      wholePeak: try #require(device.peak(.bf16)), timing: stated)
  }

  /// The operators of the one layer of a model 4,096 wide.
  private func operators(
    attention: String = #""heads": 32, "keyValueHeads": 8"#, feedForward: String
  ) throws -> [Operator] {
    try ModelDescription.native(
      """
      "hiddenSize": 4096, "vocabularySize": 32000, "layers": 1,
      "attention": { \(attention) }, "feedForward": { \(feedForward) }
      """
    ).kinds[0].operators
  }

  /// The feed-forward network's two products, between 4,096 and `width` numbers.
  private func network(_ width: Int) throws -> [Operator] {
    try operators(feedForward: "\"kind\": \"plain\", \"intermediateSize\": \(width)").filter {
      guard case .projection(let inputs, let outputs) = $0.work else { return false }
      return inputs == width || outputs == width
    }
  }

  private func expertsOperator(_ options: String = "") throws -> Operator {
    try #require(
      operators(
        feedForward: "\"count\": 8, \"perToken\": 2, \"intermediateSize\": 14336\(options)"
      ).first { if case .experts = $0.work { true } else { false } })
  }

  /// Seconds of a product that was measured alone.
  private func product(
    _ m: Double, _ n: Double, _ k: Double, _ precision: Precision = .bf16
  ) throws -> Double {
    let eight = precision == .fp8
    return KernelCalibration.hopper.matrixProduct.time(
      m: m, n: n, k: k, operandBytes: eight ? 1 : 2,
      peak: try #require(pricer(precision: precision).device.peak(precision)),
      bandwidth: .gigabytes(3350)
    ).value
  }

  private func passes(_ bytes: Double) -> Double { bytes / (0.8 * 3.35e12) }

  // MARK: Products

  @Test(
    "Sides that are no multiples of 64 cost 1.5 times, of 8 2.5 times, and odd ones 5 times",
    arguments: [(14336, 1.0), (14344, 1.5), (14338, 2.5), (14337, 5)])
  func alignment(width: Int, factor: Double) throws {
    let pricer = try pricer {
      $0.trainingDerate = [.bf16: 1.2]
      $0.misalignedDerate = 1.5
      $0.oddDerate = 2.5
    }
    let network = try network(width)
    #expect(network.count == 2)
    let (up, down) = (Double(width), 4096.0)
    for (operation, sides) in zip(network, [(up, down), (down, up)]) {
      let times = pricer.times(of: operation)
      let (n, k) = sides
      #expect(isClose(times.forward.value, try 1.2 * factor * product(tokens, n, k)))
      // A weight's gradient loses by its input's side alone.
      let weight = try 1.2 * (k == up ? factor : 1) * product(n, k, tokens)
      #expect(isClose(times.weightGradient.value, weight))
      #expect(isClose(times.backward.value, try 1.2 * factor * product(tokens, k, n) + weight))
    }
  }

  @Test("Beside adapters a product has an input gradient, but none of its frozen weights")
  func adapters() throws {
    for operation in try network(14336) {
      let (all, frozen) = (
        try pricer().times(of: operation), try pricer(adapterRank: 16).times(of: operation)
      )
      #expect(frozen.forward == all.forward)
      #expect(frozen.weightGradient == .zero)
      #expect(isClose(frozen.backward, all.backward - all.weightGradient))
    }
  }

  @Test("An adapter passes over the inputs and outputs of attention's projections, none of others")
  func adapterPasses() throws {
    let all = try operators(feedForward: "\"intermediateSize\": 14336")
    let (attention, network) = (
      all.filter(StackTiming().adapts),
      all.filter { if case .projection = $0.work { !StackTiming().adapts($0) } else { false } }
    )
    #expect(attention.count == 2 && network.count == 2)
    let (adapted, inputsOnly) = (
      try pricer(adapterRank: 16), try pricer(adapterRank: 16, timing: { $0.adaptsOutputs = false })
    )
    for (operation, outputs) in zip(attention, [6144.0, 4096]) {
      let (with, without) = (adapted.times(of: operation), try pricer().times(of: operation))
      #expect(
        isClose(
          with.forward.value - without.forward.value, passes(2 * tokens * (4096 + 4 * outputs))))
      let gradients = passes(2 * tokens * (2 * outputs + 5 * 4096))
      #expect(
        isClose(
          with.backward.value - (without.backward - without.weightGradient).value, gradients))
    }
    #expect(inputsOnly.times(of: attention[0]) == adapted.times(of: attention[0]))
    #expect(inputsOnly.times(of: attention[1]).forward < adapted.times(of: attention[1]).forward)
  }

  @Test("Eight-bit products read activations in sixteen bits and write them in eight before")
  func quantised() throws {
    let pricer = try pricer(precision: .fp8) { $0.trainingDerate = [.fp8: 1.1] }
    let up = try #require(network(14336).first)
    let times = pricer.times(of: up)
    // Two bytes read and twice one written, shared by two products; weights are quantised once a step.
    let (inputs, outputs) = (passes(2 * tokens * 4096), passes(2 * tokens * 14336))
    #expect(
      isClose(times.forward.value, try 1.1 * product(tokens, 14336, 4096, .fp8) + inputs))
    let weight = try 1.1 * product(14336, 4096, tokens, .fp8) + inputs + outputs
    #expect(isClose(times.weightGradient.value, weight))
    #expect(
      isClose(
        times.backward.value, try 1.1 * product(tokens, 4096, 14336, .fp8) + outputs + weight))
    // The head's stay in sixteen.
    #expect(
      isClose(
        pricer.times(of: up, vocabulary: true).forward.value,
        try KernelCalibration.hopper.defaultTrainingDerate * product(tokens, 14336, 4096)))
  }

  // MARK: Experts

  @Test("Experts: two grouped products over all chosen rows, three hidden and five wide passes")
  func experts() throws {
    let pricer = try pricer {
      $0.trainingDerate = [.bf16: 1.1]
      $0.groupedProductDerate = 1.3
    } timing: {
      $0.elementwise = 1.4
    }
    let times = pricer.times(of: try expertsOperator())
    let rows = 2 * tokens
    let products = try product(rows, 2 * 14336, 4096) + product(rows, 4096, 14336)
    let moved = 1.4 * passes(2 * rows * (3 * 4096 + 5 * 14336))
    #expect(isClose(times.forward.value, 1.1 * 1.3 * products + moved))
    let weight = try 1.1 * 1.3 * (product(2 * 14336, 4096, rows) + product(4096, 14336, rows))
    #expect(isClose(times.weightGradient.value, weight))
    let input = try 1.1 * 1.3 * (product(rows, 4096, 2 * 14336) + product(rows, 14336, 4096))
    #expect(isClose(times.backward.value, input + weight + 1.6 * moved))
  }

  @Test("Biases of experts read and write the outputs of both grouped products once more")
  func biases() throws {
    let pricer = try pricer { _ in
    } timing: {
      $0.elementwise = 1.4
    }
    let plain = pricer.times(of: try expertsOperator())
    let biased = pricer.times(of: try expertsOperator(#", "bias": true"#))
    let moved = 1.4 * passes(2 * 2 * tokens * 2 * (2 * 14336 + 4096))
    #expect(isClose((biased.forward - plain.forward).value, moved, within: 1e-6))
    #expect(isClose((biased.backward - plain.backward).value, 1.6 * moved, within: 1e-6))
  }

  @Test("A stack's own factor of grouped products is felt in quantised formats alone")
  func groupedProducts() throws {
    let operation = try expertsOperator()
    func more(_ precision: Precision) throws -> Double {
      func time(_ factor: Double) throws -> Double {
        let pricer = try pricer(precision: precision) {
          $0.groupedProductDerate = 1.25
          $0.trainingDerate = [:]
          $0.defaultTrainingDerate = 1
        } timing: {
          $0.groupedProducts = factor
        }
        return pricer.times(of: operation).forward.value
      }
      return try time(2) - time(1)
    }
    #expect(try more(.bf16) == 0)
    let rows = 2 * tokens
    let products =
      try product(rows, 2 * 14336, 4096, .fp8) + product(rows, 4096, 14336, .fp8)
      + passes(2 * rows * 4096)
      + passes(2 * rows * 14336)
    #expect(isClose(try more(.fp8), 1.25 * products, within: 1e-6))
  }

  // MARK: Attention

  @Test("Fused attention's arithmetic is slowed by its family's factor, 3.3 times as long backward")
  func attention() throws {
    let operation = try #require(
      operators(feedForward: #""intermediateSize": 14336"#).first {
        if case .attention = $0.work { true } else { false }
      })
    for (family, factor) in [(AttentionKernels.flash1, 3.0), (.flash2, 2), (.vendor, 1.25)] {
      let pricer = try pricer {
        $0.attentionDerate = AttentionDerate(flash1: 3, flash2: 2, vendor: 1.25)
        $0.attentionBackward = 3.3
      } timing: {
        $0.attentionKernels = family
      }
      let kernel = KernelCalibration.hopper.attention(width: 128, family).time(
        rows: 32 * tokens, keys: tokens / 2, queryKeySize: 128, valueSize: 128,
        bytes: Bytes(tokens * 40 * 256 * 2), peak: .teraFLOPS(989.4),
        bandwidth: .gigabytes(3350), derate: factor)
      let times = pricer.times(of: operation)
      #expect(isClose(times.forward, kernel))
      #expect(isClose(times.backward, 3.3 * kernel))
    }
  }

  @Test("Stored scores take their passes, 1.6 times as many where the fused softmax cannot run")
  func storedScores() throws {
    func time(heads: Int, size: Int, passes: Double) throws -> Double {
      let operation = try #require(
        operators(
          attention: "\"heads\": \(heads), \"headSize\": 128, \"fused\": false",
          feedForward: #""intermediateSize": 14336"#
        ).first { if case .attention = $0.work { true } else { false } })
      return try pricer(microBatchSize: size) { _ in
      } timing: {
        $0.scorePasses = passes
      }.times(of: operation).forward.value
    }
    // Four score matrices at a time: 8 heads, or 2 sequences of 6, but not 6 heads alone.
    for (heads, size, factor) in [(8, 1, 1.0), (6, 2, 1), (6, 1, 1.6)] {
      let scores = Double(size) * tokens * Double(heads) * tokens
      let difference =
        try time(heads: heads, size: size, passes: 7)
        - time(heads: heads, size: size, passes: 6)
      #expect(isClose(difference, factor * scores * 2 / 3.35e12, within: 1e-6))
    }
  }
}
