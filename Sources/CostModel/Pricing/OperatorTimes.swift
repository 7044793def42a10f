import ModelDescription
import ParallelismVocabulary
import Quantities

/// The kernel times of one operator, for one micro-batch on one rank.
struct OperatorTimes: Equatable {
  var forward: Seconds
  var backward: Seconds
  /// The part of `backward` that weight gradients take: their products, and a table's.
  var weightGradient = Seconds.zero

  static let zero = OperatorTimes(forward: .zero, backward: .zero)
}

/// Prices operators on the reference device under one layer shape.
struct OperatorPricer {
  let device: ReferenceDevice
  let workload: Workload
  let shape: LayerShape
  /// The rate of the workload's precision, and of the sixteen-bit parts.
  let productPeak: FLOPsPerSecond
  let wholePeak: FLOPsPerSecond
  let timing: StackTiming
  /// What products of the two lose in training.
  private let productDerate: Double
  private let wholeDerate: Double

  init(
    device: ReferenceDevice, workload: Workload, shape: LayerShape, productPeak: FLOPsPerSecond,
    wholePeak: FLOPsPerSecond, timing: StackTiming
  ) {
    self.device = device
    self.workload = workload
    self.shape = shape
    self.productPeak = productPeak
    self.wholePeak = wholePeak
    self.timing = timing
    productDerate = device.calibration.derate(workload.precision)
    wholeDerate = device.calibration.derate(Self.wholePrecision(workload.precision))
  }

  private var curves: KernelCalibration { device.calibration }
  private var tokens: Double { shape.tokens(workload) }
  private var tensor: Double { Double(shape.tensor) }
  private var storedBytes: Double { workload.precision.storedBytes }

  /// - Parameter vocabulary: whether the operator belongs to the head, whose products stay in
  ///   sixteen bits.
  func times(of operation: Operator, vocabulary: Bool = false) -> OperatorTimes {
    switch operation.work {
    case .projection(let inputs, let outputs):
      return projection(
        operation, inputs: Double(inputs), outputs: Double(outputs), vocabulary: vocabulary)
    case .attention(let shape): return attention(operation, shape)
    case .scan(let shape): return scan(operation, shape)
    case .experts(let experts): return self.experts(experts)
    case .convolution(let channels, _):
      return moving(2 * Double(channels), operation.partition, backward: 2)
    case .normalisation(let width, let groups):
      // Reads and writes; backward reads twice and writes once.
      return moving(2 * Double(width * groups), operation.partition, backward: 1.5)
    case .elementwise(let width):
      // Reads two operands and writes one; backward moves about 1.6 times as much.
      return moving(3 * Double(width), operation.partition, backward: 1.6)
    case .lookup(let width):
      // A table has no input gradient.
      var times = moving(2 * Double(width), .replicated, backward: 2)
      times.weightGradient = times.backward
      return times
    case .none: return .zero
    }
  }

  /// Tokens that an operator of a partition serves on one rank.
  private func served(_ partition: Partition) -> Double {
    partition == .replicated ? tokens * shape.tokenShare : tokens
  }

  private func moving(
    _ numbersPerToken: Double, _ partition: Partition, backward: Double
  ) -> OperatorTimes {
    let width = partition == .replicated ? numbersPerToken : numbersPerToken / tensor
    let bytes = Bytes(served(partition) * width * storedBytes)
    let forward = timing.elementwise * passing(bytes)
    return OperatorTimes(forward: forward, backward: backward * forward)
  }

  /// The time that bytes take to pass through the device's memory.
  private func passing(_ bytes: Bytes) -> Seconds {
    bytes / (curves.elementwiseEfficiency * device.memoryBandwidth)
  }

  // MARK: Products

  private func projection(
    _ operation: Operator, inputs: Double, outputs: Double, vocabulary: Bool
  ) -> OperatorTimes {
    let n = operation.partition == .column ? outputs / tensor : outputs
    let k = operation.partition == .row ? inputs / tensor : inputs
    let m = served(operation.partition)
    let precision = vocabulary ? Self.wholePrecision(workload.precision) : workload.precision
    let forward = product(m: m, n: n, k: k, precision, byWeights: true)
    let inputGradient = product(m: m, n: k, k: n, precision, byWeights: true)
    guard workload.adapterRank == nil else {
      let adapter = adapter(of: operation, m: m, n: n, k: k)
      return OperatorTimes(
        forward: forward + adapter.forward, backward: inputGradient + adapter.backward)
    }
    let weightGradient = product(m: n, n: k, k: m, precision, byWeights: false)
    return OperatorTimes(
      forward: forward, backward: inputGradient + weightGradient, weightGradient: weightGradient)
  }

