import ArgumentParser

/// `plan schema KIND`: the form of the files, for editors and validators.
struct Schema: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema (2020-12) of a cluster, a model or a plan.",
    discussion: """
        plan schema cluster > cluster.schema.json
      """)

  @Argument(
    help: "Which document: \(Choice(Self.schemas).allowed).",
    completion: .list(Self.schemas.map(\.name)), transform: Choice(Self.schemas).parse)
  var text: String

  func run() throws {
    try reportingFaults { try StandardOutput.write(text) }
  }

  private static let schemas: [(name: String, value: String)] = [
    ("cluster", Schemas.cluster), ("model", Schemas.model), ("plan", Schemas.plan),
  ]
}
