/// Why a certificate does not prove its bound.
public struct CertificateFault: Error, Sendable, Hashable, CustomStringConvertible {
  public let description: String

  init(_ description: String) { self.description = description }
}

extension ScatteringCertificate {
  /// Checks by arithmetic that no scattering of a batch is faster than the bound.
  ///
  /// This uses the batch, the setting's costs and the certificate alone, and none of the code that
  /// found the bound.
  /// - Throws: the first thing that does not hold.
  /// - Complexity: O(leaves · sequences · kinds · degrees · rows of multipliers).
  public func check(_ setting: ScatteringSetting, batch: [Int]) throws(CertificateFault) {
    let check = try CertificateCheck(self, setting, batch)
    try check.knapsackRows()
    try check.firstTree()
    try check.laterNumbers()
    var seen = Set<Int>()
    let plain = check.plain
    for (number, root) in roots.enumerated()
    where plain.bound(firstMicroBatches + number, orMore: false) < bound {
      let part = CertificatePart(kinds: [.init(count: firstMicroBatches + number)])
      try check.tree(root, part, &seen)
    }
  }
}

/// The arithmetic of one check.
private struct CertificateCheck {
  private let certificate: ScatteringCertificate
  private let setting: ScatteringSetting
  /// Seconds and tokens of each sequence at each degree, by rank.
  private let times: [[Double]]
  private let tokens: [[Int]]
  /// The tokens that sums of the sequences' can make of a group's capacity.
  private let capacities: [Int]
  private let leastTokenTimes: [Double]
  /// The greatest common divisor of the sequences' tokens, by degree.
  private let divisors: [Int]
  /// What the work alone takes.
  let plain: WorkBound

  init(
    _ certificate: ScatteringCertificate, _ setting: ScatteringSetting, _ batch: [Int]
  ) throws(CertificateFault) {
    self.certificate = certificate
    self.setting = setting
    guard !batch.isEmpty, batch.allSatisfy({ $0 >= 1 }) else {
      throw CertificateFault("the batch has no sequence, or one without tokens")
    }
    let lengths = batch.sorted(by: >)
    times = lengths.map { length in setting.degrees.map { $0.time(length).value } }
    tokens = lengths.map { length in setting.degrees.map { $0.tokens(length) } }
    for (longer, shorter) in zip(times, times.dropFirst()) {
      guard zip(longer, shorter).allSatisfy({ $0 >= $1 }) else {
        throw CertificateFault("times do not ascend with lengths, on which the bound relies")
      }
    }
    var capacities: [Int] = []
    var leastTokenTimes: [Double] = []
    var divisors: [Int] = []
    for (option, cost) in setting.degrees.enumerated() {
      var (divisor, least) = (0, Double.infinity)
      for (times, tokens) in zip(times, tokens) {
        var (one, other) = (divisor, tokens[option])
        while other != 0 { (one, other) = (other, one % other) }
        divisor = one
        least = min(least, times[option] / Double(tokens[option]))
      }
      capacities.append(cost.degree * setting.tokensPerGPU / divisor * divisor)
      leastTokenTimes.append(least)
      divisors.append(divisor)
    }
    self.capacities = capacities
    self.leastTokenTimes = leastTokenTimes
    self.divisors = divisors
    plain = WorkBound(setting, times: times, tokens: tokens)
  }

  /// No group holds sequences that weigh more than a whole.
  func knapsackRows() throws(CertificateFault) {
    for (number, row) in certificate.knapsacks.enumerated() {
      guard setting.memoryRule == .packed, setting.degrees.indices.contains(row.option),
        row.weights.count == times.count,
        row.weights.allSatisfy({ (0...KnapsackRow.whole).contains($0) })
      else {
        throw CertificateFault("knapsack row \(number) has not one weight for each sequence")
      }
      let heaviest = row.heaviestGroup(
        tokens: tokens.map { $0[row.option] }, capacity: capacities[row.option],
        divisor: divisors[row.option])
      guard heaviest <= KnapsackRow.whole else {
        throw CertificateFault(
          "knapsack row \(number) lets no group weigh more than \(KnapsackRow.whole), but one of "
            + "degree \(setting.degrees[row.option].degree) may weigh \(heaviest)")
      }
    }
  }

  // MARK: Numbers of micro-batches

