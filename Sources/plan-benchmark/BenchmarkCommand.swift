import ArgumentParser

/// `plan-benchmark`: speed and quality of the optimisers on fixed instances, beside baselines.
@main
struct BenchmarkCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan-benchmark",
    abstract: "Solve fixed instances, and print objective, bound, gap and CPU seconds of each.",
    discussion: """
      Every subject prints one line an instance, with baselines beside it: a table for people, or \
      with --json one JSON object a line. Seconds are CPU seconds of this process.
      """,
    subcommands: [
      Planning.self, MappingCommand.self, ExpertsBenchmark.self, SequencesCommand.self,
      DrawnBatchesCommand.self, PeersCommand.self,
    ])
}
