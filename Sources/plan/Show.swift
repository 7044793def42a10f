import ArgumentParser
import CostModel
import InputFiles
import LaunchPlan
import PlanChecks
import Launchers
import ParallelismSearch
import Planner
import Reports

/// `plan show PLAN`: a plan for people, where its ranks run, or where its time goes.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a plan: its summary, its ranks, where its time goes, or the document.",
    discussion: """
        plan show plan.json
        plan show plan.json --ranks
        plan show plan.json --explain
        plan show plan.json --pretty

      --explain prices the plan again, tells what takes its time and memory, and what changes of \
      the machines would do: faster parts under the same plan; more memory, a node more or fewer \
      and twice the batch under the best plan that a short search finds then.
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Flag(help: "One line for each rank: its host, its device and its place on each axis.")
  var ranks = false

  @Flag(help: "Where the time and the memory go, and what a better part would buy.")
  var explain = false

  @OptionGroup(title: "Output") var format: JSONOptions

  func validate() throws {
    if ranks && explain {
      throw ValidationError("Either --ranks or --explain can be shown, not both.")
    }
  }

  func run() throws {
    try reportingFaults {
      let plan = try LaunchPlan.read(path: self.plan)
      let text =
        if explain {
          try explanation(of: plan)
        } else if ranks {
          try rankTable(of: plan)
        } else {
          try document(plan)
        }
      try StandardOutput.write(text)
    }
  }

  private func document(_ plan: LaunchPlan) throws -> String {
    format.isAsked
      ? format.text(try plan.json()) : PlanSummary(plan, style: StandardOutput.style).text
  }

  private func rankTable(of plan: LaunchPlan) throws -> String {
    let cluster = try ClusterInput.read(plan, file: self.plan.inputName)
    let table = try RankTable(plan, on: cluster.topology)
    return format.isAsked ? format.text(table.json) : table.text
  }

  private func explanation(of plan: LaunchPlan) throws -> String {
    var request = try PlanRequest(plan, file: self.plan.inputName, effort: .explanation)
    request.cluster = plan.mapping.launchOrder(of: request.cluster) ?? request.cluster
    let report = ExplanationReport(
      try explainStep(of: plan, request), of: plan, style: StandardOutput.style)
    return format.isAsked ? format.text(report.json) : report.text
  }
}
