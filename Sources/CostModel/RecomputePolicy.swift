import ModelDescription
import ParallelismVocabulary

/// What one layer computes again in the backward pass.
public enum RecomputePolicy: Hashable, Sendable {
  /// Nothing, or the named modules.
  case modules(Set<RecomputeModule>)
  /// Everything: only the layer's input is kept.
  case full
}

extension RecomputePolicy {
  /// The policies that are worth trying on a model, from least to most recomputation; the last is
  /// always `.full`.
  ///
  /// Core attention alone helps only where its scores are stored; the feed-forward part of each
  /// kind of layer is the cheapest large saving.
  public static func choices(for model: ModelDescription) -> [RecomputePolicy] {
    let operators = model.kinds.flatMap(\.operators)
    var sets: [Set<RecomputeModule>] = [[]]
    let storesScores = operators.contains {
      if case .attention(let shape) = $0.work { !shape.fused } else { false }
    }
    if storesScores { sets.append([.coreAttention]) }
    if operators.contains(where: { $0.modules.contains(.normalisation) }) {
      sets.append([.normalisation])
    }
    let feedForward = Set(
      operators.flatMap(\.modules).filter { $0 == .feedForward || $0 == .experts })
    if !feedForward.isEmpty { sets.append(feedForward) }
    return sets.map(RecomputePolicy.modules) + [.full]
  }
}

extension RecomputePolicy {
  /// The share of an operator's forward pass that runs again in the backward pass.
  @inline(__always)
  func share(of operation: Operator) -> Double { share(of: operation.work, operation.moduleBits) }

  private func share(of work: Work, _ moduleBits: UInt16) -> Double {
    switch self {
    case .full: return 1
    case .modules(let modules):
      let bits = modules.bits
      if bits & moduleBits != 0 { return 1 }
      guard bits & RecomputeModule.alternateProducts.bit != 0 else { return 0 }
      return switch work {
      case .attention, .scan: 0
      case .projection, .experts: 0.5
      case .convolution, .normalisation, .elementwise, .lookup, .none: 1
      }
    }
  }

  /// Whether experts run their activation function again, and nothing else of them.
  var repeatsOnlyActivation: Bool {
    guard case .modules(let modules) = self else { return false }
    let bits = modules.bits
    return bits & RecomputeModule.expertActivation.bit != 0
      && bits & RecomputeModule.experts.bit == 0
  }
}
