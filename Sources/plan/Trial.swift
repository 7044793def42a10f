import ArgumentParser
import CostModel
import InputFiles
import LaunchPlan
import Launchers
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Planner
import PublishedRuns
import Quantities

/// `plan trial PLAN -o DIR`: the plan and those that may be as good, as short runs to measure.
struct Trial: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write short runs of a plan and its near ties, to be measured and calibrated with.",
    discussion: """
        plan trial plan.json -o trials --launcher slurm
        trials/trial.sh                        # runs them, collects trials/measured.jsonl
        plan calibrate trials/measured.jsonl -o calibration.json
        plan cluster.json model.json --calibration calibration.json

      Near ties are plans of other degrees whose predicted step lies inside the error of the \
      prediction. Under torchrun, run trial.sh on every node.
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp("The folder of the trials, made if need be.", valueName: "folder"),
    completion: .directory)
  var folder: String

  @Option(
    help: ArgumentHelp(
      "What starts a run: \(LaunchTarget.waiting.map(\.name).listed()).", valueName: "name"),
    transform: Trial.launcher)
  var launcher: LaunchTarget = .torchrun

  @Option(help: ArgumentHelp("Steps of each run.", valueName: "n"), transform: parseCount)
  var steps = 20

  @Option(help: ArgumentHelp("The most plans to try.", valueName: "n"), transform: parseCount)
  var limit = 4

  @Flag(help: "No words on standard error.")
  var quiet = false

  func run() throws {
    try reportingFaults {
      let plan = try LaunchPlan.read(path: self.plan)
      let plans = try candidates(plan)
      let trials = try plans.enumerated().map { index, plan in
        TrialScript.Trial(
          name: "\(index + 1)", launch: try launch(plan),
          record: try MeasuredRun(plan, id: "trial \(index + 1)", file: self.plan.inputName).record)
      }
      let files = try TrialScript(trials, launcher: launcher, steps: steps).files()
      let documents = try plans.enumerated().map { index, plan in
        LaunchFile(name: "\(index + 1)/plan.json", text: JSONText.compact(try plan.json()) + "\n")
      }
      let written = try LaunchFolder(path: folder).write(files + documents)
      if !quiet {
        StandardError.write(
          "wrote \(written.count) files for \(plans.count) "
            + "\(plans.count == 1 ? "plan" : "plans"); run \(written[0].onOneLine)\n")
      }
    }
  }

  /// The plan, and those of its alternatives that are near ties, planned out.
  private func candidates(_ plan: LaunchPlan) throws -> [LaunchPlan] {
    var all = [plan]
    for alternative in plan.alternatives
    where alternative.isNearTie && alternative.parallelism.degrees.devices == plan.devices
      && all.count < limit
    {
      var request = try PlanRequest(plan, file: self.plan.inputName, effort: Effort())
      request.pins = Pins(Frame(alternative.parallelism))
      request.name = plan.name
      if case .planned(let found) = try makePlan(request, inputs: plan.inputs) { all.append(found) }
    }
    return all
  }

  private func launch(_ plan: LaunchPlan) throws -> Launch {
    try Launch(plan, file: self.plan, command: ["trial", self.plan, "-o", folder])
  }

  static func launcher(_ text: String) throws -> LaunchTarget {
    guard let launcher = LaunchTarget.waiting.first(where: { $0.name == text }) else {
      throw ValidationError(
        "\(text.quoted) starts no trials; there are "
          + "\(LaunchTarget.waiting.map(\.name).listed(joinedBy: "and")).")
    }
    return launcher
  }
}

extension MeasuredRun {
  /// A run of a plan that has still to be measured.
  fileprivate init(_ plan: LaunchPlan, id: String, file: String) throws {
    let stages = plan.parallelism.pipeline
    let rounds = plan.parallelism.virtualStages
    self.init(
      id: id, source: "own trials", citation: "measured by trial.sh",
      cluster: try ClusterInput.read(plan, file: file).topology,
      model: try ModelInput.read(plan, file: file).model,
      workload: try plan.inputs.workload.workload(file: file), stack: plan.stack.identity,
      frame: Frame(plan.parallelism),
      chunkLayers: (0..<rounds).flatMap { round in
        (0..<stages).map { plan.stages[$0].layerRuns[round].count }
      },
      recompute: .byStage(plan.stages.map(\.recompute)), measured: Measurement(step: Seconds(1)),
      clusterDocument: plan.inputs.cluster.content, modelDocument: plan.inputs.model.content)
  }

  /// The record without its measurement.
  fileprivate var record: JSONValue {
    get throws {
      guard case .object(let members)? = json else { return .null }
      return .object(members.filter { $0.key != "measured" })
    }
  }
}
