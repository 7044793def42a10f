import LinearProgramming

/// A row of a box's program that holds where its condition does.
struct BoxCut {
  enum Condition: Equatable {
    /// `time` of `KindMultipliers`, where T has just this limit and there are just so many groups at
    /// least.
    case timeBelow(Double, fewest: Int)
    /// `paced`, where T is at least just this and there are just so many groups at most.
    case pacedFrom(Double, most: Int)
    /// `exclusive`, where T ends before this or earlier.
    case exclusive(Range<Int>, below: Double)
    /// `headed`, where T is at least just this and ends before the limit or earlier.
    case headed([Int], atLeast: Double, below: Double)
    /// The knapsack row of an index.
    case knapsack(Int)
  }

  var condition: Condition
  var option: Int
  var constraint: Constraint

  /// What the row is bounded by in a box, for the micro-batches of one kind.
  ///
  /// - Parameter unit: seconds that the program counts as 1.
  func bounds(
    _ kind: MicroBatchKind, _ instance: ScatteringInstance, unit: Double
  ) -> Bounds {
    switch condition {
    case .timeBelow(let limit, let fewest):
      guard kind.count > 0, limit == kind.below,
        fewest == instance.groups(kind, option).lowerBound
      else { return .free }
      return .atMost(-Double(fewest * kind.count) * limit / unit)
    case .exclusive(_, let limit): return kind.below <= limit ? .atMost(0) : .free
    case .knapsack: return .atMost(0)
    case .headed(let heads, let least, let limit):
      guard kind.count > 0, least == kind.atLeast, kind.below <= limit else { return .free }
      return .atMost(-Double(heads.count * kind.count) * least / instance.headedUnit(option))
    case .pacedFrom(let least, let most):
      guard kind.count > 0, least == kind.atLeast,
        most == instance.groups(kind, option).upperBound
      else { return .free }
      return .atMost(-Double(most * kind.count) * least / unit)
    }
  }
}

extension ScatteringInstance {
  /// Seconds in which a group of the option processes its capacity of tokens at best.
  func headedUnit(_ option: Int) -> Double {
    leastTokenTime[option] * Double(capacity(option))
  }
}
