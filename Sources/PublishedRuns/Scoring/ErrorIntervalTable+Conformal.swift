import CostModel

extension ErrorIntervalTable {
  /// The share of unseen runs that an interval is made to hold. Nine in ten is what is promised;
  /// the rest is room for runs that are less alike than those of a cross-validation.
  public static let aim = 0.93

  /// By how much an interval is wider, on a logarithmic scale, that comes from other regimes of the
  /// stack, or from other stacks.
  /// - Source: judgement; what differs between regimes cannot be learnt from the regimes at hand.
  static let stackWidening = 1.25
  static let allStacksWidening = 1.5

  /// Intervals that hold at least `aim` of unseen runs of each regime, from residuals of runs that
  /// the fit had not seen.
  ///
  /// A regime with too few runs for such an interval has that of all runs of its stack, widened; a
  /// stack with too few, that of all stacks, widened more. Neither is narrower than the regime's own
  /// residuals.
  public init(_ residuals: [UnseenResidual]) {
    let byRegime = Dictionary(grouping: residuals, by: \.regime)
    let byStack = Dictionary(grouping: residuals, by: \.regime.stack)
    let whole = Self.interval(of: residuals, basis: .allStacks)?
      .widened(by: Self.allStacksWidening, basis: .allStacks)
    let stackIntervals = byStack.mapValues { residuals in
      let pooled = Self.interval(of: residuals, basis: .stack)?
        .widened(by: Self.stackWidening, basis: .stack)
      // Too few runs in all leave nothing but the default to widen.
      return (pooled ?? whole ?? .unmeasured).including(Self.extremes(residuals)).rounded
    }
    self.init(
      cells: byRegime.map { regime, residuals in
        let own = Self.interval(of: residuals, basis: .measured)
        let interval =
          own
          ?? (stackIntervals[regime.stack] ?? .unmeasured).including(Self.extremes(residuals))
        return Cell(regime: regime, interval: interval.rounded)
      },
      stacks: stackIntervals.map { StackCell(stack: $0, interval: $1) })
  }

  /// An interval that holds a further run, exchangeable with these, with a probability of at least
  /// `aim`, whatever the residuals' distribution; `nil` where there are too few for one.
  ///
  /// Of n runs, the ⌈(n + 1)(1 − α/2)⌉th smallest ratio is above, and the ⌊(n + 1)α/2⌋th below,
  /// with α = 1 − aim: from 28 runs on. Of fewer runs, down to 14, the ⌈(n + 1)·aim⌉th smallest
  /// deviation |ln ratio| is on either side.
  /// - Source: Vovk, Gammerman and Shafer 2005, "Algorithmic learning in a random world", §2.2;
  ///   the order statistics of split conformal prediction.
  static func interval(
    of residuals: [UnseenResidual], basis: ErrorInterval.Basis
  ) -> ErrorInterval? {
    let runs = Set(residuals.map(\.run)).count
    let next = Double(runs + 1)
    let tail = (1 - aim) / 2
    let ratios = residuals.map(\.ratio).sorted()
    if let upper = ratios.orderStatistic(Int((next * (1 - tail)).rounded(.up)), of: runs),
      // The lowest of the ascending ratios are the highest of the descending ones.
      let lower = Array(ratios.reversed()).orderStatistic(
        Int((next * (1 - tail)).rounded(.up)), of: runs)
    {
      return ErrorInterval(below: lower, above: upper, basis: basis, runs: runs)
    }
    let deviations = ratios.map { max($0, 1 / $0) }.sorted()
    guard let reach = deviations.orderStatistic(Int((next * aim).rounded(.up)), of: runs) else {
      return nil
    }
    return ErrorInterval(below: 1 / reach, above: reach, basis: basis, runs: runs)
  }

  private static func extremes(_ residuals: [UnseenResidual]) -> ClosedRange<Double> {
    let ratios = residuals.map(\.ratio)
    return (ratios.min() ?? 1)...(ratios.max() ?? 1)
  }
}

extension [Double] {
  /// The `rank`th of `runs` values, from 1, of a sorted list that may hold several a run: the first
  /// that has at least rank/runs of the list up to it. `nil` where there are not so many runs.
  fileprivate func orderStatistic(_ rank: Int, of runs: Int) -> Double? {
    guard rank >= 1, rank <= runs, !isEmpty else { return nil }
    return self[(rank * count + runs - 1) / runs - 1]
  }
}
