import ArgumentParser
import InputFiles

/// `plan schema KIND`: the form of the files, for editors and validators.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract:
      "Print the JSON Schema (2020-12) of a cluster, a model, a plan or another document.",
    discussion: """
        plan schema cluster > cluster.schema.json
      """)

  enum Document: String, CaseIterable {
    case cluster, model, plan, run, calibration, routing, experts
  }

  @Argument(
    help: ArgumentHelp(
      "Which document: \(Choice<Document>().allowed).", valueName: "document"),
    completion: .list(Document.allCases.map(\.rawValue)), transform: Choice<Document>().parse)
  var document: Document

  func run() throws {
    try reportingFaults { try StandardOutput.write(JSONText.pretty(schema)) }
  }

  private var schema: JSONValue {
    switch document {
    case .cluster: Schemas.cluster
    case .model: Schemas.model
    case .plan: Schemas.plan
    case .run: Schemas.run
    case .calibration: Schemas.calibration
    case .routing: Schemas.routing
    case .experts: Schemas.expertPlacement
    }
  }
}
