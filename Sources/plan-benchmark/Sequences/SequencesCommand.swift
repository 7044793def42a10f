import ArgumentParser
import InputFiles
import Quantities
import SequenceScattering

/// `plan-benchmark sequences`: batches of unequal sequences.
struct SequencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sequences",
    abstract: "Scatter batches of unequal sequences (files of the format plan-seq-bench-1).")

  @OptionGroup var options: BenchmarkOptions

  func run() throws {
    try options.reportingFaults {
      for file in options.files {
        let benchmark = try BenchmarkInstance.read(path: file)
        let instance = try ScatteringInstance(benchmark.setting, batch: benchmark.batch)
        let (result, seconds) = try CPUClock.measuring { try instance.scattered() }
        options.print(
          InstanceResult(
            instance: benchmark.name, objective: result.time.milliseconds,
            bound: result.bound.milliseconds, seconds: seconds,
            details: [
              .init("boxes", .integer(result.boxes)), .init("packings", .integer(result.packings)),
            ]))
      }
    }
  }
}
