import ArgumentParser
import ClusterTopology
import InputFiles

/// `plan init --node NAME --nodes N`: a cluster file to start from.
struct Init: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write a cluster file of equal nodes of the catalogue.",
    discussion: """
        plan init --node DGX-H100 --nodes 16 -o cluster.json
        plan init --node HGX-H20 --nodes 4 --cards 8 --gigabits-per-second 200
        plan init --list

      The file states the figures of the catalogue, so that they can be changed to yours.
      """)

  @Option(
    help: ArgumentHelp("A node of the catalogue: DGX-H100.", valueName: "name"),
    completion: .list(Catalogue.nodes.map(\.name)))
  var node: String?

  @Option(help: ArgumentHelp("The number of nodes.", valueName: "n"), transform: parseCount)
  var nodes: Int = 1

  @Option(
    help: ArgumentHelp("Network cards of a node, if not the catalogue's.", valueName: "n"),
    transform: parseCount)
  var cards: Int?

  @Option(
    help: ArgumentHelp("The rate of one network card, in Gb/s.", valueName: "rate"),
    transform: parseRate)
  var gigabitsPerSecond: Double?

  @Flag(help: "List the nodes of the catalogue.")
  var list = false

  @OptionGroup(title: "Output") var file: FileOptions

  func validate() throws {
    if !list, node == nil {
      throw ValidationError("Give --node NAME, or --list to see which there are.")
    }
    if (cards == nil) != (gigabitsPerSecond == nil) {
      throw ValidationError("Give --cards and --gigabits-per-second together.")
    }
  }

  func run() throws {
    try reportingFaults {
      guard let node, !list else {
        try StandardOutput.write(Self.listing)
        return
      }
      let text = try template(node)
      if let path = file.path {
        try OutputFile.replace(path: path, with: text)
      } else {
        try StandardOutput.write(text)
      }
    }
  }

  private func template(_ node: String) throws -> String {
    let given = cards.flatMap { count in gigabitsPerSecond.map { (count, $0) } }
    do {
      return try ClusterFile.template(node: node, nodes: nodes, cards: given)
    } catch {
      let remedy =
        switch error {
        case .unknownNode(_, meant: nil): "; 'plan init --list' shows all"
        case .unknownNode: ""
        case .needsCards: ": --cards and --gigabits-per-second"
        case .nodeCount: ""
        }
      throw ValidationError(error.description + remedy)
    }
  }

  private static var listing: String {
    Catalogue.nodes.map { preset in
      preset.name.padding(to: 34) + "\(preset.acceleratorsPerNode) × \(preset.accelerator)\n"
    }.joined()
  }
}

extension String {
  func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