  /// The kernels of a product's adapter, which all wait for memory: its two products are too narrow to
  /// compute for long.
  ///
  /// For m rows of k inputs and n outputs. Forward: inputs are read, outputs written, and added to the
  /// product's (two reads, a write). Backward: the gradient of the outputs is read by both products of
  /// the outer matrix; inputs are read, their gradient written, and added to the product's.
  private func adapter(
    of operation: Operator, m: Double, n: Double, k: Double
  ) -> (forward: Seconds, backward: Seconds) {
    guard timing.adapts(operation) else { return (.zero, .zero) }
    return (
      passing(Bytes(m * (k + 4 * n) * storedBytes)),
      passing(Bytes(m * (2 * n + 5 * k) * storedBytes))
    )
  }

  /// The format of what stays unquantised.
  private static func wholePrecision(_ precision: Precision) -> Precision {
    switch precision {
    case .fp8, .mxfp8, .nvfp4, .int8: .bf16
    default: precision
    }
  }

  /// - Parameter byWeights: whether the second operand is a layer's weights, which are quantised once a
  ///   step and not for each micro-batch (Transformer Engine's `is_first_microbatch`).
  private func product(
    m: Double, n: Double, k: Double, _ precision: Precision, byWeights: Bool
  ) -> Seconds {
    let isWorkloads = precision == workload.precision
    let time = curves.matrixProduct.time(
      m: m, n: n, k: k, operandBytes: precision.operandBytes,
      peak: isWorkloads ? productPeak : wholePeak, bandwidth: device.memoryBandwidth)
    var total = (isWorkloads ? productDerate : wholeDerate) * time
    total = alignment(n, k) * total
    // An operand is read once in sixteen bits and written quantised for the products that take it, which
    // need it along one side each: two, of which either bears half of the reading, or one where weights
    // have no gradients.
    if precision.operandBytes < 2 {
      let readers = workload.adapterRank == nil ? 2.0 : 1
      let each = storedBytes / readers + precision.operandBytes
      total += passing(Bytes((byWeights ? m * k : m * k + k * n) * each))
    }
    return total
  }

  /// What products lose whose weights' sides (or heads' widths) do not fill the matrix units' pieces.
  ///
  /// A weight's gradient loses by the side of its input alone: of A100's published runs with odd
  /// vocabularies, fits so are off by 5.2 % on average, and by 5.4 % where both sides count.
  private func alignment(_ one: Double, _ other: Double) -> Double {
    // An odd side leaves two bytes to load at a time.
    if !one.isMultiple(of: 2) || !other.isMultiple(of: 2) { return 2 * curves.oddDerate }
    if !one.isMultiple(of: 8) || !other.isMultiple(of: 8) { return curves.oddDerate }
    return one.isMultiple(of: 64) && other.isMultiple(of: 64) ? 1 : curves.misalignedDerate
  }

  /// The routed experts that one rank holds, as grouped products over the rows that reach it.
  ///
  /// All ranks wait for the fullest one; its times are those of equally many rows for every expert, in
  /// proportion to its load.
  private func experts(_ experts: ExpertsShape) -> OperatorTimes {
    let local = Double(experts.count) / Double(shape.expert)
    let rows = expertRows(experts)
    let width = Double(experts.intermediate) / Double(shape.expertTensor)
    let inputs = Double(experts.inputs)
    let matrices = experts.gated ? 3.0 : 2.0
    let up = (experts.gated ? 2 : 1) * width
    let precision = workload.precision
    let grouped = { (m: Double, n: Double, k: Double, byWeights: Bool) -> Seconds in
      self.curves.groupedProductDerate
        * (precision.operandBytes < 2 ? self.timing.groupedProducts : 1)
        * self.product(m: m, n: n, k: k, precision, byWeights: byWeights)
    }
    // Every local expert's weights are read (and their gradients written) whole, however few rows
    // it has.
    let weights = Bytes(local * matrices * inputs * width * storedBytes)
    let reading = passing(weights)
    let forward = max(
      grouped(rows, up, inputs, true) + grouped(rows, inputs, width, true), reading)
    // Rows are read and written into the experts' order, read back from it with their weights, and
    // pass through an activation of two reads and a write, and the product with the weight.
    var numbers = 3 * inputs + 5 * width
    // Grouped products add no biases: kernels of their own read and write the outputs.
    if experts.biased { numbers += 2 * (up + inputs) }
    let moved = Bytes(rows * numbers * storedBytes)
    let permuting = timing.elementwise * passing(moved)
    let inputGradient = max(
      grouped(rows, inputs, up, true) + grouped(rows, width, inputs, true), reading)
    let weightGradient =
      workload.adapterRank == nil
      ? max(grouped(up, inputs, rows, false) + grouped(inputs, width, rows, false), reading) : .zero
    let imbalance = imbalance(of: experts)
    return OperatorTimes(
      forward: imbalance * (forward + permuting),
      backward: imbalance * (inputGradient + weightGradient + 1.6 * permuting),
      weightGradient: imbalance * weightGradient)
  }

