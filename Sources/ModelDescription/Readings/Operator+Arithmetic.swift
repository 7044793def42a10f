import Quantities

extension AttentionShape {
  /// The keys that a query meets on average over a sequence, with causal attention.
  ///
  /// Of s tokens all before: half of them, s/2. A window of w < s: w − w²/2s. Pieces of c < s: c/2.
  /// Keys that stand for r tokens each are a sequence of s/r.
  public func meanKeys(sequenceLength: Int) -> Double {
    let whole = Double(sequenceLength) / Double(max(1, compression))
    let piece = min(whole, chunk.map(Double.init) ?? whole)
    let reach = min(
      piece, window.map(Double.init) ?? piece,
      selectedKeys.map(Double.init) ?? piece)
    return piece > 0 ? reach - reach * reach / (2 * piece) : 0
  }
}

extension Work {
  /// The arithmetic of one token's forward pass, on average over a sequence: two operations for
  /// each multiply-add of a matrix product, convolution or recurrence.
  ///
  /// Causal attention counts the keys that a query really meets, half of a full square. Operators
  /// that only move data count nothing. A recurrence of state K × V a head in chunks of c tokens
  /// counts 4·K·V to update and read the state and c·(K + V) inside the chunk.
  /// - Source: Dao and Gu 2024 (Mamba-2), §6, for the chunked recurrence.
  public func forwardFLOPs(sequenceLength: Int) -> FLOPs {
    switch self {
    case .projection(let inputs, let outputs):
      return FLOPs(2 * Double(inputs) * Double(outputs))
    case .attention(let shape):
      let products = 2 * Double(shape.heads) * Double(shape.queryKeySize + shape.valueSize)
      return FLOPs(products * shape.meanKeys(sequenceLength: sequenceLength))
    case .scan(let shape):
      let key = Double(shape.keySize)
      let value = Double(shape.valueSize)
      let chunk = Double(min(shape.chunk, sequenceLength))
      return FLOPs(Double(shape.heads) * (4 * key * value + chunk * (key + value)))
    case .convolution(let channels, let kernel):
      return FLOPs(2 * Double(channels) * Double(kernel))
    case .experts(let shape):
      let matrices: Double = shape.gated ? 3 : 2
      let expert = matrices * 2 * Double(shape.inputs) * Double(shape.intermediate)
      return FLOPs(Double(min(shape.perToken, shape.count)) * expert)
    case .normalisation, .elementwise, .lookup, .none:
      return .zero
    }
  }

  /// The arithmetic of one token's backward pass without recomputation: twice the forward pass,
  /// once for the inputs' gradients and once for the weights' (or the other operand's).
  public func backwardFLOPs(sequenceLength: Int) -> FLOPs {
    2 * forwardFLOPs(sequenceLength: sequenceLength)
  }
}

extension Layer {
  /// The forward arithmetic of one token.
  public func forwardFLOPs(sequenceLength: Int) -> FLOPs {
    operators.reduce(.zero) { $0 + $1.work.forwardFLOPs(sequenceLength: sequenceLength) }
  }
}

extension ModelDescription {
  /// The model's arithmetic for one token, forward and backward, as model FLOPs utilisation counts
  /// it: without recomputation, causal attention as half, the head with every token.
  ///
  /// With extra layers that predict further tokens, which train too, each with a pass of the head.
  public func trainingFLOPsPerToken(sequenceLength: Int) -> FLOPs {
    3 * forwardFLOPsPerToken(sequenceLength: sequenceLength)
  }

  /// The forward pass's share of `trainingFLOPsPerToken`.
  public func forwardFLOPsPerToken(sequenceLength: Int) -> FLOPs {
    let forward: (FLOPs, Operator) -> FLOPs = { sum, step in
      sum + step.work.forwardFLOPs(sequenceLength: sequenceLength)
    }
    var sum = (embedding + head).reduce(.zero, forward)
    for (kind, uses) in zip(kinds, layersOfKind) {
      sum += kind.forwardFLOPs(sequenceLength: sequenceLength) * Double(uses)
    }
    for layer in multiTokenPrediction {
      sum += layer.forwardFLOPs(sequenceLength: sequenceLength)
      sum += head.reduce(.zero, forward)
    }
    return sum
  }
}
