extension ScatteringInstance {
  /// The longest run of ranks from `first` on of which no two share a group of the option that ends
  /// before `limit`.
  ///
  /// Times and tokens ascend with the length, so the two shortest of a run tell.
  func exclusiveRanks(from first: Int, _ option: Int, limit: Double) -> Range<Int> {
    var end = first + 1
    while end < count, areExclusive(classOfRank[end - 1], classOfRank[end], option, limit: limit) {
      end += 1
    }
    return first..<end
  }

  private func areExclusive(_ one: Int, _ other: Int, _ option: Int, limit: Double) -> Bool {
    let isPacked = setting.memoryRule == .packed
    return isPacked && tokens(one, option) > capacity(option) - tokens(other, option)
      || aloneTime(one, option) + time(other, option) >= limit
  }

  /// Seconds that no scattering in the box is faster than, the micro-batches' fixed times left out.
  ///
  /// Lagrange's bound: with the multipliers as prices, every sequence on its own goes where it is
  /// cheapest, and every micro-batch fills its GPUs with the groups that earn most.
  /// - Complexity: O(classes · kinds · degrees).
  func bound(
    of box: SearchBox, _ multipliers: [KindMultipliers], _ knapsacks: [KnapsackRow]
  ) -> Double {
    var bound = 0.0
    for (kind, multiplier) in zip(box.kinds, multipliers) {
      let count = Double(kind.count)
      var slope = 1 + Double(stages - 1) * multiplier.fill - Double(gpus) * multiplier.work
      for (option, paced) in multiplier.paced.enumerated() where paced > 0 {
        let most = Double(groups(kind, option).upperBound)
        slope -= most * paced
        bound += most * paced * count * kind.atLeast
      }
      for (option, price) in multiplier.time.enumerated() where price > 0 {
        let fewest = Double(groups(kind, option).lowerBound)
        guard fewest > 0 else { continue }
        slope -= fewest * price
        bound += fewest * price * count * kind.below
      }
      for headed in multiplier.headed {
        let rate = Double(headed.heads.count) * headed.price / leastTokenTime[headed.option]
        slope -= rate
        bound += rate * count * kind.atLeast
      }
      bound += slope >= 0 ? slope * count * kind.atLeast : slope * count * kind.below
      guard let earned = mostEarned(kind, multiplier, knapsacks) else { return .infinity }
      bound -= count * earned
    }
    for ranks in alikeRanks(box, multipliers, knapsacks) {
      bound += Double(ranks.count) * leastPrice(ranks.lowerBound, box, multipliers, knapsacks)
      if bound == .infinity { return bound }
    }
    return bound
  }

  /// How many groups of an option a micro-batch of a kind may have.
  func groups(_ kind: MicroBatchKind, _ option: Int) -> ClosedRange<Int> {
    kind.groups[option] ?? 0...gpus / degrees[option]
  }

  /// What a micro-batch earns with its groups at best; nil where those that it must have need more than
  /// all GPUs.
  ///
  /// A fractional knapsack: those it must have, then the ones that earn most on a GPU.
  private func mostEarned(
    _ kind: MicroBatchKind, _ multiplier: KindMultipliers, _ knapsacks: [KnapsackRow]
  ) -> Double? {
    var room = gpus
    var earned = 0.0
    let worths = (0..<options).map { worth(ofGroup: $0, kind, multiplier, knapsacks) }
    for option in 0..<options {
      let fewest = groups(kind, option).lowerBound
      room -= fewest * degrees[option]
      earned += Double(fewest) * worths[option]
    }
    guard room >= 0 else { return nil }
    func rate(_ option: Int) -> Double { worths[option] / Double(degrees[option]) }
    var left = Double(room)
    for option in (0..<options).sorted(by: { rate($0) > rate($1) }) {
      guard worths[option] > 0, left > 0 else { break }
      let more = Double(groups(kind, option).count - 1)
      let taken = min(more * Double(degrees[option]), left)
      earned += taken * rate(option)
      left -= taken
    }
    return earned
  }

