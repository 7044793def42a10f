import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription

/// A plan with everything that an emitter needs to know of it.
public struct Launch: Sendable {
  public let plan: LaunchPlan
  public let model: ModelDescription
  public let cluster: ClusterTopology
  public let places: RankPlaces
  /// The first sixteen digits of the SHA-256 of the plan's document.
  public let identity: String
  /// How the user asked for the files: `plan emit plan.json --target slurm`.
  public let command: String
  /// The container's image, where the user named one.
  public let image: String?

  /// - Throws: `RankTable.Fault`, where the plan's hosts are not in the cluster.
  public init(
    plan: LaunchPlan, model: ModelDescription, cluster: ClusterTopology, identity: String,
    command: String, image: String? = nil
  ) throws(RankTable.Fault) {
    self.plan = plan
    self.model = model
    self.cluster = cluster
    self.identity = identity
    self.command = command
    self.image = image
    places = try RankPlaces(plan, on: cluster)
  }

  /// What every emitted file says first: what it is for and how it was made; one line each, without
  /// a comment's mark.
  var heading: [String] {
    let name = plan.name.map { "\($0.onOneLine), " } ?? ""
    return [
      "plan \(identity): \(name)\(plan.inputs.model.name.onOneLine) on \(plan.devices) devices of "
        + "\(plan.inputs.cluster.name.onOneLine), \(plan.stack.identity.onOneLine)",
      "made by: \(command.onOneLine)",
    ]
  }

  /// The groups of nodes that the plan runs on, by their index in the cluster.
  var usedGroupIndices: [Int] {
    let names = Set(plan.mapping.hosts.map(\.nodeGroup))
    return cluster.nodeGroups.indices.filter { names.contains(cluster.nodeGroups[$0].name) }
  }

  /// The groups of nodes that the plan runs on.
  var usedGroups: [NodeGroup] { usedGroupIndices.map { cluster.nodeGroups[$0] } }

  /// The document that the user gave for the model, for what a launch needs and a cost does not:
  /// the base of rotary positions, say.
  var modelDocument: JSONValue { plan.inputs.model.content }
}

/// A file that a launch is made of.
public struct LaunchFile: Sendable, Hashable {
  /// Its name in the folder of the launch.
  public var name: String
  public var text: String
  public var isExecutable: Bool

  public init(name: String, text: String, isExecutable: Bool = false) {
    self.name = name
    self.text = text
    self.isExecutable = isExecutable
  }
}

/// What an emitter made.
public struct Emission: Sendable, Hashable {
  /// The first is the one that starts the launch, and says all by itself.
  public var files: [LaunchFile]
  /// What the target leaves to the user, where the launch is still right; a sentence each.
  public var warnings: [String]

  public init(files: [LaunchFile], warnings: [String] = []) {
    self.files = files
    self.warnings = warnings
  }
}

/// What a target cannot express of a plan; a sentence each.
public struct LaunchFaults: Error, Sendable, Hashable, CustomStringConvertible {
  public let target: String
  public let sentences: [String]

  public init(target: String, _ sentences: [String]) {
    self.target = target
    self.sentences = sentences
  }

  public var description: String {
    sentences.map { "error: \(target) cannot run this plan: \($0.onOneLine)" }
      .joined(separator: "\n")
  }
}