  /// Fewer micro-batches than the first tree's do not hold the tokens.
  func firstTree() throws(CertificateFault) {
    let fewer = certificate.firstMicroBatches - 1
    guard fewer >= 0 else { throw CertificateFault("the first tree has no micro-batch") }
    if fewer == 0 { return }
    let least = tokens.map { tokens in
      setting.degrees.indices.filter { holds(tokens, $0) }.map { tokens[$0] }.min() ?? 0
    }
    let (room, isBoundless) = fewer.multipliedReportingOverflow(
      by: setting.gpus * setting.tokensPerGPU)
    guard setting.memoryRule == .packed, !isBoundless, least.reduce(0, +) > room else {
      throw CertificateFault("\(fewer) micro-batches may hold the batch, but have no tree")
    }
  }

  /// More micro-batches than the last tree's take longer by their fixed times and the work.
  func laterNumbers() throws(CertificateFault) {
    let number = certificate.firstMicroBatches + certificate.roots.count
    guard plain.bound(number, orMore: true) >= certificate.bound else {
      throw CertificateFault("\(number) micro-batches may be faster than the bound")
    }
  }

  private func holds(_ tokens: [Int], _ option: Int) -> Bool {
    tokens[option] <= setting.degrees[option].degree * setting.tokensPerGPU
  }

  // MARK: Trees

  /// All nodes under a root; a document may nest them deeper than calls can.
  func tree(_ root: Int, _ part: CertificatePart, _ seen: inout Set<Int>) throws(CertificateFault) {
    var open = [(node: root, part: part)]
    while let (index, part) = open.popLast() { try node(index, part, &seen, &open) }
  }

  /// The part of a node is bounded, by the node's children or by its multipliers.
  private func node(
    _ index: Int, _ part: CertificatePart, _ seen: inout Set<Int>,
    _ open: inout [(node: Int, part: CertificatePart)]
  ) throws(CertificateFault) {
    guard certificate.nodes.indices.contains(index), seen.insert(index).inserted else {
      throw CertificateFault("node \(index) is not there, or stands twice")
    }
    switch certificate.nodes[index] {
    case .leaf(let multipliers):
      let bound = try bound(part, multipliers, node: index)
      guard bound >= certificate.bound else {
        throw CertificateFault(
          "node \(index) bounds its part by \(bound) s, less than \(certificate.bound) s")
      }
    case .time(let kind, let threshold, let below, let atLeast):
      guard part.kinds.indices.contains(kind), threshold > 0, threshold.isFinite else {
        throw CertificateFault("node \(index) splits a kind that its part has not")
      }
      var lower = part
      lower.kinds[kind].below = min(lower.kinds[kind].below, threshold)
      open.append((below, lower))
      var upper = part
      let one = upper.setApart(kind)
      upper.kinds[one].atLeast = max(upper.kinds[one].atLeast, threshold)
      open.append((atLeast, upper))
    case .groups(let kind, let option, let most, let few, let many):
      guard part.kinds.indices.contains(kind), setting.degrees.indices.contains(option) else {
        throw CertificateFault("node \(index) splits groups that its part has not")
      }
      var lower = part
      lower.kinds[kind].mostGroups[option] = min(mostGroups(part.kinds[kind], option), most)
      open.append((few, lower))
      var upper = part
      let one = upper.setApart(kind)
      upper.kinds[one].fewestGroups[option] = max(
        upper.kinds[one].fewestGroups[option] ?? 0, most + 1)
      open.append((many, upper))
    case .place(let rank, let children):
      guard times.indices.contains(rank), children.count == part.kinds.count else {
        throw CertificateFault("node \(index) does not place a sequence in every kind")
      }
      for (kind, child) in children.enumerated() {
        if let home = part.homes[rank], home != kind { continue }
        var placed = part
        placed.homes[rank] = placed.setApart(kind)
        open.append((child, placed))
      }
    case .degree(let rank, let degree, let narrow, let wide):
      guard times.indices.contains(rank) else {
        throw CertificateFault("node \(index) is of a sequence that the batch has not")
      }
      var lower = part
      lower.mostDegrees[rank] = min(part.mostDegrees[rank] ?? .max, degree)
      open.append((narrow, lower))
      var upper = part
      upper.leastDegrees[rank] = max(part.leastDegrees[rank] ?? 0, degree + 1)
      open.append((wide, upper))
    }
  }

  // MARK: Leaves

