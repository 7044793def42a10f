import ArgumentParser
import InputFiles
import LaunchPlan
import ParallelismSearch
import Planner

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `plan-benchmark planning`: whole plans, from the inputs to the certificate.
struct Planning: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Whole plans: predicted step, proven bound, frames a second.")

  @OptionGroup var options: BenchmarkOptions

  @Option(help: ArgumentHelp("The gap to reach.", valueName: "share"))
  var gap = 0.01

  @Option(
    help: ArgumentHelp(
      "How much slower a simpler plan may be than the fastest, to be taken: none, since the fastest are compared.",
      valueName: "share"))
  var ties = 0.0

  @Flag(inversion: .prefixedNo, help: "Print what simpler strategies find beside it.")
  var baselines = true

  func run() throws {
    try options.reportingFaults {
      for path in options.files { try solve(PlanningInstance.read(path: path)) }
    }
  }

  private func solve(_ instance: PlanningInstance) throws {
    var request = instance.request
    request.effort.gap = gap
    request.effort.ties = ties
    if let seconds = options.seconds {
      let end = CPUClock.seconds + seconds
      request.effort.isCancelled = { CPUClock.seconds >= end }
    }
    let (outcome, seconds) = try CPUClock.measuring {
      try makePlan(request, inputs: instance.inputs)
    }
    let simpler = try baselines ? self.simpler(request) : []
    guard case .planned(let plan) = outcome else {
      // Infinite where it is proven that nothing fits; nothing is known where the time was up.
      let isRefuted = if case .infeasible = outcome { true } else { false }
      options.print(
        InstanceResult(
          instance: instance.name, objective: .infinity, bound: isRefuted ? .infinity : 0,
          seconds: seconds, baselines: simpler))
      return
    }
    let certificate = plan.certificate
    let memory = peakMemory
    // All that the proof covers, most of which the search need not enumerate.
    let frames = SearchSpace(
      model: try request.costModel(), pins: request.pins, goal: request.goal
    ).frames().count
    options.print(
      InstanceResult(
        instance: instance.name, objective: certificate.objective.value,
        bound: certificate.bound.value, seconds: seconds, baselines: simpler,
        details: [
          .init("frames", .integer(frames)),
          .init("framesPerSecond", .number(Double(frames) / seconds)),
          .init("peakMemoryBytes", .integer(memory)),
        ]))
    try options.save(try plan.json(), of: instance.name)
  }

  private func simpler(
    _ request: PlanRequest
  ) throws -> [(name: String, outcome: InstanceResult.Outcome)] {
    try SimplerStrategy.allCases.map { strategy in
      let (step, seconds) = try CPUClock.measuring { try strategy.step(request) }
      return (strategy.rawValue, .init(objective: step?.value, seconds: seconds))
    }
  }

  /// The most memory that this process has held, in bytes.
  private var peakMemory: Int {
    var usage = rusage()
    #if os(Linux)
      getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
      return usage.ru_maxrss * 1024
    #else
      getrusage(RUSAGE_SELF, &usage)
      return usage.ru_maxrss
    #endif
  }
}
