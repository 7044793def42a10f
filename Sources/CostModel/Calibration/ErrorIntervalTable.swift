import ClusterTopology

/// The intervals of predicted step times: by regime, and for stacks whose regime nobody measured.
///
/// A value without references, small enough to be stored as JSON or written as source.
public struct ErrorIntervalTable: Hashable, Sendable, Codable {
  /// A regime that was measured.
  public struct Cell: Hashable, Sendable, Codable {
    public let regime: RunRegime
    public let interval: ErrorInterval

    public init(regime: RunRegime, interval: ErrorInterval) {
      self.regime = regime
      self.interval = interval
    }
  }

  /// A stack that was measured, for its other regimes.
  public struct StackCell: Hashable, Sendable, Codable {
    public let stack: String
    public let interval: ErrorInterval

    public init(stack: String, interval: ErrorInterval) {
      self.stack = stack
      self.interval = interval
    }
  }

  /// Ascending by regime.
  public let cells: [Cell]
  /// Ascending by stack.
  public let stacks: [StackCell]

  public init(cells: [Cell], stacks: [StackCell]) {
    self.cells = cells.sorted { $0.regime < $1.regime }
    self.stacks = stacks.sorted { $0.stack < $1.stack }
  }

  /// The interval of the regime itself, else of its stack, else the default of the unmeasured.
  public func interval(of regime: RunRegime) -> ErrorInterval {
    cells.first { $0.regime == regime }?.interval
      ?? stacks.first { $0.stack == regime.stack }?.interval ?? .unmeasured
  }
}
