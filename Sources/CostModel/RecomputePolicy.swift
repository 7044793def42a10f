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
    if operators.contains(where: { $0.module == .normalisation }) {
      sets.append([.normalisation])
    }
    let feedForward = Set(
      operators.compactMap(\.module).filter { $0 == .feedForward || $0 == .experts })
    if !feedForward.isEmpty { sets.append(feedForward) }
    return sets.map(RecomputePolicy.modules) + [.full]
  }
}
