import ArgumentParser
import ClusterTopology
import CostModel
import ExpertPlacement
import InputFiles
import ModelDescription
import Quantities

/// `plan experts ROUTING --cluster C --model M`: where each expert lives.
struct Experts: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Place experts on GPUs by routing statistics, and prove how good that is.",
    discussion: """
        plan import routing traces/*.jsonl -o routing.json
        plan experts routing.json --cluster cluster.json --model config.json -o experts.json
        plan experts trace.npy --cluster c.json --model m.json --objective time --by-layer -o e.json
        plan experts monday.json friday.json --cluster c.json --model m.json --redundant 32 \\
          --format sglang > location.json
        plan check experts.json --routing routing.json

      hop: tokens that go from an expert to one on another GPU cost what the links between them \
      cost, relative to those between nodes. dispatch: tokens are sent from their homes to the GPUs \
      and nodes that hold their experts. load: everybody waits for the fullest GPU; with --redundant, \
      experts have replicas. time: dispatch and load together, in seconds of a forward pass of one \
      sequence a GPU. dispatch and time need the experts of every token, as a NumPy array (tokens × \
      layers × experts of a token), or 'pairs' in the routing: how often two experts were chosen by the \
      same token. Pairs tell the destinations of tokens with two experts; of those with more, the least \
      that they can be, k − s on average for s pairs of k experts on one GPU, or more where s is large.

      Several files are workloads that the placement must serve alike.
      """)

  @Argument(
    help: "Routing, as 'plan import routing' writes it, or a NumPy array; '-' is standard input.",
    completion: .file())
  var routing: [String]

  @Option(help: ArgumentHelp("The cluster.", valueName: "file"), completion: .file())
  var cluster: String

  @Option(help: ArgumentHelp("The model.", valueName: "file"), completion: .file())
  var model: String

  @Option(
    help: ArgumentHelp(
      "GPUs that hold the experts, whole nodes or part of one; all of the cluster's if left out.",
      valueName: "n"),
    transform: parseCount)
  var gpus: Int?

  @Option(help: ArgumentHelp("Slots beyond one for each expert.", valueName: "n"))
  var redundant = 0

  @Option(
    help: ArgumentHelp("The most slots that a GPU may have in a layer.", valueName: "n"),
    transform: parseCount)
  var slotsPerGPU: Int?

  @Option(
    help: ArgumentHelp(
      "What is made small: \(Choice<PlacementObjective>().allowed); hop if left out, or load where "
        + "there are replicas.",
      valueName: "objective"),
    transform: Choice<PlacementObjective>().parse)
  var objective: PlacementObjective?

  @Flag(help: "Prove hops by semidefinite programming, which takes minutes for 64 experts.")
  var certify = false

  @Option(
    help: ArgumentHelp(
      "The result's form: \((["json"] + PlacementFormat.allCases.map(\.rawValue)).joined(separator: ", ")).",
      valueName: "form"))
  var format = "json"

  @OptionGroup(title: "Output") var file: FileOptions

  @Flag(help: "Also say on standard error what each layer has in order and placed.")
  var byLayer = false

  @Flag(help: "No summary on standard error.")
  var quiet = false

  func validate() throws {
    try requireOneStandardInput(routing + [cluster, model])
    if redundant < 0 { throw ValidationError("--redundant must be at least 0.") }
    if redundant > 0, let objective, objective != .load {
      throw ValidationError(
        "--objective \(objective.rawValue) places each expert once; leave --redundant out.")
    }
    if format != "json", PlacementFormat(rawValue: format) == nil {
      throw ValidationError("\(format.quoted) is no form of a placement.")
    }
  }

  func run() throws {
    try reportingFaults {
      let topology = try ClusterInput.read(path: cluster)
      let description = try ModelInput.read(path: model)
      let routing = try RoutingInput.read(paths: routing, for: description.model)
      let site = try PlacementSite(
        topology, gpus: gpus, slots: routing.statistics.experts + redundant)
      try site.checkRoom(for: routing, of: description, mostPerGPU: slotsPerGPU)
      let placed = try place(routing, at: site, description)
      let result = try self.text(of: placed, modelLayers: description.model.layers.count)
      if let path = file.path {
        try OutputFile.replace(path: path, with: result)
      } else {
        try StandardOutput.write(result)
      }
      if byLayer { StandardError.write(PlacementReport(placed).table) }
      if !quiet { StandardError.write(PlacementReport(placed).sentence + "\n") }
    }
  }

  private func place(
    _ routing: RoutingInput, at site: PlacementSite, _ model: ModelInput
  ) throws -> PlacedExperts {
    let statistics = routing.statistics
    switch objective ?? (redundant > 0 ? .load : .hop) {
    case .hop:
      guard let transitions = statistics.transitions else {
        throw routing.files[0].fault(
          "has no transitions, which hops need; import traces of tokens, or use --objective load")
      }
      let search = HopSearch(transitions, on: site.hierarchy)
      let best = search.optimum() ?? search.best(.command(experts: statistics.experts))
      let certificate =
        certify
        ? HopCertificate.semidefinite(transitions, on: site.hierarchy)
        : HopCertificate.matching(transitions, on: site.hierarchy)
      return PlacedExperts(
        best, layers: routing.layers, of: transitions, on: site.hierarchy,
        certificate: certificate)
    case .load:
      let best = LoadSearch(
        statistics.loads, slots: site.slots, gpus: site.hierarchy.gpus
      ).best(.command)
      return PlacedExperts(
        best, layers: routing.layers, of: statistics.loads, on: site.hierarchy)
    case .dispatch:
      let choices = try choices(of: routing)
      let best = DispatchSearch(choices, on: site.hierarchy, loadLimit: 1.02).best(.command)
      return PlacedExperts(best, layers: routing.layers, of: choices, on: site.hierarchy)
    case .time:
      let choices = try choices(of: routing)
      let (times, hierarchy) = try site.times(of: model, layer: routing.layers[0])
      let best = TimeSearch(choices, on: hierarchy, times).best(.command)
      return PlacedExperts(best, layers: routing.layers, of: choices, on: hierarchy, times)
    }
  }

  private func choices(of routing: RoutingInput) throws(InputFaults) -> any TokenChoices {
    guard let choices = routing.statistics.choices else {
      throw routing.files[0].fault(
        "does not have the experts of every token or 'pairs' of them, which "
          + "\(objective?.rawValue ?? "") needs; give a NumPy array of tokens × layers × experts of a "
          + "token, or use --objective load")
    }
    return choices
  }

  private func text(of placed: PlacedExperts, modelLayers: Int) throws -> String {
    guard let format = PlacementFormat(rawValue: format) else {
      return JSONText.compact(placed.json) + "\n"
    }
    guard let text = placed.text(format, modelLayers: modelLayers) else {
      throw ValidationError(
        "--format \(format.rawValue) cannot say that experts have replicas; leave --redundant out.")
    }
    return text
  }
}

extension SearchEffort {
  /// What a placement by itself is worth.
  static let command = SearchEffort(moves: 60_000_000)

  /// The same where a move takes time in proportion to the experts of a layer.
  static func command(experts: Int) -> SearchEffort {
    SearchEffort(moves: command.moves / max(1, experts / 64))
  }
}
