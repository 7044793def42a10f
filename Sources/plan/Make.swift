import ArgumentParser
import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Planner
import Quantities
import Reports

/// `plan CLUSTER MODEL`: the best plan, its cost and its certificate.
struct Make: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make a plan (the default).",
    usage: "plan [make] <cluster> <model> [<options>]",
    discussion: """
      CLUSTER is a cluster file ('plan init' writes one), MODEL a model file or the config.json \
      of a Hugging Face model. What is not said of the workload is assumed, and the plan lists it.

        plan cluster.json model.json
        plan cluster.json config.json --global-batch 1024 --precision fp8
        plan cluster.json model.json --tensor 8 --gap 0.1% -o plan.json
        plan init --node DGX-H100 --nodes 16 | plan - model.json | jq .parallelism

      With every choice pinned, the plan is a pure prediction. With --map-only, nothing but the order \
      of hosts is chosen, for the pinned choices or those of another plan:

        plan cluster.json model.json --map-only --like plan.json

      With --objective cost, the plan is the one whose nodes cost least for a step, on any number of \
      them (all of a group before the next group's); with --step, or --tokens and --days, among those \
      that are in time:

        plan cluster.json model.json --objective cost --tokens 2e12 --days 30

      Control-C ends the search with the \
      best plan so far.
      """)

  @Argument(help: "The cluster file; '-' reads standard input.", completion: .file())
  var cluster: String

  @Argument(help: "The model file or config.json; '-' reads standard input.", completion: .file())
  var model: String

  @OptionGroup(title: "Workload") var workload: WorkloadOptions
  @OptionGroup(title: "Workload") var routing: RoutingOptions

  @Option(
    help: ArgumentHelp(
      "A sample of the sequences' lengths, as for 'plan scatter': degrees are chosen for batches "
        + "scattered over groups, and --global-batch counts such sequences.", valueName: "file"),
    completion: .file())
  var lengths: String?

  @OptionGroup(title: "Pinned choices") var pins: PinOptions

  @Option(
    help: ArgumentHelp(
      "What runs the plan: \(Stack.current.map(\.identity).listed()), or one of those that "
        + "'plan calibrate --show' lists.", valueName: "name[@version]"),
    transform: Stack.parse)
  var stack: Stack?

  @Option(
    help: ArgumentHelp(
      "What the plan is to be best at: time, the shortest step; or cost, the lowest price of a step, by "
        + "the nodes' prices (pricePerNodeHour) or, without them, by devices.",
      valueName: "time|cost"))
  var objective = Goal.Measure.time

  @OptionGroup(title: "With --objective cost") var pace: PaceOptions

  @OptionGroup(title: "Cost model") var costs: CalibrationOptions
  @OptionGroup(title: "Effort") var effort: EffortOptions
  @OptionGroup(title: "Output") var file: FileOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  @Flag(
    help: ArgumentHelp(
      "Keep the hosts in the order in which the cluster lists them, also where another order is "
        + "faster."))
  var listedHosts = false

  @Flag(help: "Choose the order of hosts alone: all else is pinned, or that of --like.")
  var mapOnly = false

  @Option(
    help: ArgumentHelp(
      "The plan whose degrees, layer split and recomputation --map-only keeps.", valueName: "plan"),
    completion: .file())
  var like: String?

  @Flag(
    help: ArgumentHelp(
      "The front of step time against devices instead of one plan: the best of one node, of all, and "
        + "of their halves, with price and memory left. 'plan sweep' asks for other numbers."))
  var pareto = false

  @Option(help: ArgumentHelp("Give the plan a name.", valueName: "text"))
  var name: String?

  @Flag(help: "No progress and no warnings on standard error.")
  var quiet = false

  func validate() throws {
    try requireOneStandardInput(
      [cluster, model, workload.file, costs.path, like, lengths] + routing.routing)
    if like != nil, !mapOnly {
      throw ValidationError("--like says what --map-only keeps; give both.")
    }
    if pareto, mapOnly || lengths != nil || !routing.routing.isEmpty || file.path != nil {
      throw ValidationError(
        "--pareto prints a table of plans; it goes without --map-only, --lengths, --routing and "
          + "--output.")
    }
    if pace.isGiven, objective == .time {
      throw ValidationError(
        "--step, --tokens and --days limit what --objective cost chooses from; 'plan sweep' has them too."
      )
    }
    if objective == .cost, pareto || mapOnly || lengths != nil {
      throw ValidationError(
        "--objective cost goes without --pareto, --map-only and --lengths.")
    }
    if like != nil, pins.pins != .none {
      throw ValidationError("--like pins every choice already; give no other pins with it.")
    }
  }

  func run() throws {
    try reportingFaults {
      let interruption = Interruption(after: effort.deadline)
      let (request, inputs, routing) = try read(until: interruption)
      let progress = ProgressLine(quiet: quiet)
      defer { progress.clear() }
      if pareto {
        let sweep = Sweep(
          request, nodes: Sweep.halves(of: request.cluster.nodeCount),
          workloads: [request.workload])
        let points = try sweep.points(inputs: inputs) { progress.show("\($0) of \($1) plans") }
        progress.clear()
        return try write(SweepReport(points, style: StandardOutput.style))
      }
      let outcome =
        mapOnly
        ? try mapPlan(request, like: try like.map(LaunchPlan.read(path:)), inputs: inputs)
        : try makePlan(request, inputs: inputs) { progress.show($0.description) }
      progress.clear()
      switch outcome {
      case .planned(let plan): try finish(routing?.placing(plan, request) ?? plan)
      case .infeasible(let infeasibility): try finish(infeasibility)
      case .stopped:
        let cause =
          interruption.isSignalled
          ? "before the interruption"
          : effort.deadline.map { "within the deadline of \(Seconds($0))" } ?? "within the effort"
        StandardError.write("error: no plan was found \(cause); give the search more time\n")
        throw ExitStatus.noPlan.code
      }
    }
  }

  private func write(_ report: SweepReport) throws {
    try StandardOutput.write(
      StandardOutput.isTerminal && !format.isAsked ? report.text : format.text(try report.json()))
    guard report.hasPlan else { throw ExitStatus.infeasible.code }
  }

  /// Everything that the plan is made from. All files are read before any fault ends the program.
  private func read(
    until interruption: Interruption
  ) throws -> (PlanRequest, PlanInputs, RoutingChoice?) {
    let (clusterPath, modelPath) = (cluster, model)
    let cluster = Result { () throws(InputFaults) in try ClusterInput.read(path: clusterPath) }
    let model = Result { () throws(InputFaults) in try ModelInput.read(path: modelPath) }
    let settings = Result { () throws(InputFaults) in
      try LengthSample.settings(path: lengths).over(workload.settings())
    }
    let calibration = Result { () throws(InputFaults) in try costs.calibration() }
    try InputFaults.throwAll([
      cluster.fault, model.fault, settings.fault, calibration.fault,
    ])
    let (readCluster, readModel) = (try cluster.get(), try model.get())

    let given = try settings.get().over(readModel.workload)
    let completed = given.completed(for: readModel.model)
    let choice = try RoutingChoice(routing.source ?? given.routing, for: readModel.model)
    if !quiet { readCluster.warnings.forEach { StandardError.write("\($0)\n") } }
    let stack = stack ?? .megatronCore
    let assumedStack = self.stack == nil ? ["stack \(stack.identity): not given"] : []
    var request = PlanRequest(
      cluster: readCluster.topology, model: readModel.model, workload: completed.workload,
      stack: stack, calibration: try calibration.get().calibration, pins: pins.pins,
      effort: effort.effort(until: interruption),
      assumptions: completed.defaults + assumedStack, name: name)
    request.keepsHostOrder = listedHosts
    request.goal = Goal(
      objective, longestStep: pace.longestStep(tokens: completed.workload.tokens))
    if request.workload.activationPlace == .host, completed.workload.lengths != nil {
      throw InputFaults(
        malformed:
          "activations in the hosts' memory are for sequences of one length, but the workload has a "
          + "histogram of lengths; leave out one of them", in: workload.file ?? modelPath)
    }
    if objective == .cost {
      try readCluster.topology.requireSomePrices(file: clusterPath)
      guard completed.workload.lengths == nil else {
        throw InputFaults(
          malformed:
            "--objective cost is for sequences of one length, but the workload has a histogram "
            + "of lengths; leave out one of them", in: workload.file ?? modelPath)
      }
    }
    request.workload.expertUse = choice?.uses(for: request) ?? []
    return (
      request,
      PlanInputs(
        cluster: readCluster.document, model: readModel.document,
        workload: PlanInputs.Workload(request.workload),
        calibration: costs.document(try calibration.get())),
      choice
    )
  }

  private func finish(_ plan: LaunchPlan) throws {
    let json = try plan.json()
    let isNearEnough = effort.requireGap.map { plan.certificate.gap <= $0 } ?? true
    if isNearEnough, let path = file.path {
      try OutputFile.replace(path: path, with: format.text(json))
    }
    try StandardOutput.write(
      isForPeople ? PlanSummary(plan, style: StandardOutput.style).text : format.text(json))
    if let requireGap = effort.requireGap, !isNearEnough {
      StandardError.write(
        "error: the plan is proven to be within \(plan.certificate.gap.percent) of the best, but "
          + "--require-gap asks for \(requireGap.percent)\n")
      throw ExitStatus.noPlan.code
    }
  }

  private func finish(_ infeasibility: Infeasibility) throws {
    try StandardOutput.write(
      isForPeople
        ? InfeasibilityReport(infeasibility, style: StandardOutput.style).text
        : format.text(try infeasibility.json()))
    throw ExitStatus.infeasible.code
  }

  private var isForPeople: Bool { StandardOutput.isTerminal && !format.isAsked }
}

extension Goal.Measure: ExpressibleByArgument {}

extension ClusterTopology {
  /// Prices compare only where all node groups have one, or none.
  fileprivate func requireSomePrices(file: String) throws(InputFaults) {
    let priced = nodeGroups.filter { $0.pricePerNodeHour ?? 0 > 0 }
    guard !priced.isEmpty, priced.count < nodeGroups.count,
      let odd = nodeGroups.first(where: { !($0.pricePerNodeHour ?? 0 > 0) })
    else { return }
    throw InputFaults(
      malformed: "the node group \(odd.name.quoted) has no price above 0, but others have; "
        + "--objective cost needs 'pricePerNodeHour' in every group, or in none", in: file)
  }
}

extension Result where Failure == InputFaults {
  fileprivate var fault: InputFaults? {
    if case .failure(let fault) = self { fault } else { nil }
  }
}

extension InputFaults {
  /// Throws the faults of several files as one.
  fileprivate static func throwAll(_ all: [InputFaults?]) throws(InputFaults) {
    let met = all.compactMap(\.self)
    guard let first = met.first else { return }
    throw InputFaults(
      reason: first.reason, faults: met.flatMap(\.faults),
      omitted: met.reduce(0) { $0 + $1.omitted })
  }
}
