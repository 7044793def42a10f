import ParallelismVocabulary

extension RoutingStatistics {
  /// The tokens that destinations are counted of, at most, evenly taken from a trace.
  static let countedTokens = 16_384

  /// How tokens use the ranks, for each number of them that divides the experts: with the experts
  /// placed at once (`QuickPlacement`).
  ///
  /// - Parameters:
  ///   - most: ranks.
  ///   - domain: the most ranks that can share a scale-up domain.
  ///   - sendsOnce: whether tokens are sent once to a rank that holds several of their experts, so that
  ///     it matters which experts lie together.
  /// - Returns: by ranks, and where tokens or pairs tell the destinations also by the ranks of a domain.
  public func uses(ranks most: Int, domain: Int, sendsOnce: Bool) -> [ExpertUse] {
    let (choices, pairs) = sendsOnce ? counted : (nil, nil)
    let quick = QuickPlacement(loads, pairs)
    let ways = (2...max(2, experts)).filter { experts.isMultiple(of: $0) && $0 <= most }.flatMap {
      ranks in
      [(ranks: ranks, side: nil)]
        + (choices == nil ? 1..<1 : 1..<min(domain + 1, ranks)).filter(ranks.isMultiple).map {
          (ranks: ranks, side: $0 as Int?)
        }
    }
    return concurrentMap(ways.count) { index in
      let (ranks, side) = ways[index]
      let hierarchy = GPUHierarchy(
        nodes: side.map { ranks / $0 } ?? 1, gpusPerNode: side ?? ranks, hopWithinNode: 1,
        hopBetweenNodes: 1)
      let assignment = quick.assignment(on: hierarchy)
      let imbalance = (0..<loads.layers).reduce(0) {
        $0 + worstImbalance(assignment, layer: $1, gpus: ranks)
      }
      return ExpertUse(
        experts: experts, ranks: ranks, ranksPerDomain: side,
        imbalance: imbalance / Double(loads.layers),
        ranksReached: choices?.meanDestinations(assignment),
        domainsReached: side.flatMap { choices?.meanDestinations(assignment, gpusPerPart: $0) })
    }
  }

  /// The fullest GPU's load over the mean, in the workload where that is most.
  public func worstImbalance(_ assignment: ExpertAssignment, layer: Int, gpus: Int) -> Double {
    loads.layer(layer).map { assignment.imbalance(layer: layer, loads: $0, gpus: gpus) }.max() ?? 1
  }

  /// The placement that a plan's price rests on, on the GPUs that it chose.
  public func quickPlacement(on hierarchy: GPUHierarchy, sendsOnce: Bool) -> ExpertAssignment {
    QuickPlacement(loads, sendsOnce ? counted.pairs : nil).assignment(on: hierarchy)
  }

  /// The choices that destinations are counted of, and their pairs.
  private var counted: (choices: (any TokenChoices)?, pairs: ExpertPairs?) {
    let routes = routes?.thinned(to: Self.countedTokens)
    return (routes ?? pairs, routes?.pairs ?? pairs)
  }
}

extension TokenRoutes {
  /// Every n-th token, with the least n that leaves at most so many.
  func thinned(to most: Int) -> TokenRoutes {
    let step = (tokens + most - 1) / most
    return step > 1 ? filter { $0.isMultiple(of: step) } : self
  }
}

extension ExpertLoads {
  /// How loads use the ranks, for each number of them that divides the experts, these in their order.
  public func usesInOrder(ranks most: Int) -> [ExpertUse] {
    (2...max(2, experts)).filter { experts.isMultiple(of: $0) && $0 <= most }.map { ranks in
      let linear = ExpertAssignment.linear(layers: layers, experts: experts, gpus: ranks)
      let imbalance = (0..<layers).reduce(0) { sum, layer in
        sum
          + (self.layer(layer).map { linear.imbalance(layer: layer, loads: $0, gpus: ranks) }.max()
            ?? 1)
      }
      return ExpertUse(
        experts: experts, ranks: ranks, imbalance: imbalance / Double(layers))
    }
  }
}
