/// The search for how many replicas each expert has, where replicas are packed greedily.
///
/// With few slots a GPU the packing is nearly forced (of two slots, the fullest replica goes with the
/// emptiest), and what is left to choose are the counts: an expert of the fullest GPU gets a slot from
/// an expert that can spare one, as long as that lowers the fullest GPU.
struct ReplicaCounts {
  /// The loads of one layer, workload by workload, and their mean.
  let loads: [[Double]]
  let mean: [Double]
  let gpus: Int

  /// Experts that are asked for a slot, those first that stay emptiest.
  private static let donors = 24

  /// The slots of a placement no worse than EPLB's.
  ///
  /// - Parameter trials: packings to try, at most.
  func slots(_ count: Int, trials: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: mean.count)
    for expert in EPLB.replicate(mean, slots: count) { counts[expert] += 1 }
    var best = packed(counts)
    var trials = trials
    while trials > 0 {
      let donors = counts.indices.filter { counts[$0] > 1 }.sorted {
        (mean[$0] / Double(counts[$0] - 1), $0) < (mean[$1] / Double(counts[$1] - 1), $1)
      }.prefix(Self.donors)
      var next: (counts: [Int], packing: Packing)?
      for winner in Set(best.fullest).sorted() {
        for donor in donors where donor != winner && trials > 0 {
          trials -= 1
          var other = counts
          other[donor] -= 1
          other[winner] += 1
          let packing = packed(other)
          if packing.peak < (next?.packing.peak ?? best.peak * (1 - 1e-9)) {
            next = (other, packing)
          }
        }
      }
      guard let next else { break }
      (counts, best) = next
    }
    return best.slots
  }

  private struct Packing {
    var slots: [Int]
    /// The load of the fullest GPU in the workload where it is fullest, in mean loads.
    var peak: Double
    /// The experts of that GPU.
    var fullest: [Int]
  }

  private func packed(_ counts: [Int]) -> Packing {
    let replicas = counts.indices.flatMap { [Int](repeating: $0, count: counts[$0]) }
    let shares = replicas.map { mean[$0] / Double(counts[$0]) }
    let packs = EPLB.packs(shares, into: gpus).map { $0.map { replicas[$0] } }
    var (peak, fullest) = (0.0, 0)
    for load in loads {
      let scale = Double(gpus) / load.reduce(0, +)
      for (gpu, experts) in packs.enumerated() {
        let own = scale * experts.reduce(0) { $0 + load[$1] / Double(counts[$1]) }
        if own > peak { (peak, fullest) = (own, gpu) }
      }
    }
    return Packing(slots: packs.flatMap { $0 }, peak: peak, fullest: packs[fullest])
  }
}
