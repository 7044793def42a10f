import ArgumentParser
import ClusterImport
import ClusterTopology
import CostModel
import Foundation
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import Planner
import Quantities

/// `plan-benchmark peers FOLDER`: other planners' choices on their own inputs, beside ours.
struct PeersCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "peers",
    abstract: "Other planners' plans on their own profiles: predicted, and bettered.",
    discussion: """
      FOLDER holds the profiles of Galvatron, Metis and Sailor, each in a folder of that name. Every \
      case's profiles are imported; the planner's own plan is predicted with everything pinned, and \
      the best plan of our space is searched. The objective is our best plan; the baselines are their \
      plan under our cost model, and their own figure. The parts of both steps are in the details.
      """)

  @Argument(help: "The folder of the planners' profiles.", completion: .directory)
  var folder: String

  @Flag(help: "One JSON object a line for each case.")
  var json = false

  func run() throws {
    do {
      for peer in PeerCase.all { try solve(peer) }
    } catch let faults as InputFaults {
      FileHandle.standardError.write(Data("\(faults)\n".utf8))
      throw ExitCode(faults.exitStatus)
    }
  }

  private func solve(_ peer: PeerCase) throws {
    let imported = try ProfileImport.read(
      named: peer.named.map { "\(folder)/\($0)" }, found: try files(peer),
      options: try options(peer))
    guard let clusterDocument = imported.cluster else { return }
    let cluster = try ClusterFile.parse(JSONText.compact(clusterDocument)).topology
    let file = try ModelFile.read(
      JSONDocument.parse(JSONText.compact(imported.model), file: "\(peer.name).json"))
    let workload = file.workload.completed(for: file.model).workload
    let request = PlanRequest(
      cluster: cluster, model: file.model, workload: workload, stack: peer.stack)
    let inputs = PlanInputs(
      cluster: .init(name: cluster.name, file: "cluster.json", content: cluster.normalised),
      model: .init(name: file.model.name, file: "model.json", content: imported.model),
      workload: PlanInputs.Workload(workload))
    let (outcome, seconds) = try CPUClock.measuring { try makePlan(request, inputs: inputs) }
    guard case .planned(let plan) = outcome else { return }
    var result = InstanceResult(
      instance: peer.name, objective: plan.certificate.objective.value,
      bound: plan.certificate.bound.value, seconds: seconds)
    result.details = [.init("parts", parts(plan.prediction))]
    if let layout = peer.layout {
      var ordered = request
      ordered.cluster = layout.ordered(cluster)
      let (pinned, reviewed) = try CPUClock.measuring {
        try review(layout.given, ordered, inputs: inputs).plan
      }
      result.baselines.append(
        ("theirs, predicted", .init(objective: pinned.prediction.step.value, seconds: reviewed)))
      result.details.append(.init("theirParts", parts(pinned.prediction)))
      let stage = pinned.prediction.memory.max { $0.peak / $0.capacity < $1.peak / $1.capacity }
      if let stage {
        result.details.append(.init("theirMemoryUse", .number(stage.peak / stage.capacity)))
      }
    }
    result.baselines.append(
      ("theirs, as they say", .init(objective: peer.figure, seconds: peer.seconds)))
    Swift.print(json ? JSONText.compact(result.json) : text(result))
    fflush(nil)
  }

  private func parts(_ prediction: LaunchPlan.Prediction) -> JSONValue {
    .object(
      LaunchPlan.StepPart.allCases.compactMap { part in
        let time = prediction.breakdown[part]
        guard time > .zero else { return nil }
        return .init(part.rawValue, .number(time.value))
      })
  }

  private func text(_ result: InstanceResult) -> String {
    let details = result.details.map { "\n    \($0.key): \(JSONText.compact($0.value))" }
    return result.text + details.joined()
  }

  // MARK: Inputs

  private func options(_ peer: PeerCase) throws -> ProfileImport.Options {
    var options = ProfileImport.Options()
    options.accelerators = peer.accelerators
    options.nodes = peer.nodes
    options.model = try peer.model.map { try JSONDocument.parse($0, file: "\(peer.name).json") }
    return options
  }

  /// The files of the case's folders, and the profiles one level below.
  private func files(_ peer: PeerCase) throws -> [String] {
    try peer.folders.flatMap { name -> [String] in
      let path = "\(folder)/\(name)"
      guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
        throw InputFaults(
          reason: .cannotOpen,
          faults: [InputFault(file: path, position: nil, message: "cannot be opened")])
      }
      return names.sorted().flatMap { name -> [String] in
        var isFolder: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: "\(path)/\(name)", isDirectory: &isFolder)
        guard isFolder.boolValue else { return ["\(path)/\(name)"] }
        let inner = "\(path)/\(name)/profile.json"
        return FileManager.default.fileExists(atPath: inner) ? [inner] : []
      }
    }
  }
}
