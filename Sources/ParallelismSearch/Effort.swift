/// How hard to search, in counts that do not depend on the machine.
public struct Effort: Sendable {
  /// The relative gap between plan and bound at which the search stops.
  public var gap: Double
  /// The frames whose splits are looked at.
  public var frameLimit: Int
  /// The programs that close what the recursion leaves open, and the nodes of each solve.
  public var programLimit: Int
  public var nodeLimit: Int
  /// The largest program, in options.
  public var optionLimit: Int
  public var threads: Int
  /// Asked between frames; `true` ends the search with the best plan so far.
  public var isCancelled: @Sendable () -> Bool

  public init(
    gap: Double = 0.01, frameLimit: Int = 20_000, programLimit: Int = 24, nodeLimit: Int = 500,
    optionLimit: Int = 400, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.gap = gap
    self.frameLimit = frameLimit
    self.programLimit = programLimit
    self.nodeLimit = nodeLimit
    self.optionLimit = optionLimit
    self.threads = threads
    self.isCancelled = isCancelled
  }
}
