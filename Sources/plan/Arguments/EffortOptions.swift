import ArgumentParser
import ParallelismSearch

/// How hard to search, and when to stop.
struct EffortOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Stop when the plan is proven to be within this share of the best: 0.01 or 1%.",
      valueName: "share"),
    transform: parseFraction)
  var gap: Double = 0.01

  @Option(
    help: ArgumentHelp(
      "Prefer a simpler plan (fewer nodes, fewer axes, then more free memory) that is slower by no more than this share.",
      valueName: "share"),
    transform: parseFraction)
  var ties: Double = 0.002

  @Option(
    help: ArgumentHelp(
      "End with status 4 unless the plan is proven to be within this share of the best.",
      valueName: "share"),
    transform: parseFraction)
  var requireGap: Double?

  @Option(
    help: ArgumentHelp(
      "Stop after this time with the best plan so far and its true gap.", valueName: "seconds"),
    transform: parseSeconds)
  var deadline: Double?

  @Option(
    help: ArgumentHelp(
      "Threads that may search; the plan does not depend on them, and so far one is used.",
      valueName: "n"),
    transform: parseCount)
  var threads: Int?

  /// - Parameter interruption: ends the search early.
  func effort(until interruption: Interruption) -> Effort {
    var effort = Effort(gap: min(gap, requireGap ?? gap), ties: ties)
    if let threads { effort.threads = threads }
    effort.isCancelled = { interruption.isDue }
    return effort
  }
}
