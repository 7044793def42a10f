import ArgumentParser
import ClusterTopology
import InputFiles
import ModelDescription

/// `plan describe FILE`: what was understood of a cluster or a model.
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show what is understood of a cluster or a model.",
    discussion: """
        plan describe cluster.json
        plan describe config.json --sequence-length 32k
        plan describe model.json --json | jq .parameters.total
      """)

  @Argument(help: "A cluster or a model file; '-' reads standard input.", completion: .file())
  var file: String

  @Option(
    help: ArgumentHelp(
      "The tokens in a sequence at which a model's arithmetic is stated: 8k is 8,192.",
      valueName: "n"),
    transform: parseLargeCount)
  var sequenceLength: Int?

  @OptionGroup(title: "Output") var format: JSONOptions

  func run() throws {
    try reportingFaults {
      let (text, json) = try description()
      try StandardOutput.write(format.isAsked ? format.text(json) : text)
    }
  }

  private func description() throws(InputFaults) -> (text: String, json: JSONValue) {
    let document = try JSONDocument.read(
      path: file, limit: ClusterFile.limit, dialect: .python)
    if document.root["formatVersion"] != nil {
      throw InputFaults(
        malformed: "the document is a plan; 'plan show' describes plans", in: document.file,
        at: document.root.position)
    }
    if document.root["nodeGroups"] != nil {
      let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
      let cluster = try ClusterFile.read(document.root, file: document.file, folder: folder)
      let summary = ClusterSummary(cluster)
      return (summary.text, summary.json)
    }
    let summary = ModelSummary(try ModelFile.read(document).model, sequenceLength: sequenceLength)
    return (summary.text, summary.json)
  }
}
