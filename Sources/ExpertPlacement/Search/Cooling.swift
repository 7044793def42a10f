#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A temperature that falls evenly, in its logarithm, with the moves tried or with the time passed,
/// whichever is further on.
struct Cooling {
  /// What temperatures are measured in.
  let unit: Double
  let hottest: Double
  let coldest: Double
  /// Moves to try.
  let moves: Int
  /// The share of the search's time at which it is cold, whatever moves are left.
  let endOfTime: Double
  private let effort: SearchEffort
  private let beginOfTime: Double
  private var tried = 0

  init(
    unit: Double, hottest: Double, coldest: Double, moves: Int, endOfTime: Double,
    _ effort: SearchEffort
  ) {
    self.unit = unit
    self.hottest = hottest
    self.coldest = coldest
    self.moves = moves
    self.endOfTime = endOfTime
    self.effort = effort
    beginOfTime = effort.elapsedShare()
  }

  /// The temperature of the next moves, so many; nil once it is cold.
  mutating func temperature(moves batch: Int) -> Double? {
    guard tried < moves else { return nil }
    let ofTime = (effort.elapsedShare() - beginOfTime) / max(1e-9, endOfTime - beginOfTime)
    let share = max(Double(tried) / Double(moves), ofTime)
    guard share < 1 else { return nil }
    tried += batch
    return unit * hottest * pow(coldest / hottest, share)
  }
}

extension SearchEffort {
  /// The share of the time at which a layer's turn ends, where layers are taken up in order: the clock
  /// gives each as much as those before it.
  ///
  /// - Parameter began: the share that had passed when the first was taken up.
  static func endOfTurn(layer: Int, of layers: Int, began: Double) -> Double {
    began + (1 - began) * Double(layer + 1) / Double(layers)
  }
}
