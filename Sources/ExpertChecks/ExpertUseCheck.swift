import InputFiles
import ParallelismVocabulary

/// Whether the use of expert ranks that a plan is priced with is what its routing gives experts that are
/// placed at once.
///
/// The rule, worked out anew here: the busiest experts first, each to the least busy GPU with room;
/// where tokens are known, two experts of different GPUs change places, in their order, while more
/// pairs of a token's experts come together and no GPU exceeds a limit; nodes first, then their GPUs.
public struct ExpertUseCheck {
  private let experts: Int
  private let loads: [[[Double]]]
  /// Layer by layer, the experts of each token that counts.
  private let tokens: [[[Int]]]
  private let together: [[Double]]
  /// Pairs where tokens are not known.
  private let pairs: (topK: Int, counts: [[Double]])?

  /// - Parameters:
  ///   - routing: the files, a workload each.
  ///   - countsTokens: whether it matters which experts lie together.
  /// - Throws: what cannot be read.
  public init(_ routing: [TextFile], experts: Int, countsTokens: Bool) throws(InputFaults) {
    let counts = try RoutingCounts(routing, experts: experts)
    self.experts = experts
    loads = counts.loads
    var tokens: [[[Int]]] = []
    let all = counts.traces.reduce(0) { $0 + $1.tokens }
    let step = (all + 16_383) / 16_384
    for layer in 0..<(countsTokens && all > 0 ? counts.traces[0].layers : 0) {
      var (chosen, index) = ([[Int]](), 0)
      for trace in counts.traces {
        for token in 0..<trace.tokens {
          if index % step == 0 { chosen.append(Array(trace.experts(token: token, layer: layer))) }
          index += 1
        }
      }
      tokens.append(chosen)
    }
    self.tokens = tokens
    pairs = countsTokens && tokens.isEmpty ? counts.pairs : nil
    together =
      pairs?.counts
      ?? tokens.map { layer in
        var matrix = [Double](repeating: 0, count: experts * experts)
        for chosen in layer {
          for one in chosen {
            for other in chosen where other != one { matrix[one * experts + other] += 1 }
          }
        }
        return matrix
      }
  }

  /// What does not hold of the uses that a plan states.
  ///
  /// - Parameters:
  ///   - most: ranks among which experts can be divided.
  ///   - domain: the most ranks that share a scale-up domain.
  public func findings(_ stated: [ExpertUse], ranks most: Int, domain: Int) -> [PlacementFinding] {
    var findings: [PlacementFinding] = []
    for ranks in 2...max(2, experts) where experts % ranks == 0 && ranks <= most {
      let sides =
        together.isEmpty ? [] : (1...max(1, domain)).filter { ranks % $0 == 0 && $0 < ranks }
      for side in [nil] + sides.map(Optional.some) {
        guard
          let own = stated.first(where: {
            $0.experts == experts && $0.ranks == ranks && $0.ranksPerDomain == side
          })
        else {
          findings.append(.init("inputs.workload.expertUse has nothing for \(ranks) ranks"))
          continue
        }
        findings += differences(own, use(nodes: side.map { ranks / $0 } ?? 1, ranks: ranks, side))
      }
    }
    for use in stated where use.experts != experts || experts % max(1, use.ranks) > 0 {
      findings.append(
        .init(
          "inputs.workload.expertUse has \(use.experts) experts on \(use.ranks) ranks, which no plan "
            + "has"))
    }
    return findings
  }

  private func differences(_ stated: ExpertUse, _ actual: ExpertUse) -> [PlacementFinding] {
    let ranks = actual.ranks
    let pairs: [(String, Double?, Double?)] = [
      ("imbalance", stated.imbalance, actual.imbalance),
      ("ranksReached", stated.ranksReached, actual.ranksReached),
      ("domainsReached", stated.domainsReached, actual.domainsReached),
    ]
    return pairs.compactMap { key, stated, actual in
      if let stated, let actual, abs(stated - actual) <= 1e-9 * actual { return nil }
      if stated == nil, actual == nil { return nil }
      func spelled(_ value: Double?) -> String { value.map { "\($0)" } ?? "absent" }
      return .init(
        "inputs.workload.expertUse has \(key) \(spelled(stated)) for \(ranks) ranks, but the routing "
          + "gives \(spelled(actual))")
    }
  }

