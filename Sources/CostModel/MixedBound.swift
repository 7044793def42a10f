/// A bound over every split of a pipeline whose stages differ in speed.
///
/// Let stage s take t_s for both passes of a micro-batch, and let ρ_s be how many times as fast it is as
/// a reference on which all layers take W, at most. Then Σ ρ_s·t_s ≥ W + Σ ρ_s·e_s for every split, with
/// e_s what the stage takes besides layers. A mixture of paths, one a stage with weights w_s that add up
/// to 1, passes stage j γ_j times, so that the step takes at least
/// `Σ γ_j·t_j ≥ min_j (γ_j / ρ_j) · (W + Σ ρ_s·e_s)`.
///
/// The paths are those of `PipelineShape.closedFormBound`:
/// - 1F1B with m ≥ p + 1, two round trips from stage s: γ_j = 1 + Σ_{s<j} w_s + (m − p + j)·w_j. The
///   weights that make γ_j / ρ_j alike follow from stage to stage for a given ratio, which is found by
///   bisection; any weights are valid.
/// - Otherwise all operations of stage s: γ_j = m·w_j with w_j proportional to ρ_j.
extension FramePrices {
  /// Seconds of makespan without tails, for stages of several kinds.
  func mixedBound(_ stages: StagePrices) -> Double {
    let count = frame.degrees.pipeline
    let microBatches = Double(frame.microBatches)
    let speeds = (0..<count).map { stages.speed(stage: $0, against: shape) }
    guard speeds.allSatisfy({ $0.isFinite && $0 > 0 }) else { return 0 }
    var work = shape.forward[layers] + shape.backward.sum(first: 0, end: layers, policy: 0)
    for chunk in 0..<frame.chunks {
      let besides =
        forward(chunk: chunk, first: 0, end: 0)
        + backward(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      work += speeds[chunk % count] * besides
    }
    guard frame.schedule.virtualStages == 1 else {
      return max(microBatches * work / speeds.reduce(0, +), slowestShare(stages))
    }
    let excess = frame.microBatches - count
    guard frame.schedule == .oneForwardOneBackward, excess >= 1 else {
      return microBatches * work / speeds.reduce(0, +)
    }
    /// The weights that pass every stage `ratio` times its speed, as far as weights are positive.
    func weights(_ ratio: Double) -> [Double] {
      var before = 0.0
      return speeds.indices.map { stage in
        let weight = max(0, (ratio * speeds[stage] - 1 - before) / Double(excess + stage))
        before += weight
        return weight
      }
    }
    var (low, high) = (0.0, (microBatches + Double(count)) / (speeds.min() ?? 1))
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if weights(middle).reduce(0, +) < 1 { low = middle } else { high = middle }
    }
    let raw = weights(high)
    let total = raw.reduce(0, +)
    guard total > 0 else { return microBatches * work / speeds.reduce(0, +) }
    var before = 0.0
    var ratio = Double.infinity
    var hops = 0.0
    for stage in 0..<count {
      let weight = raw[stage] / total
      let passes = 1 + before + Double(excess + stage) * weight
      ratio = min(ratio, passes / speeds[stage])
      hops += weight * (4 * Double(count - 1) - 2 * Double(stage)) * hop
      before += weight
    }
    return ratio * work + hops
  }

  /// The seconds that the slowest stage needs for all passes of the fewest layers that its chunks may hold,
  /// since chunks of which a stage has several share layers out evenly.
  private func slowestShare(_ stages: StagePrices) -> Double {
    stages.distinct.reduce(0) { most, stage in
      let least = stages.shapes[stage].least
      let passes = frame.chunks(ofRank: stage).reduce(0.0) { sum, chunk in
        let fewest = frame.chunkSizes(chunk, layers: layers).lowerBound
        return sum + Double(fewest) * (least.forward + least.backward)
          + forward(chunk: chunk, first: 0, end: 0)
          + backward(chunk: chunk, first: 0, end: 0, policy: 0, full: 0)
      }
      return max(most, Double(frame.microBatches) * passes)
    }
  }
}
