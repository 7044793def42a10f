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
  /// Activations only grow in the warm-up and only shrink after the last forward pass, so the peaks
  /// lie at the forward passes between. With w warm-up passes, at the i-th of these w + i + 1
  /// forward passes have started and i backward passes have ended. Both advance by p micro-batches
  /// in every chunk over p·v passes, so the sets repeat after i = p·v.
  public func inFlight(rank: Int) -> [[Int]] {
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
    return peaks.filter { peak in
      !peaks.contains { $0 != peak && zip(peak, $0).allSatisfy { $0 <= $1 } }
    }.sorted { $1.lexicographicallyPrecedes($0) }
  }

  /// Which of a rank's own chunks a forward pass runs through, from 0.
  private func level(ofForwardPass index: Int) -> Int { index % chunks / stages }
}
