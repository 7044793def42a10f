import ArgumentParser
import ClusterImport
import ClusterTopology
import InputFiles

/// `plan import cluster FILE…`, the default of `plan import`.
struct ImportCluster: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cluster",
    abstract: "Make a cluster file of what tools and schedulers say (default).",
    discussion: """
      What no file tells is asked for by an option, which also stands above what files say. Standard \
      error carries what was found, where each figure comes from, and what was not used. Measured \
      rates between nodes go into a CSV file beside the cluster file.
      """)

  @Argument(
    help: ArgumentHelp(
      "Files, with names of kinds between them; '-' is standard input.", valueName: "file"),
    completion: .file())
  var words: [String]

  @Option(
    help: ArgumentHelp(
      "A node of the catalogue that the cluster's are: DGX-H100.", valueName: "name"),
    completion: .list(Catalogue.nodes.map(\.name)), transform: parseNode)
  var node: String?

  @Option(
    help: ArgumentHelp("The accelerator, if no file tells: H100-SXM-80GB.", valueName: "name"),
    completion: .list(Catalogue.accelerators.map(\.name)), transform: parseAccelerator)
  var accelerator: String?

  @Option(help: ArgumentHelp("The number of nodes.", valueName: "n"), transform: parseCount)
  var nodes: Int?

  @Option(help: ArgumentHelp("Accelerators of a node.", valueName: "n"), transform: parseCount)
  var acceleratorsPerNode: Int?

  @Option(help: ArgumentHelp("Network cards of a node.", valueName: "n"), transform: parseCount)
  var cards: Int?

  @Option(
    help: ArgumentHelp("The rate of one network card, in Gb/s.", valueName: "rate"),
    transform: parseRate)
  var gigabitsPerSecond: Double?

  @Option(
    help: ArgumentHelp("The network: \(Choice<Fabric.Kind>().allowed).", valueName: "kind"),
    transform: Choice<Fabric.Kind>().parse)
  var fabric: Fabric.Kind?

  @Option(help: ArgumentHelp("The cluster's name.", valueName: "name"))
  var name: String?

  @Flag(name: .shortAndLong, help: "Say only what deserves attention, not where figures come from.")
  var quiet = false

  @OptionGroup(title: "Output") var file: FileOptions

  func validate() throws {
    let files = try sources.map(\.path)
    if files.isEmpty { throw ValidationError("Give at least one file.") }
    try requireOneStandardInput(files)
    if let acceleratorsPerNode, acceleratorsPerNode > ClusterTopology.acceleratorsPerNodeLimit {
      throw ValidationError(
        "--accelerators-per-node must be at most \(ClusterTopology.acceleratorsPerNodeLimit.grouped)."
      )
    }
    if let nodes, nodes > ClusterTopology.nodeLimit {
      throw ValidationError("--nodes must be at most \(ClusterTopology.nodeLimit.grouped).")
    }
    if let cards, cards > 1024 { throw ValidationError("--cards must be at most 1,024.") }
  }

  func run() throws {
    try reportingFaults {
      let evidence = try read()
      let cluster: ImportedCluster
      do throws(ImportFailure) {
        cluster = try ClusterMerge.cluster(evidence, options: options)
      } catch .faults(let faults) {
        throw faults
      } catch .need(let need) {
        evidence.forEach(report)
        throw ValidationError(need.description)
      }
      if !quiet { evidence.forEach(report) }
      try write(cluster)
    }
  }

  // MARK: Reading

  private var sources: [(path: String, kind: SourceKind?)] {
    get throws {
      var kind: SourceKind?
      var sources: [(path: String, kind: SourceKind?)] = []
      for word in words {
        if word == "auto" {
          kind = nil
        } else if let named = SourceKind(rawValue: word) {
          kind = named
        } else {
          sources.append((word, kind))
        }
      }
      return sources
    }
  }

  /// What all files say, or the faults of all of them.
  private func read() throws -> [Evidence] {
    var evidence: [Evidence] = []
    var faults: [InputFault] = []
    var reason = InputFaults.Reason.malformed
    for source in try sources {
      do throws(InputFaults) {
        let text = try TextFile.read(path: source.path, limit: Importers.limit)
        evidence.append(try Importers.evidence(of: text, kind: source.kind))
      } catch {
        faults += error.faults
        if error.reason == .cannotOpen { reason = .cannotOpen }
      }
    }
    if !faults.isEmpty { throw InputFaults(reason: reason, faults: faults) }
    return evidence
  }

  private var options: ImportOptions {
    var options = ImportOptions()
    options.node = node
    options.accelerator = accelerator
    options.nodes = nodes
    options.acceleratorsPerNode = acceleratorsPerNode
    options.cards = cards
    options.gigabitsPerSecond = gigabitsPerSecond
    options.fabric = fabric
    options.name = name
    return options
  }

  // MARK: Writing

  private func report(_ evidence: Evidence) {
    StandardError.write("\(evidence.file.onOneLine): \(evidence.summary.onOneLine)\n")
  }

  private func write(_ cluster: ImportedCluster) throws {
    var warnings = cluster.warnings.map(\.description)
    let count = cluster.matrixCount
    // What is written must be readable; where it is not, the reader says why.
    _ = try ClusterFile.parse(cluster.text(), file: file.path ?? "<stdout>")
    let files = file.path.map { Self.matrixFiles(beside: $0, count) }
    if let path = file.path, let files {
      let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
      for (index, name) in files.enumerated() {
        try OutputFile.replace(path: folder + name, with: cluster.matrixText(index))
      }
      let text = cluster.text(matrixFiles: files)
      warnings += try ClusterFile.parse(text, file: path, folder: folder).warnings.map(
        \.description)
      try OutputFile.replace(path: path, with: text)
    } else {
      if count > 0 {
        throw ValidationError(
          "the measured rates between nodes need a file beside the cluster file: give -o FILE")
      }
      try StandardOutput.write(cluster.text())
    }
    if !quiet {
      for line in cluster.originLines { StandardError.write("  \(line.onOneLine)\n") }
      for name in files ?? [] { StandardError.write("  measured rates are in \(name.onOneLine)\n") }
    }
    for warning in warnings { StandardError.write(warning + "\n") }
  }

  /// `cluster-rates.csv` for `cluster.json`, with numbers from the second on.
  private static func matrixFiles(beside path: String, _ count: Int) -> [String] {
    let name = path.split(separator: "/").last ?? "cluster"
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
    return (0..<count).map { "\(stem)-rates\($0 == 0 ? "" : "-\($0 + 1)").csv" }
  }
}

/// A node of the catalogue by one of its names.
private func parseNode(_ text: String) throws -> String {
  guard let node = Catalogue.node(text) else {
    throw ValidationError(unknown(text, "node", among: Catalogue.nodeNames))
  }
  return node.name
}

/// An accelerator of the catalogue by one of its names.
private func parseAccelerator(_ text: String) throws -> String {
  guard let accelerator = Catalogue.accelerator(text) else {
    throw ValidationError(unknown(text, "accelerator", among: Catalogue.acceleratorNames))
  }
  return accelerator.name
}

private func unknown(_ text: String, _ noun: String, among names: [String]) -> String {
  let meant = Suggestion.nearest(to: text, among: names)
  return "\(text.quoted) names no \(noun) of the catalogue"
    + (meant.map { "; did you mean \($0.quoted)?" } ?? "")
}
