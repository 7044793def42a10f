/// Evidence that no scattering of a batch is faster than a bound, which a reader can check by
/// arithmetic.
///
/// For every number of micro-batches from `firstMicroBatches` on there is a tree whose leaves together
/// hold all scatterings into that many; on each leaf, multipliers give a bound. Fewer micro-batches do
/// not hold the batch's tokens; more than the trees have take longer by their fixed times alone.
public struct ScatteringCertificate: Sendable, Hashable {
  /// One part of the scatterings.
  public enum Node: Sendable, Hashable {
    /// Bounded by multipliers, one set for each kind of micro-batch.
    case leaf([KindMultipliers])
    /// All micro-batches of a kind end before a time in seconds, or one of them does not.
    case time(kind: Int, threshold: Double, below: Int, atLeast: Int)
    /// The sequence of a rank is in a micro-batch of the first, second, … kind.
    case place(rank: Int, children: [Int])
    /// Every micro-batch of a kind has at most so many groups of an option, or one of them has more.
    case groups(kind: Int, option: Int, upTo: Int, few: Int, many: Int)
    /// The group of the sequence of a rank has at most a degree, or more.
    case degree(rank: Int, upTo: Int, narrow: Int, wide: Int)
  }

  /// Seconds that no scattering is faster than.
  public var bound: Double
  /// The number of micro-batches of the first tree.
  public var firstMicroBatches: Int
  /// The root of the tree for each number of micro-batches, as an index into `nodes`.
  public var roots: [Int]
  /// What leaves count on for groups, wherever they are.
  public var knapsacks: [KnapsackRow] = []
  /// Children stand after their parents.
  public var nodes: [Node]
}