  private func use(nodes: Int, ranks: Int, _ side: Int?) -> ExpertUse {
    var (imbalance, near, far) = (0.0, 0.0, 0.0)
    let layers = loads[0].count
    for layer in 0..<layers {
      let gpus = gpus(layer, nodes: nodes, ranks: ranks)
      imbalance +=
        loads.map { load in
          var sums = [Double](repeating: 0, count: ranks)
          for (expert, gpu) in gpus.enumerated() { sums[gpu] += load[layer][expert] }
          return (sums.max() ?? 0) * Double(ranks) / load[layer].reduce(0, +)
        }.max() ?? 1
      if let pairs {
        near += PlacementCheck.destinations(pairs, gpus, layer: layer)
        far += PlacementCheck.destinations(pairs, gpus.map { $0 / (side ?? ranks) }, layer: layer)
      }
      guard !tokens.isEmpty else { continue }
      for chosen in tokens[layer] {
        near += Double(Set(chosen.map { gpus[$0] }).count)
        far += Double(Set(chosen.map { gpus[$0] / (side ?? ranks) }).count)
      }
    }
    let counted = Double((pairs == nil ? tokens.first?.count ?? 0 : 1) * layers)
    return ExpertUse(
      experts: experts, ranks: ranks, ranksPerDomain: side, imbalance: imbalance / Double(layers),
      ranksReached: counted > 0 ? near / counted : nil,
      domainsReached: counted > 0 && side != nil ? far / counted : nil)
  }

  // MARK: The rule

  private func gpus(_ layer: Int, nodes: Int, ranks: Int) -> [Int] {
    let totals = loads.map { $0[layer].reduce(0, +) }
    let busy = (0..<experts).map { expert in
      zip(loads, totals).reduce(0) { $0 + $1.0[layer][expert] / $1.1 }
    }
    let all = Array(0..<experts)
    guard nodes > 1 else { return divide(all, busy, ranks, limit: 1.02, layer) }
    let side = ranks / nodes
    let node = divide(all, busy, nodes, limit: 1.01, layer)
    var gpus = all
    for place in 0..<nodes {
      let own = all.filter { node[$0] == place }
      for (expert, part) in zip(own, divide(own, busy, side, limit: 1.02, layer)) {
        gpus[expert] = place * side + part
      }
    }
    return gpus
  }

  private func divide(
    _ own: [Int], _ busy: [Double], _ parts: Int, limit: Double, _ layer: Int
  ) -> [Int] {
    let room = own.count / parts
    var part = [Int](repeating: -1, count: own.count)
    var load = [Double](repeating: 0, count: parts)
    var taken = [Int](repeating: 0, count: parts)
    let order =
      room == 1
      ? Array(own.indices)
      : own.indices.sorted {
        busy[own[$0]] > busy[own[$1]] || busy[own[$0]] == busy[own[$1]] && $0 < $1
      }
    for member in order {
      let open = (0..<parts).filter { taken[$0] < room }
      let target = room == 1 ? member : open.min { (load[$0], $0) < (load[$1], $1) } ?? 0
      part[member] = target
      taken[target] += 1
      load[target] += busy[own[member]]
    }
    if !together.isEmpty, parts > 1 {
      exchange(own, busy, parts, limit: limit, layer, &part, &load)
    }
    return part
  }

  private func exchange(
    _ own: [Int], _ busy: [Double], _ parts: Int, limit: Double, _ layer: Int, _ part: inout [Int],
    _ load: inout [Double]
  ) {
    let n = own.count
    // [one · n + other]: tokens of both.
    var both = [Double](repeating: 0, count: n * n)
    for one in 0..<n {
      for other in 0..<n {
        both[one * n + other] = together[layer][own[one] * experts + own[other]]
      }
    }
    var company = [Double](repeating: 0, count: n * parts)
    for one in 0..<n {
      for other in 0..<n { company[one * parts + part[other]] += both[one * n + other] }
    }
    let most = limit * own.reduce(0) { $0 + busy[$1] } / Double(parts)
    for _ in 0..<16 {
      var swaps = 0
      for one in 0..<n {
        for other in one..<n where part[one] != part[other] {
          let (p, q) = (part[one], part[other])
          let now = company[one * parts + p] + company[other * parts + q]
          let then =
            company[one * parts + q] + company[other * parts + p] - 2 * both[one * n + other]
          let shift = busy[own[other]] - busy[own[one]]
          let peak = max(load[p] + shift, load[q] - shift)
          guard then > now, peak <= most || peak < max(load[p], load[q]) else { continue }
          swaps += 1
          part.swapAt(one, other)
          load[p] += shift
          load[q] -= shift
          for third in 0..<n {
            let change = both[third * n + other] - both[third * n + one]
            company[third * parts + p] += change
            company[third * parts + q] -= change
          }
        }
      }
      if swaps == 0 { return }
    }
  }
}
