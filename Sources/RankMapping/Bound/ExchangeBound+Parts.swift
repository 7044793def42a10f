extension ExchangeBound {
  /// The connected parts of the links that are permitted at an exchange.
  struct Parts {
    let labels: [Int]
    let count: Int
    /// Whether whole rings fill every part.
    let areRings: Bool
  }

  func parts(at time: Double) -> Parts {
    let components = graph(at: time).components()
    var labels = [Int](repeating: 0, count: grid.cells)
    for (label, nodes) in components.enumerated() {
      for node in nodes { labels[node] = label }
    }
    return Parts(
      labels: labels, count: components.count,
      areRings: components.allSatisfy { $0.count.isMultiple(of: grid.replicas) })
  }

  /// The least time after `time` at which a link between two parts becomes permitted.
  func nextMerger(of labels: [Int], after time: Double) -> Double {
    var cheapest = Double.infinity
    for node in labels.indices {
      for other in 0..<node where labels[node] != labels[other] {
        cheapest = min(cheapest, pairs.price(node, other))
      }
    }
    return max(time.nextUp, stages.map { $0.time(at: cheapest) }.min() ?? .infinity)
  }
}
