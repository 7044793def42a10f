import ArgumentParser
import InputFiles
import Quantities
import SequenceScattering

/// `plan-benchmark sequences`: batches of unequal sequences.
struct SequencesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sequences",
    abstract: "Scatter batches of unequal sequences (files of the format plan-seq-bench-1).",
    discussion: "Objectives and bounds are in milliseconds.")

  @OptionGroup var options: BenchmarkOptions

  @Option(
    help: ArgumentHelp(
      "Seconds that GLPK may take for each of FlexSP's programs; 0 leaves them out.",
      valueName: "seconds"))
  var flexspSeconds = 2.0

  func run() throws {
    try options.reportingFaults {
      for file in options.files {
        let benchmark = try BenchmarkInstance.read(path: file)
        let result = try solve(benchmark)
        options.print(result)
      }
    }
  }

  private func solve(_ benchmark: BenchmarkInstance) throws -> InstanceResult {
    var effort = ScatteringEffort()
    if let seconds = options.seconds { effort.deadline = .now + .seconds(seconds) }
    let (found, seconds) = try CPUClock.measuring {
      let instance = try ScatteringInstance(benchmark.setting, batch: benchmark.batch)
      return (instance, try instance.scattered(effort))
    }
    let (instance, result) = found
    try result.certificate.check(benchmark.setting, batch: benchmark.batch)
    var line = InstanceResult(
      instance: benchmark.name, objective: result.time.milliseconds,
      bound: result.bound.milliseconds, seconds: seconds)
    for baseline in ScatteringBaseline.allCases where baseline != .flexSP || flexspSeconds > 0 {
      let (other, seconds) = try CPUClock.measuring {
        try instance.scattered(by: baseline, timeLimit: .seconds(flexspSeconds))
      }
      line.baselines.append(
        (baseline.rawValue, .init(objective: other?.time.milliseconds, seconds: seconds)))
    }
    line.details = [
      .init("microBatches", .integer(result.scattering.microBatches.count)),
      .init("boxes", .integer(result.boxes)), .init("packings", .integer(result.packings)),
    ]
    try options.save(
      .object([
        .init("instance", .string(benchmark.name)),
        .init("timeMilliseconds", .number(orNull: result.time.milliseconds)),
        .init("boundMilliseconds", .number(orNull: result.bound.milliseconds)),
        .init("microBatches", result.scattering.json),
        .init("certificate", result.certificate.json),
      ]), of: benchmark.name)
    return line
  }
}
