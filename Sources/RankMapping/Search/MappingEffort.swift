/// How much a search tries.
public struct MappingEffort: Sendable {
  /// Annealings, one after the other.
  public var rounds = 4
  /// Moves of each annealing for each node.
  public var movesPerNode = 4_000
  /// The most moves of each annealing.
  public var moveLimit = 1_500_000
  /// The cheapest pairs of each node that moves aim at.
  public var neighbours = 8
  /// The time on the clock after which no move is tried; a result under it differs between runs.
  public var timeLimit: Duration?

  public init() {}

  func moves(nodes: Int) -> Int { min(moveLimit, movesPerNode * nodes) }

  /// The spanning trees of a pipeline bound, each of which costs nodes² steps.
  func boundRounds(nodes: Int) -> Int { max(30, min(400, 200_000_000 / (nodes * nodes))) }
}
