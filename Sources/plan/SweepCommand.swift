import ArgumentParser
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import Planner
import Quantities
import Reports

/// `plan sweep CLUSTER MODEL`: how many nodes, and how long sequences?
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Plan for several numbers of nodes and lengths of sequences, side by side.",
    discussion: """
        plan sweep cluster.json model.json --nodes 16,32,64,128
        plan sweep cluster.json model.json --nodes 32,64 --sequence-lengths 8k,32k
        plan sweep cluster.json model.json --nodes 64,128,256 --tokens 2e12 --days 30
        plan sweep cluster.json model.json --nodes 8,16 --json | jq '.[] | select(.onFront)'

      Takes the first nodes that the cluster lists. Where its nodes have prices, a million tokens \
      has one. A longer sequence keeps the tokens of a step. With a goal (--step, or --tokens and \
      --days) the smallest number of devices that meets it is told, with status 4 where none does.
      """)

  @Argument(help: "The cluster file; '-' reads standard input.", completion: .file())
  var cluster: String

  @Argument(help: "The model file or config.json; '-' reads standard input.", completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp("Numbers of nodes, with commas: 16,32,64.", valueName: "list"),
    transform: { try parseList($0, parseCount) })
  var nodes: [Int] = []

  @Option(
    help: ArgumentHelp("Tokens in a sequence, with commas: 8k,32k.", valueName: "list"),
    transform: { try parseList($0, parseLargeCount) })
  var sequenceLengths: [Int] = []

  @OptionGroup(title: "Goal") var pace: PaceOptions
  @OptionGroup(title: "Workload") var workload: WorkloadOptions
  @OptionGroup(title: "Pinned choices") var pins: PinOptions

  @Option(
    help: ArgumentHelp("What runs the plans.", valueName: "name[@version]"),
    transform: Stack.parse)
  var stack: Stack?

  @OptionGroup(title: "Cost model") var costs: CalibrationOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  @Flag(help: "No progress and no warnings on standard error.")
  var quiet = false

  func validate() throws {
    try requireOneStandardInput([cluster, model, workload.file, costs.path])
    if workload.sequenceLength != nil, !sequenceLengths.isEmpty {
      throw ValidationError("Give --sequence-length or --sequence-lengths, not both.")
    }
  }

  func run() throws {
    try reportingFaults {
      let interruption = Interruption(after: effort.deadline)
      let progress = ProgressLine(quiet: quiet)
      defer { progress.clear() }
      let (sweep, inputs) = try read(until: interruption)
      let points = try sweep.points(inputs: inputs) {
        progress.show("\($0) of \($1) plans")
      }
      progress.clear()
      let report = SweepReport(
        points,
        goal: SweepReport.Goal(
          step: pace.step.map { Seconds($0) }, tokens: pace.tokens,
          within: pace.days.map { Seconds($0 * 86_400) }),
        style: StandardOutput.style)
      try StandardOutput.write(
        StandardOutput.isTerminal && !format.isAsked ? report.text : format.text(try report.json()))
      if !report.hasPlan { throw ExitStatus.infeasible.code }
      if pace.isGiven, report.choice == nil { throw ExitStatus.noPlan.code }
    }
  }

  private func read(until interruption: Interruption) throws -> (Sweep, PlanInputs) {
    let cluster = try ClusterInput.read(path: self.cluster)
    let model = try ModelInput.read(path: self.model)
    let calibration = try costs.calibration()
    if !quiet { cluster.warnings.forEach { StandardError.write("\($0)\n") } }
    let settings = try workload.settings().over(model.workload)
    let base = settings.completed(for: model.model)
    let lengths = sequenceLengths.isEmpty ? [base.workload.sequenceLength] : sequenceLengths
    var request = PlanRequest(
      cluster: cluster.topology, model: model.model, workload: base.workload,
      stack: stack ?? .megatronCore, calibration: calibration.calibration, pins: pins.pins,
      effort: effort.effort(until: interruption))
    request.workload.expertUse =
      try RoutingChoice(settings.routing, for: model.model)?.uses(for: request) ?? []
    let workloads = lengths.map { length -> Workload in
      var changed = request.workload
      changed.globalBatch = max(1, (base.workload.tokens + length / 2) / length)
      changed.sequenceLength = length
      return changed
    }
    return (
      Sweep(request, nodes: nodes, workloads: workloads),
      PlanInputs(
        cluster: cluster.document, model: model.document,
        workload: PlanInputs.Workload(request.workload), calibration: costs.document(calibration))
    )
  }
}

/// Values with commas between them.
private func parseList<Value>(_ text: String, _ parse: (String) throws -> Value) throws -> [Value] {
  try text.split(separator: ",", omittingEmptySubsequences: false).map { try parse(String($0)) }
}
