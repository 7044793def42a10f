extension ScatteringInstance {
  /// Whether two sequences of the class exceed a group of the option that ends before `limit`.
  ///
  /// Times and tokens ascend with the length, so of any two big sequences the shorter one tells that
  /// they do not fit together.
  func isBig(_ index: Int, _ option: Int, limit: Double) -> Bool {
    let tokens = tokens(index, option)
    return setting.memoryRule == .packed && tokens > capacity(option) - tokens
      || aloneTime(index, option) + time(index, option) >= limit
  }

  /// Seconds that no scattering in the box is faster than, the micro-batches' fixed times left out.
  ///
  /// Lagrange's bound: with the multipliers as prices, every sequence on its own goes where it is
  /// cheapest, and every micro-batch fills its GPUs with the groups that earn most.
  /// - Complexity: O(classes · kinds · degrees).
  func bound(of box: SearchBox, _ multipliers: [KindMultipliers]) -> Double {
    var bound = 0.0
    for (kind, multiplier) in zip(box.kinds, multipliers) {
      let count = Double(kind.count)
      let slope = 1 - Double(gpus) * multiplier.work
      bound += slope >= 0 ? slope * count * kind.atLeast : slope * count * kind.below
      var best = 0.0
      for option in 0..<options {
        best = max(best, worth(ofGroup: option, kind, multiplier) / Double(degrees[option]))
      }
      bound -= count * Double(gpus) * best
    }
    for index in lengths.indices {
      var free = members[index].count
      if !box.places.isEmpty {
        for sequence in members[index] {
          guard let place = box.places[sequence] else { continue }
          free -= 1
          bound += leastPrice(index, box, multipliers, place)
        }
      }
      if free > 0 { bound += Double(free) * leastPrice(index, box, multipliers, nil) }
      if bound == .infinity { return bound }
    }
    return bound
  }

  /// What the multipliers pay for a group of the option.
  private func worth(
    ofGroup option: Int, _ kind: MicroBatchKind, _ multiplier: KindMultipliers
  ) -> Double {
    var worth = multiplier.single[option]
    worth -= multiplier.work * Double(degrees[option]) * groupTimes[option]
    if multiplier.tokens[option] > 0 { worth += multiplier.tokens[option] * Double(capacity(option)) }
    if multiplier.time[option] > 0 {
      worth += multiplier.time[option] * (kind.below - groupTimes[option])
    }
    return worth
  }

  /// The least price of a sequence of the class over the places that it may have.
  private func leastPrice(
    _ index: Int, _ box: SearchBox, _ multipliers: [KindMultipliers], _ place: SequencePlace?
  ) -> Double {
    var least = Double.infinity
    for (number, kind) in box.kinds.enumerated() {
      if let home = place?.home, home != number { continue }
      let multiplier = multipliers[number]
      for option in leastOption[index]..<options {
        if let place, !place.degrees.contains(degrees[option]) { continue }
        guard isHeld(index, option), aloneTime(index, option) < kind.below else { continue }
        var price =
          multiplier.work * work(index, option)
          + multiplier.tokens[option] * Double(tokens(index, option))
          + multiplier.time[option] * time(index, option)
        if multiplier.single[option] > 0, isBig(index, option, limit: kind.below) {
          price += multiplier.single[option]
        }
        least = min(least, price)
      }
    }
    return least
  }
}
