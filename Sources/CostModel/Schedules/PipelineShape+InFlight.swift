/// How many micro-batches' activations a rank holds at once.
extension PipelineShape {
  /// The largest sets of activations that a rank holds at one time while its order runs: for each
  /// of its v chunks in turn, the micro-batches between the start of their forward pass and the end
  /// of their backward pass. Vectors that another one exceeds in no chunk are left out, so that the
  /// rank's peak memory is the maximum over the vectors of Σ count·bytes, whatever the bytes.
  ///
  /// 1F1B gives [[min(m, p − rank)]], GPipe [[m]]. Complexity: O(p·v²) time, or O((p·v)²·v) where
  /// few vectors exceed each other; independent of m.
  ///
  /// Where backward passes are divided, a micro-batch counts until its weight gradient ends, as if
  /// that needed all that the backward pass does (see `activationPeaks`, by which of these the counts
  /// here are sums); O(m·v).
  ///
  /// Activations only grow in the warm-up and only shrink after the last forward pass, so the peaks
  /// lie at the forward passes between. With w warm-up passes, at the i-th of these w + i + 1
  /// forward passes have started and i backward passes have ended. Both advance by p micro-batches
  /// in every chunk over p·v passes, so the sets repeat after i = p·v.
  public func inFlight(rank: Int) -> [[Int]] {
    if schedule.dividesBackward {
      return maximal(activationPeaks(rank: rank).map { zip($0.whole, $0.awaitingWeights).map(+) })
    }
    let warmUp = warmUpPasses(rank: rank)
    guard warmUp < passesPerRank else {
      return [Array(repeating: microBatches, count: virtualStages)]
    }
    var held = [Int](repeating: 0, count: virtualStages)
    for pass in 0..<warmUp { held[level(ofForwardPass: pass)] += 1 }
    var peaks: Set<[Int]> = []
    for turn in 0..<min(chunks, passesPerRank - warmUp) {
      held[level(ofForwardPass: warmUp + turn)] += 1
      peaks.insert(held)
      held[virtualStages - 1 - level(ofForwardPass: turn)] -= 1
    }
    return maximal(peaks)
  }

  /// The vectors that no other one exceeds, in falling order.
  private func maximal(_ vectors: some Sequence<[Int]>) -> [[Int]] {
    let different = Set(vectors)
    return different.filter { vector in
      !different.contains { $0 != vector && zip(vector, $0).allSatisfy { $0 <= $1 } }
    }.sorted { $1.lexicographicallyPrecedes($0) }
  }

  /// Which of a rank's own chunks a forward pass runs through, from 0.
  private func level(ofForwardPass index: Int) -> Int { index % chunks / stages }
}

/// What a rank holds at one time where backward passes are divided, in micro-batches by level (see
/// `PipelineShape.chunks(ofRank:)`).
public struct ActivationPeak: Hashable, Sendable {
  /// From the start of a micro-batch's forward pass to the end of its input gradient: everything
  /// that the backward pass needs.
  public var whole: [Int]
  /// From there to the end of its weight gradient: the inputs of the matrix products, and the
  /// gradients of their outputs. A smaller part, which a whole backward pass never leaves behind.
  public var awaitingWeights: [Int]
}

extension PipelineShape {
  /// The largest states that a rank passes through while its order runs; states that another one
  /// exceeds in no number, also where awaiting micro-batches weigh as much as whole ones, are left
  /// out. Without a divided backward pass, `inFlight` with nothing awaiting.
  ///
  /// The rank's peak memory is the maximum over them of Σ whole·bytes + awaiting·fewer bytes.
  /// Complexity: O(m·v) time, and the square of the number of different states (few: they repeat once
  /// the pipeline is full).
  public func activationPeaks(rank: Int) -> [ActivationPeak] {
    guard schedule.dividesBackward else {
      return inFlight(rank: rank).map {
        ActivationPeak(whole: $0, awaitingWeights: Array(repeating: 0, count: $0.count))
      }
    }
    let none = [Int](repeating: 0, count: chunksPerRank)
    var state = ActivationPeak(whole: none, awaitingWeights: none)
    var states: Set<ActivationPeak> = []
    for operation in order(rank: rank) {
      let level = level(of: operation)
      switch operation.kind {
      case .forward, .overlappedForward:
        state.whole[level] += 1
        states.insert(state)
      case .backward, .overlappedBackward: state.whole[level] -= 1
      case .inputGradient:
        state.whole[level] -= 1
        state.awaitingWeights[level] += 1
      case .weightGradient: state.awaitingWeights[level] -= 1
      }
    }
    return states.filter { state in
      !states.contains { $0 != state && state.isAtMost($0) }
    }.sorted { $1.counts.lexicographicallyPrecedes($0.counts) }
  }
}

extension ActivationPeak {
  fileprivate var counts: [Int] { whole + awaitingWeights }

  /// Whether the other state holds at least as much, whatever part of a micro-batch the weight
  /// gradient needs: as many whole ones, and as many together.
  fileprivate func isAtMost(_ other: ActivationPeak) -> Bool {
    whole.indices.allSatisfy {
      whole[$0] <= other.whole[$0]
        && whole[$0] + awaitingWeights[$0] <= other.whole[$0] + other.awaitingWeights[$0]
    }
  }
}
