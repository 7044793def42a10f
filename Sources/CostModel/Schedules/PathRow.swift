/// A path through a pipeline's task graph, as the linear function of the times that it costs.
///
/// The step time is the longest of all paths, hence
/// `step ≥ Σ forwardPasses[c]·f[c] + Σ backwardPasses[c]·b[c] + hops·hop + tail[lastRank]`
/// for every path and all times; at the times at which the path is critical, both are equal. So each
/// row is a valid inequality of a program over f, b, hop and tail.
public struct PathRow: Hashable, Sendable, CustomStringConvertible {
  /// How many forward passes through each chunk lie on the path.
  public let forwardPasses: [Int]
  /// How many backward passes through each chunk lie on the path.
  public let backwardPasses: [Int]
  /// How many results on the path cross ranks.
  public let hops: Int
  /// The rank on which the path ends, whose tail it adds.
  public let lastRank: Int

  public init(forwardPasses: [Int], backwardPasses: [Int], hops: Int, lastRank: Int) {
    self.forwardPasses = forwardPasses
    self.backwardPasses = backwardPasses
    self.hops = hops
    self.lastRank = lastRank
  }

  /// The row's value in seconds, from times in seconds (see `PipelineSimulator`).
  public func value(forward: [Double], backward: [Double], hop: Double, tail: [Double]) -> Double {
    var sum = Double(hops) * hop + tail[lastRank]
    for chunk in forwardPasses.indices {
      sum += Double(forwardPasses[chunk]) * forward[chunk]
      sum += Double(backwardPasses[chunk]) * backward[chunk]
    }
    return sum
  }

  /// The algebra, for example "f0 + 4 f1 + b0 + 4 b1 + 2 hop + tail0".
  public var description: String {
    func term(_ count: Int, _ name: String) -> String? {
      count == 0 ? nil : count == 1 ? name : "\(count) \(name)"
    }
    let terms =
      forwardPasses.enumerated().map { term($1, "f\($0)") }
      + backwardPasses.enumerated().map { term($1, "b\($0)") }
      + [term(hops, "hop"), "tail\(lastRank)"]
    return terms.compactMap(\.self).joined(separator: " + ")
  }
}