  /// Seconds that the multipliers prove for a part, fixed times included, rounded down.
  private func bound(
    _ part: CertificatePart, _ multipliers: [KindMultipliers], node: Int
  ) throws(CertificateFault) -> Double {
    guard multipliers.count == part.kinds.count else {
      throw CertificateFault("node \(node) has not one set of multipliers for each kind")
    }
    let microBatches = part.kinds.reduce(0) { $0 + $1.count }
    var sum = RoundedSum(
      Double(microBatches + setting.stages - 1) * setting.microBatchTime.value)
    var shares = RoundedSum(0)
    for (kind, multiplier) in zip(part.kinds, multipliers) {
      shares.add(Double(kind.count) * multiplier.fill)
    }
    guard shares.atMost <= 1 else {
      throw CertificateFault("node \(node) counts more of the longest micro-batch than there is")
    }
    for (kind, multiplier) in zip(part.kinds, multipliers) {
      try check(multiplier, kind, node: node)
      guard addKind(kind, multiplier, to: &sum) else { return .infinity }
    }
    for rank in times.indices {
      var least = Double.infinity
      for (number, kind) in part.kinds.enumerated() where part.homes[rank] ?? number == number {
        for option in setting.degrees.indices {
          let degree = setting.degrees[option].degree
          guard degree >= part.leastDegrees[rank] ?? 0, degree <= part.mostDegrees[rank] ?? .max,
            holds(tokens[rank], option), alone(rank, option) < kind.below
          else { continue }
          least = min(least, price(rank, option, kind, multipliers[number]).atLeast)
        }
      }
      // A sequence that fits nowhere leaves the part empty.
      if least == .infinity { return .infinity }
      sum.add(least)
    }
    return sum.atLeast
  }

  private func alone(_ rank: Int, _ option: Int) -> Double {
    setting.degrees[option].groupTime.value + times[rank][option]
  }

  private func mostGroups(_ kind: CertificatePart.Kind, _ option: Int) -> Int {
    min(kind.mostGroups[option] ?? .max, setting.gpus / setting.degrees[option].degree)
  }

  /// Adds what the time of a kind's micro-batches and their best groups contribute; false where no
  /// groups keep to the limits on them.
  private func addKind(
    _ kind: CertificatePart.Kind, _ multiplier: KindMultipliers, to sum: inout RoundedSum
  ) -> Bool {
    let count = Double(kind.count)
    let gpus = Double(setting.gpus)
    var slope = RoundedSum(1)
    slope.add(Double(setting.stages - 1) * multiplier.fill)
    slope.add(-gpus * multiplier.work)
    var offers: [(rate: Double, gpus: Double)] = []
    var room = setting.gpus
    for (option, cost) in setting.degrees.enumerated() {
      let paced = multiplier.paced[option]
      let most = Double(mostGroups(kind, option))
      let fewest = kind.fewestGroups[option] ?? 0
      let own = cost.groupTime.value
      slope.add(-most * paced)
      sum.add(most * paced * count * kind.atLeast)
      var worth = RoundedSum(paced * kind.atLeast)
      worth.add(-paced * own)
      worth.add(-multiplier.work * Double(cost.degree) * own)
      worth.add(multiplier.tokens[option] * Double(capacities[option]))
      if multiplier.time[option] > 0 {
        worth.add(multiplier.time[option] * kind.below)
        worth.add(-multiplier.time[option] * own)
        slope.add(-multiplier.time[option] * Double(fewest))
        sum.add(multiplier.time[option] * Double(fewest) * count * kind.below)
      }
      for row in multiplier.exclusive where row.option == option { worth.add(row.price) }
      for row in multiplier.headed where row.option == option {
        let rate = row.price * Double(row.heads.count) / leastTokenTimes[option]
        slope.add(-rate)
        sum.add(rate * count * kind.atLeast)
        worth.add(row.price * Double(capacities[option]))
      }
      for row in multiplier.knapsacks where certificate.knapsacks[row.row].option == option {
        worth.add(row.price)
      }
      if Double(fewest) > most { return false }
      sum.add(-count * Double(fewest) * worth.atMost)
      let (taken, isBoundless) = fewest.multipliedReportingOverflow(by: cost.degree)
      if isBoundless || taken > room { return false }
      room -= taken
      let degree = Double(cost.degree)
      offers.append((worth.atMost / degree, (most - Double(fewest)) * degree))
    }
    // The groups beyond those that there must be: the ones that earn most on a GPU first.
    var left = Double(room)
    for offer in offers.sorted(by: { $0.rate > $1.rate }) where offer.rate > 0 {
      sum.add(-count * offer.rate * min(left, offer.gpus))
      left -= min(left, offer.gpus)
    }
    let slopeAtLeast = slope.atLeast
    sum.add(slopeAtLeast * count * (slopeAtLeast >= 0 ? kind.atLeast : kind.below))
    return true
  }

