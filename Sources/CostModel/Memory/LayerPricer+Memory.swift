import ModelDescription
import ParallelismVocabulary
import Quantities

// What a layer keeps between its passes, and what it holds only while it runs, on one rank and for
// one micro-batch.

extension LayerPricer {
  /// What a layer keeps from its forward to its backward pass, on the device and in its host's memory.
  func saved(by layer: Layer, under policy: RecomputePolicy) -> Bytes {
    if policy == .full { return layerInput }
    let mask = Bytes(memory.dropoutMaskBytes * tokens * shape.tokenShare * Double(hiddenSize))
    return layer.blocks.indices.reduce(.zero) { sum, block in
      let trains = trains(layer.blocks[block])
      return layer.blocks[block].operators.indices.reduce(sum + mask) {
        $0 + saved(by: layer.blocks[block].operators[$1], under: policy, trains: trains)
      }
    }
  }

  /// Whether any weight of a block is trained. Adapters stand beside the projections of attention.
  func trains(_ block: Block) -> Bool {
    workload.adapterRank == nil
      || block.operators.contains {
        if case .projection = $0.work { $0.part == .attention } else { false }
      }
  }

  /// A layer's input, which full recomputation keeps.
  var layerInput: Bytes { Bytes(wholeInput.value * shape.tokenShare) }

  /// The input of a product that is cut by columns: the tokens of all tensor ranks.
  private var wholeInput: Bytes { Bytes(tokens * Double(hiddenSize) * storedBytes) }

  /// What an operator keeps.
  ///
  /// - Parameter trains: whether weights that read its tensors have gradients.
  func saved(
    by operation: Operator, under policy: RecomputePolicy = .modules([]), trains: Bool = true
  ) -> Bytes {
    let dropped = policy.share(of: operation)
    if case .experts(let experts) = operation.work {
      let row = keptByExperts(experts, under: policy, trains: trains)
      let kept =
        row.received + row.upward + (policy.repeatsOnlyActivation ? 0 : row.activated)
      return Bytes((1 - dropped) * operators.expertRows(experts) * kept)
    }
    return operation.saved.reduce(.zero) { sum, tensor in
      var bytes = bytes(of: tensor, trains: trains)
      // Context parallelism merges the blocks' outputs into a tensor of its own.
      if case .attention = operation.work, tensor.use == .both, shape.context > 1 {
        bytes = 2 * bytes
      }
      return sum + (tensor.isModuleOutput ? 1 : 1 - dropped) * bytes
    }
  }

  /// The bytes that experts keep of each row: as it comes, after the products that widen it, and
  /// activated.
  func keptByExperts(
    _ experts: ExpertsShape, under policy: RecomputePolicy, trains: Bool
  ) -> (received: Double, upward: Double, activated: Double) {
    let width = Double(experts.intermediate) / Double(shape.expertTensor)
    let read = trains ? productInputBytes : 0
    let received =
      Double(experts.inputs) * (trains && receivesWhole(under: policy) ? storedBytes : read)
    return (received, (experts.gated ? 2 : 1) * width * storedBytes, width * read)
  }

  func bytes(of tensor: SavedTensor, trains: Bool) -> Bytes {
    let isGathered = memory.keepsGathered && tensor.use == .weightGradient
    let cut =
      tensor.partition == .replicated
      ? (isGathered ? 1 : shape.tokenShare) : 1 / Double(shape.tensor)
    let keys = tensor.perKey ? Double(workload.sequenceLength) : 1
    let whole = tensor.elementBytes ?? storedBytes
    let element =
      switch tensor.use {
      case .other: whole
      case .weightGradient: trains ? productInputBytes : 0
      case .both: isQuantised ? whole + productInputBytes : whole
      }
    return Bytes(tokens * cut * Double(tensor.width) * keys * element)
  }

  /// Whether inputs of products are kept in the format of the products.
  private var isQuantised: Bool {
    memory.keepsQuantised && workload.precision.operandBytes < storedBytes
  }

  /// The bytes of an element of a product's kept input.
  private var productInputBytes: Double {
    isQuantised ? workload.precision.operandBytes : storedBytes
  }

  // MARK: While something runs

  /// The most that the backward pass of a layer holds beside what the forward pass kept.
  ///
  /// - A network of products: the gradient of its output (gathered under sequence parallelism,
  ///   beside its gathered input) and that of its widest product; the gradient of the activation
  ///   takes the place of the activation itself.
  /// - Experts: the rows of all chosen experts four times, on either side of the exchange, and
  ///   before and after their order changes.
  /// - Attention that stores its scores: the gradients of the softmax's input and output.
  ///
  /// When a block's turn comes, the blocks after it no longer keep anything.
  func passing(_ layer: Layer) -> Bytes {
    var freed = Bytes.zero
    var most = Bytes.zero
    for block in layer.blocks.reversed() {
      most = block.operators.reduce(most) { max($0, passing($1) - freed) }
      freed += block.operators.reduce(.zero) { $0 + saved(by: $1, trains: trains(block)) }
    }
    return most
  }

  private func passing(_ operation: Operator) -> Bytes {
    switch operation.work {
    case .projection(_, let outputs) where operation.partition == .column:
      let gradient = tokens * Double(outputs) / Double(shape.tensor) * storedBytes
      return gathered + Bytes(gradient)
    case .attention(let attention) where !attention.fused:
      let scores =
        tokens * Double(workload.sequenceLength) * Double(attention.heads) / Double(shape.tensor)
      return gathered + Bytes(2 * scores * storedBytes)
    case .experts(let experts):
      return Bytes(
        4 * operators.expertRows(experts) * Double(experts.inputs) * storedBytes)
    default: return .zero
    }
  }

  /// The gradient that a cut block receives, and beside it the block's input, gathered, or the
  /// gradient before it is reduced.
  private var gathered: Bytes { (shape.tensor > 1 ? 2 : 1) * wholeInput }

  /// The most that the head holds: the logits in all their forms, the input of the projection and
  /// its gradient.
  func headPassing(_ model: ModelDescription) -> Bytes {
    let logits = tokens * Double(model.vocabularySize) / Double(shape.tensor)
    let predictions = Double(1 + model.multiTokenPrediction.count)
    return Bytes(predictions * logits * memory.logitBytes) + 2 * wholeInput
  }

  // MARK: Placeholders

  /// The placeholder gradients that a rank keeps: one for each shape of weights, in the stored
  /// format.
  func placeholders(_ operators: [Operator]) -> Bytes {
    guard memory.keepsPlaceholders, workload.adapterRank == nil else { return .zero }
    var known: Set<WeightShape> = []
    var elements = 0.0
    for operation in operators where operation.part != .router {
      switch operation.work {
      case .projection(let inputs, let outputs):
        guard known.insert(WeightShape(inputs, outputs, operation.partition)).inserted
        else { continue }
        let ranks = operation.partition == .replicated ? 1 : shape.tensor
        elements += Double(inputs) * Double(outputs) / Double(ranks)
      case .experts(let experts):
        guard
          known.insert(WeightShape(experts.inputs, experts.intermediate, operation.partition))
            .inserted
        else { continue }
        elements +=
          (experts.gated ? 3 : 2) * Double(experts.inputs) * Double(experts.intermediate)
          / Double(shape.expertTensor)
      default: continue
      }
    }
    return Bytes(elements * storedBytes)
  }

  private struct WeightShape: Hashable {
    let inputs: Int
    let outputs: Int
    let partition: Partition

    init(_ inputs: Int, _ outputs: Int, _ partition: Partition) {
      self.inputs = inputs
      self.outputs = outputs
      self.partition = partition
    }
  }
}