  /// What a sequence counts in a headed row.
  private func headedTokens(
    _ rank: Int, _ headed: HeadedMultiplier, from atLeast: Double
  ) -> Double {
    let index = classOfRank[rank]
    guard headed.heads.contains(rank) else { return Double(tokens(index, headed.option)) }
    let left = atLeast - aloneTime(index, headed.option)
    return Double(capacity(headed.option)) - left / leastTokenTime[headed.option]
  }

  /// Runs of sequences that neither lengths nor the box nor the multipliers tell apart.
  private func alikeRanks(
    _ box: SearchBox, _ multipliers: [KindMultipliers], _ knapsacks: [KnapsackRow]
  ) -> [Range<Int>] {
    var ends = firstRanks
    for rank in box.places.keys { ends += [rank, rank + 1] }
    for multiplier in multipliers {
      for exclusive in multiplier.exclusive {
        ends += [exclusive.ranks.lowerBound, exclusive.ranks.upperBound]
      }
      for headed in multiplier.headed { ends += headed.heads.flatMap { [$0, $0 + 1] } }
      for knapsack in multiplier.knapsacks {
        let weights = knapsacks[knapsack.row].weights
        ends += weights.indices.dropFirst().filter { weights[$0] != weights[$0 - 1] }
      }
    }
    ends.sort()
    return zip(ends, ends.dropFirst() + [count]).compactMap { $0 < $1 ? $0..<$1 : nil }
  }

  /// What the multipliers pay for a group of the option.
  private func worth(
    ofGroup option: Int, _ kind: MicroBatchKind, _ multiplier: KindMultipliers,
    _ knapsacks: [KnapsackRow]
  ) -> Double {
    var worth = -multiplier.work * Double(degrees[option]) * groupTimes[option]
    if multiplier.tokens[option] > 0 {
      worth += multiplier.tokens[option] * Double(capacity(option))
    }
    if multiplier.time[option] > 0 {
      worth += multiplier.time[option] * (kind.below - groupTimes[option])
    }
    worth += multiplier.paced[option] * (kind.atLeast - groupTimes[option])
    for exclusive in multiplier.exclusive where exclusive.option == option {
      worth += exclusive.price
    }
    for headed in multiplier.headed where headed.option == option {
      worth += headed.price * Double(capacity(option))
    }
    for knapsack in multiplier.knapsacks where knapsacks[knapsack.row].option == option {
      worth += knapsack.price
    }
    return worth
  }

  /// The least price of a sequence over the places that it may have.
  private func leastPrice(
    _ rank: Int, _ box: SearchBox, _ multipliers: [KindMultipliers], _ knapsacks: [KnapsackRow]
  ) -> Double {
    let index = classOfRank[rank]
    let place = box.places[rank]
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
          + (multiplier.time[option] + multiplier.paced[option]) * time(index, option)
        for exclusive in multiplier.exclusive
        where exclusive.option == option && exclusive.ranks.contains(rank) {
          price += exclusive.price
        }
        for headed in multiplier.headed where headed.option == option {
          price += headed.price * headedTokens(rank, headed, from: kind.atLeast)
        }
        for knapsack in multiplier.knapsacks where knapsacks[knapsack.row].option == option {
          let weight = Double(knapsacks[knapsack.row].weights[rank])
          price += knapsack.price * weight / Double(KnapsackRow.whole)
        }
        least = min(least, price)
      }
    }
    return least
  }
}

extension KindMultipliers {
  /// Lowers the prices of time until they ask for no more of T than its cost of 1, which rounding may
  /// miss and which only a limit on T would forgive.
  mutating func levelSlope(_ instance: ScatteringInstance, _ kind: MicroBatchKind) {
    var slope = Double(instance.gpus) * work
    for (option, paced) in paced.enumerated() {
      slope += Double(instance.groups(kind, option).upperBound) * paced
    }
    for headed in headed {
      slope += Double(headed.heads.count) * headed.price / instance.leastTokenTime[headed.option]
    }
    let cost = (1 + Double(instance.stages - 1) * fill) * (1 - 1e-12)
    guard slope > cost else { return }
    let factor = cost / slope
    work *= factor
    paced = paced.map { $0 * factor }
    for index in headed.indices { headed[index].price *= factor }
  }
}
