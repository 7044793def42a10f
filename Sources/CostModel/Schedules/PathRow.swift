/// A path through a pipeline's task graph, as the linear function of the times that it costs.
///
/// The step time is the longest of all paths, hence
/// `step ≥ Σ forwardPasses[c]·f[c] + Σ backwardPasses[c]·b[c] + hops·hop + tail[lastRank]`
/// for every path and all times; at the times at which the path is critical, both are equal. So each
/// row is a valid inequality of a program over f, b, hop and tail. Where backward passes are divided,
/// input gradients take the place of b, and `divided` tells the rest.
public struct PathRow: Hashable, Sendable, CustomStringConvertible {
  /// How many forward passes through each chunk lie on the path.
  public let forwardPasses: [Int]
  /// How many backward passes through each chunk lie on the path, whole ones or input gradients.
  public let backwardPasses: [Int]
  /// How many results on the path cross ranks.
  public let hops: Int
  /// The rank on which the path ends, whose tail it adds.
  public let lastRank: Int
  /// What a path has besides where backward passes are divided.
  public let divided: DividedPasses?

  /// Operations of schedules that divide backward passes.
  public struct DividedPasses: Hashable, Sendable {
    /// How many weight gradients of each chunk lie on the path, alone or in whole backward passes.
    public let weightGradients: [Int]
    /// By the chunk of the forward pass, how many of the path's passes are overlapped pairs.
    public let pairs: [Int]
  }

  public init(forwardPasses: [Int], backwardPasses: [Int], hops: Int, lastRank: Int) {
    self.forwardPasses = forwardPasses
    self.backwardPasses = backwardPasses
    self.hops = hops
    self.lastRank = lastRank
    divided = nil
  }

  /// A path from its operations, counted by their places (see `WorkPlaces`).
  init(_ passes: [Int], chunks: Int, hops: Int, lastRank: Int) {
    func counts(_ kind: Int) -> ArraySlice<Int> { passes[kind * chunks..<(kind + 1) * chunks] }
    self.hops = hops
    self.lastRank = lastRank
    guard passes.count > 2 * chunks else {
      forwardPasses = Array(counts(0))
      backwardPasses = Array(counts(1))
      divided = nil
      return
    }
    let pairs = Array(counts(4))
    let whole = zip(counts(1), pairs.reversed()).map(+)
    forwardPasses = zip(counts(0), pairs).map(+)
    backwardPasses = zip(counts(2), whole).map(+)
    divided = DividedPasses(
      weightGradients: zip(counts(3), whole).map(+), pairs: pairs)
  }

  /// The row's value in seconds, from times in seconds (see `PipelineSimulator`).
  public func value(forward: [Double], backward: [Double], hop: Double, tail: [Double]) -> Double {
    precondition(divided == nil, "a divided backward pass takes divided times")
    var sum = Double(hops) * hop + tail[lastRank]
    for chunk in forwardPasses.indices {
      sum += Double(forwardPasses[chunk]) * forward[chunk]
      sum += Double(backwardPasses[chunk]) * backward[chunk]
    }
    return sum
  }

  /// The row's value in seconds at times of any schedule.
  public func value(_ times: DividedTimes) -> Double {
    let weights = divided?.weightGradients ?? backwardPasses
    let last = forwardPasses.count - 1
    var sum = Double(hops) * times.hop + times.tail[lastRank]
    for chunk in forwardPasses.indices {
      sum += Double(forwardPasses[chunk]) * times.forward[chunk]
      sum += Double(backwardPasses[chunk]) * times.inputGradient[chunk]
      sum += Double(weights[chunk]) * times.weightGradient[chunk]
    }
    if let pairs = divided?.pairs, times.hiddenShare > 0 {
      for chunk in pairs.indices where pairs[chunk] > 0 {
        let shorter = min(times.forward[chunk], times.backward(chunk: last - chunk))
        sum -= Double(pairs[chunk]) * times.hiddenShare * shorter
      }
    }
    return sum
  }

  /// The algebra, for example "f0 + 4 f1 + b0 + 4 b1 + 2 hop + tail0"; i and w are the parts of
  /// divided backward passes, and "3 f0&b1" at the end is what three overlapped pairs hide.
  public var description: String {
    func term(_ count: Int, _ name: String) -> String? {
      count == 0 ? nil : count == 1 ? name : "\(count) \(name)"
    }
    let input = divided == nil ? "b" : "i"
    var terms = forwardPasses.enumerated().map { term($1, "f\($0)") }
    terms += backwardPasses.enumerated().map { term($1, "\(input)\($0)") }
    if let divided { terms += divided.weightGradients.enumerated().map { term($1, "w\($0)") } }
    terms += [term(hops, "hop"), "tail\(lastRank)"]
    let last = forwardPasses.count - 1
    let hidden = (divided?.pairs ?? []).enumerated().compactMap { term($1, "f\($0)&b\(last - $0)") }
    return terms.compactMap(\.self).joined(separator: " + ")
      + hidden.map { " − " + $0 }.joined()
  }
}
