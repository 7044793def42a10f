import ParallelismVocabulary
import Quantities

/// What a layer keeps between its forward and its backward pass.
public enum ActivationPolicy: Hashable, Sendable {
  /// All that the backward pass reads, save what the named modules compute again.
  case recomputing(Set<RecomputeModule>)
  /// The layer's input only; everything is computed again.
  case layerInput

  public static let everything = ActivationPolicy.recomputing([])
}

extension Operator {
  /// The bytes that one token keeps of this operator, on one device that holds all of it.
  public func activationBytes(
    sequenceLength: Int, precision: Precision, recomputing modules: Set<RecomputeModule> = []
  ) -> Bytes {
    let drops = !self.modules.isDisjoint(with: modules)
    let copies: Int =
      if case .experts(let shape) = work { min(shape.perToken, shape.count) } else { 1 }
    let bytes = saved.reduce(0.0) { sum, tensor in
      guard !drops || tensor.isModuleOutput else { return sum }
      let times = Double(tensor.partition == .expert ? copies : 1)
      let keys = Double(tensor.perKey ? sequenceLength : 1)
      return sum + Double(tensor.width) * times * keys
        * (tensor.elementBytes ?? precision.storedBytes)
    }
    return Bytes(bytes)
  }
}

extension Layer {
  /// The bytes that one token keeps of this layer, before any split over devices.
  ///
  /// A modern decoder layer keeps its two normalisations' inputs and outputs (4h), queries, keys,
  /// values and the attention's output, and three widths of a gated feed-forward network.
  /// - Source: Korthikanti et al. 2022, §4, with fused attention and gated networks.
  public func activationBytes(
    sequenceLength: Int, precision: Precision, policy: ActivationPolicy = .everything,
    hiddenSize: Int
  ) -> Bytes {
    switch policy {
    case .layerInput:
      return Bytes(Double(hiddenSize) * precision.storedBytes)
    case .recomputing(let modules):
      return operators.reduce(.zero) {
        $0
          + $1.activationBytes(
            sequenceLength: sequenceLength, precision: precision, recomputing: modules)
      }
    }
  }
}
