import ArgumentParser
import InputFiles
import LaunchPlan
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

  func run() throws {
    try options.reportingFaults {
      for path in options.files { try solve(PlanningInstance.read(path: path)) }
    }
  }

  private func solve(_ instance: PlanningInstance) throws {
    var request = instance.request
    request.effort.gap = gap
    if let seconds = options.seconds {
      let end = CPUClock.seconds + seconds
      request.effort.isCancelled = { CPUClock.seconds >= end }
    }
    let (outcome, seconds) = try CPUClock.measuring {
      try makePlan(request, inputs: instance.inputs)
    }
    guard case .planned(let plan) = outcome else {
      options.print(
        InstanceResult(
          instance: instance.name, objective: .infinity, bound: .infinity, seconds: seconds))
      return
    }
    let certificate = plan.certificate
    options.print(
      InstanceResult(
        instance: instance.name, objective: certificate.objective.value,
        bound: certificate.bound.value, seconds: seconds,
        details: [
          .init("frames", .integer(certificate.scope.frames)),
          .init("framesPerSecond", .number(Double(certificate.scope.frames) / seconds)),
          .init("peakMemoryBytes", .integer(peakMemory)),
        ]))
    try options.save(try plan.json(), of: instance.name)
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
