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
        plan import routing expert_statistic -o routing.json          # TensorRT-LLM's folder
        plan import routing trace.npy --first-layer 3 -o routing.json # tokens × layers (× experts of one)
        plan import routing pairs.npy --pairs-of 8 -o routing.json    # layers × experts × experts

      The result has, for each layer with experts, the tokens that each got, and those that two of its \
      experts got both; and for each two neighbouring layers the tokens that went from one expert to \
      another.
      """)

  @Argument(help: "Files or folders of records; '-' is standard input.", completion: .file())
  var files: [String]

  @Option(
    help: ArgumentHelp(
      "The number in the model of an array's first layer, which is the first with experts.",
      valueName: "n"))
  var firstLayer = 0

  @Option(
    help: ArgumentHelp(
      "Arrays count the tokens of two experts of a layer, of tokens that have so many.",
      valueName: "k"),
    transform: parseCount)
  var pairsOf: Int?

  @Option(
    help: ArgumentHelp(
      "Experts in a layer, if some got no token at all.", valueName: "n"),
    transform: parseCount)
  var experts: Int?

  @OptionGroup(title: "Output") var file: FileOptions

  func validate() throws {
    try requireOneStandardInput(files)
    if !(0...100_000).contains(firstLayer) {
      throw ValidationError("--first-layer must be from 0 to 100,000.")
    }
    if pairsOf == 1 { throw ValidationError("--pairs-of must be at least 2.") }
    if let experts, experts > RoutingImport.expertLimit {
      throw ValidationError("--experts must be at most \(RoutingImport.expertLimit.grouped).")
    }
  }

  func run() throws {
    try reportingFaults {
      var routing = RoutingImport(firstLayer: firstLayer, pairsOf: pairsOf)
      for path in files {
        if path != "-", let folder = try InputFolder(path: path) {
          try routing.add(folder)
          continue
        }
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
