/// How much a search tries.
public struct MappingEffort: Sendable {
  /// Annealing of one kind: how many, how long and how warm.
  ///
  /// Temperatures are shares of the step's time; for the guide, which divides what one replica saves by
  /// their number, divided by it too.
  public struct Annealings: Sendable {
    public var count: Int
    /// Moves of each.
    public var moves: Int
    /// The first temperature.
    public var hottest: Double
    /// The first temperature against the last.
    public var range: Double
    /// How many moves in 16 are made at the slowest link or pipeline.
    public var focus: Int
  }

  /// From the most promising constructions.
  public var fresh: Annealings
  /// From the best mapping so far, after some resettlement.
  public var refining: Annealings
  /// Whether every other annealing that refines follows the time itself instead of the guide.
  public var isUnguidedInTurn: Bool
  /// Sweeps of resettlement before each annealing that refines.
  public var sweeps: Int
  /// Up to so many nodes all mappings are tried.
  public var enumerationLimit = 8
  /// The cheapest pairs of each node that moves aim at.
  public var neighbours = 8
  /// The spanning trees of a pipeline bound, each of which costs nodes² steps.
  public var boundRounds: Int
  /// The time on the clock after which no move is tried; a result under it differs between runs.
  public var timeLimit: Duration?

  /// What suits a number of nodes: from 512 on, annealing has fewer moves for each, so that exact
  /// resettlement does more of the work.
  public init(nodes: Int) {
    boundRounds = max(30, min(400, 200_000_000 / max(1, nodes * nodes)))
    if nodes < 512 {
      let moves = min(400_000, 4_000 * nodes)
      fresh = Annealings(count: 2, moves: moves, hottest: 0.1, range: 500, focus: 2)
      refining = Annealings(count: 4, moves: moves, hottest: 0.06, range: 1_000, focus: 2)
      sweeps = 2
      isUnguidedInTurn = true
    } else {
      fresh = Annealings(count: 1, moves: 400_000, hottest: 0.1, range: 20, focus: 2)
      refining = Annealings(count: 3, moves: 200_000, hottest: 0.001, range: 20, focus: 12)
      sweeps = 4
      isUnguidedInTurn = false
    }
  }
}
