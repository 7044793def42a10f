/// How much a search may try.
///
/// Without a clock the result depends on the number of moves alone.
public struct SearchEffort: Sendable {
  /// Moves that may be tried, over all starts of a search.
  public var moves: Int
  /// The share of the time allowed that has passed, where a clock may end the search before its moves.
  public var elapsedShare: @Sendable () -> Double

  public init(moves: Int, elapsedShare: @escaping @Sendable () -> Double = { 0 }) {
    self.moves = moves
    self.elapsedShare = elapsedShare
  }

  /// Whether the time is over.
  var isOver: Bool { elapsedShare() >= 1 }
}
