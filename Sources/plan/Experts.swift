import ArgumentParser
import ClusterTopology
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
        plan experts routing.json --cluster c.json --model m.json --redundant 32 --format sglang
        plan check experts.json --routing routing.json

      Tokens that go from an expert to one on another GPU (hop) cost what the links between them \
      cost, relative to those between nodes. With --redundant, experts have replicas, and the load \
      of the fullest GPU (load) is made small.
      """)

  enum Objective: String, CaseIterable {
    case hop, load
  }

  @Argument(
    help: "Routing, as 'plan import routing' writes it; '-' is standard input.",
    completion: .file())
  var routing: String

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
    help: ArgumentHelp(
      "What is made small: \(Choice<Objective>().allowed); load where there are replicas.",
      valueName: "objective"),
    transform: Choice<Objective>().parse)
  var objective: Objective?

  @Flag(help: "Prove hops by semidefinite programming, which takes minutes for 64 experts.")
  var certify = false

  @Option(
    help: ArgumentHelp(
      "The result's form: \((["json"] + PlacementFormat.allCases.map(\.rawValue)).joined(separator: ", ")).",
      valueName: "form"))
  var format = "json"

  @OptionGroup(title: "Output") var file: FileOptions

  @Flag(help: "No summary on standard error.")
  var quiet = false

  func validate() throws {
    try requireOneStandardInput([routing, cluster, model])
    if redundant < 0 { throw ValidationError("--redundant must be at least 0.") }
    if redundant > 0, objective == .hop {
      throw ValidationError("--objective hop places each expert once; leave --redundant out.")
    }
    if format != "json", PlacementFormat(rawValue: format) == nil {
      throw ValidationError("\(format.quoted) is no form of a placement.")
    }
  }

  func run() throws {
    try reportingFaults {
      let document = try JSONDocument.read(path: routing, limit: RoutingStatistics.limit)
      let statistics = try RoutingStatistics(document)
      let topology = try ClusterInput.read(path: cluster).topology
      let description = try ModelInput.read(path: model).model
      try check(statistics, against: description, file: document.file)
      let hierarchy = try hierarchy(of: topology)
      let placed = try place(statistics, on: hierarchy, file: document.file)
      let result = try self.text(of: placed, modelLayers: description.layers.count)
      if let path = file.path {
        try OutputFile.replace(path: path, with: result)
      } else {
        try StandardOutput.write(result)
      }
      if !quiet { StandardError.write(Self.words(placed) + "\n") }
    }
  }

  /// The value, the bound and what they mean, in a sentence.
  private static func words(_ placed: PlacedExperts) -> String {
    let unit =
      placed.objective == "hop"
      ? "of a token's steps between layers cross GPUs, weighted by their links"
      : "times the mean load on the fullest GPU"
    return "\(placed.value.spelled(decimals: 4)) \(unit); no placement has less than "
      + "\(placed.bound.spelled(decimals: 4)): gap \(placed.gap.percent)"
  }

  private func check(
    _ statistics: RoutingStatistics, against model: ModelDescription, file: String
  ) throws {
    let counts = Set(
      model.kinds.flatMap(\.operators).compactMap { part -> Int? in
        if case .experts(let shape) = part.work { return shape.count }
        return nil
      })
    guard counts.contains(statistics.experts) else {
      let allowed = counts.sorted().map(String.init).joined(separator: " or ")
      throw InputFaults(
        malformed: "has \(statistics.experts) experts, but the model has "
          + (counts.isEmpty ? "none" : "\(allowed) in a layer"), in: file)
    }
    if let last = statistics.layers.max(), last >= model.layers.count {
      throw InputFaults(
        malformed: "has layer \(last), but the model has \(model.layers.count) layers", in: file)
    }
  }

  /// Equal nodes, with the links' cost of a token's bytes relative to those between nodes.
  private func hierarchy(of cluster: ClusterTopology) throws -> GPUHierarchy {
    guard let group = cluster.nodeGroups.first,
      cluster.nodeGroups.allSatisfy({ $0.acceleratorsPerNode == group.acceleratorsPerNode })
    else {
      throw ValidationError("Experts are placed on nodes with equally many GPUs each.")
    }
    let count = gpus ?? cluster.deviceCount
    let side = min(count, group.acceleratorsPerNode)
    guard count <= cluster.deviceCount, count.isMultiple(of: side) else {
      throw ValidationError(
        "--gpus must be whole nodes of \(group.acceleratorsPerNode), or part of one, and at most "
          + "\(cluster.deviceCount).")
    }
    let network = group.networkRatePerAccelerator ?? group.scaleUp.perAccelerator
    let within = min(1, network.value / group.scaleUp.perAccelerator.value)
    return count == side
      ? .flat(gpus: count)
      : GPUHierarchy(
        nodes: count / side, gpusPerNode: side, hopWithinNode: within, hopBetweenNodes: 1)
  }

  private func place(
    _ statistics: RoutingStatistics, on hierarchy: GPUHierarchy, file: String
  ) throws -> PlacedExperts {
    let effort = SearchEffort(moves: 60_000_000)
    let slots = statistics.experts + redundant
    guard redundant > 0 || objective == .load else {
      guard let transitions = statistics.transitions else {
        throw InputFaults(
          malformed:
            "has no transitions, which hops need; import traces of tokens, or use --objective load",
          in: file)
      }
      let search = HopSearch(transitions, on: hierarchy)
      let best = search.optimum() ?? search.best(effort)
      let certificate =
        certify
        ? HopCertificate.semidefinite(transitions, on: hierarchy)
        : HopCertificate.matching(transitions, on: hierarchy)
      return PlacedExperts(
        best, layers: statistics.layers, of: transitions, on: hierarchy, certificate: certificate)
    }
    guard slots.isMultiple(of: hierarchy.gpus) else {
      let next = (slots / hierarchy.gpus + 1) * hierarchy.gpus - statistics.experts
      throw ValidationError(
        "\(statistics.experts) experts and \(redundant) redundant ones are not divisible by "
          + "\(hierarchy.gpus) GPUs; --redundant \(next) would be.")
    }
    let best = LoadSearch(statistics.loads, slots: slots, gpus: hierarchy.gpus).best(effort)
    return PlacedExperts(best, layers: statistics.layers, of: statistics.loads, on: hierarchy)
  }

  private func text(of placed: PlacedExperts, modelLayers: Int) throws -> String {
    guard let format = PlacementFormat(rawValue: format) else {
      return JSONText.compact(placed.json) + "\n"
    }
    guard let text = format.text(placed, modelLayers: modelLayers) else {
      throw ValidationError(
        "--format \(format.rawValue) cannot say that slots are empty, or a permutation that experts "
          + "have replicas.")
    }
    return text
  }
}
