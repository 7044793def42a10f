import ArgumentParser
import ClusterImport
import InputFiles

/// `plan import routing FILE…`: the loads of experts and the ways of tokens between them.
struct ImportRouting: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "routing", abstract: "Count expert loads and transitions in routing traces.",
    discussion: """
        plan import routing traces/*.jsonl -o routing.json        # Megatron's --moe-routing-trace-path
        plan import routing expert_distribution.json --experts 256 -o routing.json   # SGLang, as JSON

      The result has, for each layer with experts, the tokens that each got, and for each two \
      neighbouring layers the tokens that went from one expert to another.
      """)

  @Argument(help: "Files of records; '-' is standard input.", completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "Experts in a layer, if some got no token at all.", valueName: "n"),
    transform: parseCount)
  var experts: Int?

  @OptionGroup(title: "Output") var file: FileOptions

  func validate() throws {
    try requireOneStandardInput(files)
    if let experts, experts > RoutingImport.expertLimit {
      throw ValidationError("--experts must be at most \(RoutingImport.expertLimit.grouped).")
    }
  }

  func run() throws {
    try reportingFaults {
      var routing = RoutingImport()
      for path in files {
        try routing.add(try TextFile.read(path: path, limit: RoutingImport.limit))
      }
      let result = try routing.routing(experts: experts)
      if let path = file.path {
        try OutputFile.replace(path: path, with: result.text)
      } else {
        try StandardOutput.write(result.text)
      }
      for warning in routing.warnings { StandardError.write("\(warning)\n") }
      StandardError.write(
        "\(result.layers.count) layers of \(result.experts) experts"
          + (result.transitions == nil
            ? ", without transitions: the records are sums" : ", with transitions") + "\n")
    }
  }
}
