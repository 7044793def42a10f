import ArgumentParser
import InputFiles
import LaunchPlan
import Reports

/// `plan show PLAN`: a plan for people, or where its ranks run.
struct Show: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a plan: its summary, its ranks, or the document.",
    discussion: """
        plan show plan.json
        plan show plan.json --ranks
        plan show plan.json --pretty
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Flag(help: "One line for each rank: its host, its device and its place on each axis.")
  var ranks = false

  @OptionGroup(title: "Output") var format: JSONOptions

  func run() throws {
    try reportingFaults {
      let plan = try LaunchPlan.read(path: self.plan)
      try StandardOutput.write(ranks ? rankTable(of: plan) : document(plan))
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
}
