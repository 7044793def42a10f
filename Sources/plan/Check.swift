import ArgumentParser
import InputFiles
import LaunchPlan
import ModelDescription
import PlanChecks
import Reports

/// `plan check PLAN`: is the plan feasible, and does its certificate hold?
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check a plan and its certificate by arithmetic, without a solver.",
    discussion: """
      The plan is checked against the cluster and the model that it holds, or against others; a \
      result of 'plan scatter' against the costs in its first line:

        plan check plan.json
        plan check plan.json --cluster today.json --format github
        plan check scattered.jsonl
        plan cluster.json model.json | plan check - | plan emit - --target slurm | sbatch

      Between two programs of a pipe ('-', and no --format), a plan that holds goes on to standard \
      output, and the verdict to standard error; one that does not hold goes nowhere.

      Exit status: 0 all holds; 5 the plan is not feasible; 6 its certificate does not hold.
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Option(
    help: ArgumentHelp("Check against this cluster file.", valueName: "file"), completion: .file())
  var cluster: String?

  @Option(
    help: ArgumentHelp("Check against this model file.", valueName: "file"), completion: .file())
  var model: String?

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "The routing that experts were placed for, once a workload; a plan names its own.",
      valueName: "file"),
    completion: .file())
  var routing: [String] = []

  @Option(
    help: ArgumentHelp(
      "The verdict's form: \(Choice<CheckVerdict.Format>().allowed).", valueName: "form"),
    transform: Choice<CheckVerdict.Format>().parse)
  var format: CheckVerdict.Format?

  func validate() throws {
    try requireOneStandardInput([plan, cluster, model] + routing)
  }

  func run() throws {
    try reportingFaults {
      if plan != "-", let verdict = try CheckVerdict.scattering(path: plan) {
        try StandardOutput.write(verdict.text(format ?? .text, style: StandardOutput.style))
        if verdict.exitStatus != 0 { throw ExitCode(verdict.exitStatus) }
        return
      }
      let document = try LaunchPlan.document(path: plan)
      let verdict = try verdict(on: document)
      if isBetweenPrograms {
        StandardError.write(verdict.text(.text, style: Style(isColoured: false)))
        if verdict.exitStatus == 0 {
          try StandardOutput.write(JSONText.compact(document.root.value) + "\n")
        }
      } else {
        try StandardOutput.write(verdict.text(format ?? .text, style: StandardOutput.style))
      }
      if verdict.exitStatus != 0 { throw ExitCode(verdict.exitStatus) }
    }
  }

  /// Whether the plan comes from one program and the result goes to another.
  private var isBetweenPrograms: Bool {
    plan == "-" && format == nil && !StandardOutput.isTerminal
  }

  private func verdict(on document: JSONDocument) throws -> CheckVerdict {
    let file = plan.inputName
    if document.root["kind"]?.string == "expertPlacement" {
      guard !routing.isEmpty else {
        throw ValidationError("A placement of experts is checked with --routing FILE.")
      }
      return try .placement(document, file: file, routing: routing)
    }
    let plan: LaunchPlan
    do {
      plan = try LaunchPlan.read(document)
    } catch .contradictory(let broken, _) {
      // A plan that contradicts itself has failed the check; it is not unreadable.
      return CheckVerdict(file: file, broken)
    }
    let cluster =
      if let path = self.cluster {
        try ClusterInput.read(path: path)
      } else {
        try ClusterInput.read(plan, file: file)
      }
    let model =
      if let path = self.model {
        try ModelInput.read(path: path)
      } else {
        try ModelInput.read(plan, file: file)
      }
    return try verdict(on: plan, document, file: file, cluster: cluster, model: model.model)
  }

  private func verdict(
    on plan: LaunchPlan, _ document: JSONDocument, file: String, cluster: ClusterInput,
    model: ModelDescription
  ) throws -> CheckVerdict {
    let workload = try plan.inputs.workload.workload(file: file)
    let report = PlanCheck.run(
      plan: plan, cluster: cluster.topology, model: model, workload: workload)
    var verdict = CheckVerdict(file: file, report)
    if plan.inputs.routing != nil || plan.inputs.workload.expertUse != nil
      || plan.expertPlacement?.order == .placed
    {
      let check = PlacedExpertsCheck(
        plan: plan, document: document, file: file, routing: routing)
      verdict.examined.append("placement of experts for its routing")
      verdict.findings += try check.findings(cluster: cluster, model: model, workload: workload)
    }
    return verdict
  }
}

extension CheckVerdict {
  init(file: String, _ broken: PlanFaults) {
    self.init(
      file: file, examined: ["the document's own invariants"],
      findings: broken.faults.map { fault in
        Finding(
          code: "invariant", message: fault.description,
          isCertificate: fault.subject == .certificate)
      })
  }

  init(file: String, _ report: CheckReport) {
    self.init(
      file: file, examined: report.examined,
      findings: report.violations.map {
        Finding(code: $0.code, message: $0.message, isCertificate: $0.isCertificate)
      })
  }
}