  /// What a sequence pays in a group.
  private func price(
    _ rank: Int, _ option: Int, _ kind: CertificatePart.Kind, _ multiplier: KindMultipliers
  ) -> RoundedSum {
    let time = times[rank][option]
    let count = Double(tokens[rank][option])
    var price = RoundedSum(multiplier.work * Double(setting.degrees[option].degree) * time)
    price.add(multiplier.tokens[option] * count)
    price.add(multiplier.time[option] * time)
    price.add(multiplier.paced[option] * time)
    for row in multiplier.exclusive where row.option == option && row.ranks.contains(rank) {
      price.add(row.price)
    }
    for row in multiplier.headed where row.option == option {
      if row.heads.contains(rank) {
        price.add(row.price * Double(capacities[option]))
        price.add(-row.price * kind.atLeast / leastTokenTimes[option])
        price.add(row.price * alone(rank, option) / leastTokenTimes[option])
      } else {
        price.add(row.price * count)
      }
    }
    for row in multiplier.knapsacks where certificate.knapsacks[row.row].option == option {
      let weight = Double(certificate.knapsacks[row.row].weights[rank])
      price.add(row.price * (weight / Double(KnapsackRow.whole)))
    }
    return price
  }

  // MARK: Multipliers

  /// The multipliers are of rows that hold.
  private func check(
    _ multiplier: KindMultipliers, _ kind: CertificatePart.Kind, node: Int
  ) throws(CertificateFault) {
    let lists = [multiplier.tokens, multiplier.time, multiplier.paced]
    let prices =
      [multiplier.work, multiplier.fill] + lists.joined() + multiplier.exclusive.map(\.price)
      + multiplier.headed.map(\.price) + multiplier.knapsacks.map(\.price)
    guard lists.allSatisfy({ $0.count == setting.degrees.count }),
      multiplier.knapsacks.allSatisfy({ certificate.knapsacks.indices.contains($0.row) }),
      prices.allSatisfy({ $0 >= 0 && $0.isFinite })
    else {
      throw CertificateFault("node \(node) has multipliers that are missing or negative")
    }
    let isPacked = setting.memoryRule == .packed
    guard isPacked || multiplier.headed.isEmpty && multiplier.tokens.allSatisfy({ $0 == 0 }) else {
      throw CertificateFault("node \(node) has prices of tokens where memory does not add up")
    }
    guard kind.below < .infinity || multiplier.time.allSatisfy({ $0 == 0 }) else {
      throw CertificateFault("node \(node) has prices of a limit that its part has not")
    }
    for row in multiplier.exclusive {
      try checkExclusive(Array(row.ranks.suffix(2)), row.ranks, row.option, kind, node: node)
    }
    for row in multiplier.headed {
      guard zip(row.heads, row.heads.dropFirst()).allSatisfy({ $0 < $1 }),
        let first = row.heads.first, let last = row.heads.last,
        setting.degrees.indices.contains(row.option), leastTokenTimes[row.option] > 0
      else { throw CertificateFault("node \(node) has heads that are not in order") }
      let shortest = Array(row.heads.suffix(2))
      try checkExclusive(shortest, first..<last + 1, row.option, kind, node: node)
    }
  }

  /// No two sequences of some ranks share a group, since the two shortest do not.
  private func checkExclusive(
    _ shortest: [Int], _ ranks: Range<Int>, _ option: Int, _ kind: CertificatePart.Kind, node: Int
  ) throws(CertificateFault) {
    guard setting.degrees.indices.contains(option), !ranks.isEmpty,
      ranks.clamped(to: times.indices) == ranks
    else { throw CertificateFault("node \(node) excludes sequences that the batch has not") }
    guard shortest.count == 2 else { return }
    let (one, other) = (shortest[0], shortest[1])
    let isOverFull =
      setting.memoryRule == .packed
      && tokens[one][option] + tokens[other][option] > capacities[option]
    let isLate = alone(one, option) + times[other][option] >= kind.below
    guard isOverFull || isLate else {
      throw CertificateFault(
        "node \(node) says that ranks \(one) and \(other) share no group of degree "
          + "\(setting.degrees[option].degree), but they may")
    }
  }
}
