import ArgumentParser
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import Planner
import Reports

/// `plan repair PLAN --lost NODE`: the plan that goes on after nodes failed, and what moves for it.
struct Repair: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Repair a plan after nodes failed, and say what has to move.",
    discussion: """
        plan repair plan.json --lost n17 --spare n33 -o repaired.json
        plan repair plan.json --lost n17,n18
        plan repair plan.json --lost n17 | plan check - | plan emit - --target slurm -o launch

      Where enough spares can stand in, the degrees stay and all other nodes keep what they hold, \
      unless that counts for a quarter more than the best plan does; without --spare, the nodes that \
      the plan leaves idle are the spares. A spare that the cluster \
      does not list takes the place of a lost node. Else the result is the best plan on the nodes \
      that are left, in an order of theirs in which most state stays where it is. It is a plan as \
      any other: its cluster has the lost nodes under health.lostNodes, and 'repair' tells what moves.

      Exit status: 0 a plan; 3 nothing fits the nodes left.
      """)

  @Argument(help: "The plan; '-' reads standard input.", completion: .file())
  var plan: String

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("The nodes that failed, by name.", valueName: "node,..."))
  var lost: [String]

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("The nodes that may stand in for them.", valueName: "node,..."))
  var spare: [String] = []

  @OptionGroup(title: "Effort") var effort: EffortOptions
  @OptionGroup(title: "Output") var file: FileOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  func validate() throws {
    if lost.flatMap(Self.names).isEmpty {
      throw ValidationError("Say which nodes failed: --lost NODE[,NODE...].")
    }
  }

  func run() throws {
    try reportingFaults {
      let interruption = Interruption(after: effort.deadline)
      let before = try LaunchPlan.read(path: plan)
      let request = try PlanRequest(
        before, file: plan.inputName, effort: effort.effort(until: interruption))
      let outcome = try repairPlan(
        before, request, lost: lost.flatMap(Self.names), spares: spare.flatMap(Self.names))
      let isForPeople = StandardOutput.isTerminal && !format.isAsked
      switch outcome {
      case .planned(let planned):
        let repaired = try placingExperts(planned, request.effort)
        let json = try repaired.json()
        if let path = file.path { try OutputFile.replace(path: path, with: format.text(json)) }
        try StandardOutput.write(
          isForPeople
            ? PlanSummary(repaired, style: StandardOutput.style).text : format.text(json))
      case .infeasible(let infeasibility):
        try StandardOutput.write(
          isForPeople
            ? InfeasibilityReport(infeasibility, style: StandardOutput.style).text
            : format.text(try infeasibility.json()))
        throw ExitStatus.infeasible.code
      case .stopped:
        StandardError.write("error: no plan was found in time; give the search more\n")
        throw ExitStatus.noPlan.code
      }
    }
  }

  /// The plan with its experts placed by its own routing again, on the expert ranks that it has now.
  private func placingExperts(_ plan: LaunchPlan, _ effort: Effort) throws -> LaunchPlan {
    guard let routing = plan.inputs.routing else { return plan }
    let request = try PlanRequest(plan, file: self.plan.inputName, effort: effort)
    let source: RoutingSource? =
      routing.powerLaw.map { .powerLaw(exponent: $0) }
      ?? routing.files.map { .files($0.map(\.file)) }
    return try RoutingChoice(source, for: request.model)?.placing(plan, request) ?? plan
  }

  /// The names of one argument, which commas part.
  private static func names(_ text: String) -> [String] {
    text.split(separator: ",").map(String.init)
  }
}
