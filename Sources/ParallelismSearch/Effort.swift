/// How hard to search, in counts that do not depend on the machine.
public struct Effort: Sendable {
  /// The relative gap between plan and bound at which the search stops.
  public var gap: Double
  /// Plans that are slower than the fastest by no more than this share are as good: the simplest wins.
  public var ties: Double
  /// The frames whose splits are looked at.
  public var frameLimit: Int
  /// The nodes of each program that closes what the bounds leave open, and the simplex iterations of
  /// all programs together.
  public var nodeLimit: Int
  public var iterationLimit: Int
  /// The largest program, in options.
  public var optionLimit: Int
  public var threads: Int
  /// Asked between frames; `true` ends the search with the best plan so far.
  public var isCancelled: @Sendable () -> Bool

  /// - Parameter iterationLimit: by default 1,500, a second or so; 100,000 where the gap asked for is
  ///   under 0.1 %.
  public init(
    gap: Double = 0.01, ties: Double = 0.002, frameLimit: Int = 20_000, nodeLimit: Int = 500,
    iterationLimit: Int? = nil, optionLimit: Int = 400, threads: Int = 1,
    isCancelled: @escaping @Sendable () -> Bool = { false }
  ) {
    self.gap = gap
    self.ties = ties
    self.frameLimit = frameLimit
    self.nodeLimit = nodeLimit
    self.iterationLimit = iterationLimit ?? (gap < 0.001 ? 100_000 : 1_500)
    self.optionLimit = optionLimit
    self.threads = threads
    self.isCancelled = isCancelled
  }
}