  /// The activation functions of routed experts alone, forward; zero for other operators.
  func activation(of operation: Operator) -> Seconds {
    guard case .experts(let experts) = operation.work else { return .zero }
    let width = Double(experts.intermediate) / Double(shape.expertTensor)
    return imbalance(of: experts) * passing(Bytes(expertRows(experts) * 3 * width * storedBytes))
  }

  /// The fullest rank's rows over the mean.
  private func imbalance(of experts: ExpertsShape) -> Double {
    shape.use(of: experts, workload).imbalance
  }

  /// The rows that one rank's experts receive from all ranks of its group, on average.
  func expertRows(_ experts: ExpertsShape) -> Double {
    tokens * Double(shape.expertTensor) / tensor * Double(experts.perToken)
  }

  // MARK: Sequence mixing

  private func attention(_ operation: Operator, _ attention: AttentionShape) -> OperatorTimes {
    let cut = operation.partition == .replicated ? 1 : tensor
    let heads = Double(attention.heads) / cut
    let groups = max(1, Double(attention.keyValueHeads) / cut)
    let keys = attention.meanKeys(sequenceLength: workload.sequenceLength)
    let queryKey = Double(attention.queryKeySize)
    let value = Double(attention.valueSize)
    guard attention.fused else {
      return storedScores(heads: heads, queryKey: queryKey, value: value)
    }
    // A ring runs one kernel for each block of keys and values that passes, of which only the first
    // meets the diagonal, and merges its output into what the others left, in single precision.
    let blocks = Double(shape.contextBlocks)
    let bytes = Bytes(
      tokens * (heads * (queryKey + value) + groups * (queryKey + value)) * storedBytes)
    // Half of the later blocks meet only half of the queries.
    let merged = passing(Bytes(2 * 0.75 * (blocks - 1) * tokens * heads * value * 4))
    let curve = curves.attention(width: attention.queryKeySize, timing.attentionKernels)
    let forward = curve.time(
      rows: tokens * heads, keys: keys, queryKeySize: queryKey, valueSize: value,
      bytes: bytes, peak: wholePeak, bandwidth: device.memoryBandwidth,
      derate: curves.attentionDerate[timing.attentionKernels])
    let further = (blocks - 1) * curves.furtherBlock + merged
    return OperatorTimes(
      forward: forward + further, backward: curves.attentionBackward * forward + further)
  }

  /// Attention as two batched products and passes over the stored scores.
  ///
  /// - Source: 0.4 of peak for the batched products of heads of 128, less for narrower ones, from the published Megatron runs before fused
  ///   attention; passes over the scores (scale, mask, softmax, dropout) by `StackTiming.scorePasses`;
  ///   1.6 times as many where Megatron-LM's fused softmax does not apply (its `fused_softmax.py`).
  private func storedScores(heads: Double, queryKey: Double, value: Double) -> OperatorTimes {
    let length = Double(workload.sequenceLength)
    let scores = tokens * heads * length
    // The fused softmax takes four score matrices at a time; otherwise scale, mask and softmax run
    // one by one.
    let isFused = (Double(shape.microBatchSize) * heads).isMultiple(of: 4)
    let alignment = queryKey.isMultiple(of: 8) && value.isMultiple(of: 8) ? 1 : curves.oddDerate
    // Narrow heads leave little to compute for each score that is written.
    let share = 0.55 * queryKey / (queryKey + 48)
    let products = alignment * FLOPs(2 * scores * (queryKey + value)) / (share * wholePeak)
    let passes =
      Bytes((isFused ? 1 : 1.6) * timing.scorePasses * scores * storedBytes)
      / device.memoryBandwidth
    let forward = products + passes
    return OperatorTimes(forward: forward, backward: 2 * forward)
  }

  /// A chunked scan: inside a chunk a small attention, between chunks a state update.
  ///
  /// Arithmetic a token and head: `2·chunk·(key + value)/2 + 4·key·value`, at a quarter of peak (an
  /// estimate: no measured table of such kernels is public).
  private func scan(_ operation: Operator, _ scan: ScanShape) -> OperatorTimes {
    let heads = Double(scan.heads) / tensor
    let key = Double(scan.keySize)
    let value = Double(scan.valueSize)
    let work = FLOPs(
      tokens * heads * (Double(scan.chunk) * (key + value) + 4 * key * value))
    let bytes = Bytes(tokens * heads * 2 * (key + 2 * value) * storedBytes)
    let forward = max(
      work / (0.25 * wholePeak),
      passing(bytes))
    return OperatorTimes(forward: forward, backward: 2.5 * forward)
  }
}

extension Double {
  /// Whether a whole number divides by another; numbers that are not whole do not.
  fileprivate func isMultiple(of divisor: Double) -> Bool {
    truncatingRemainder(dividingBy: divisor) == 0
  }
}
