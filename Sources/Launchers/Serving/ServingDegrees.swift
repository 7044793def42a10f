import InputFiles
import LaunchPlan
import ParallelismVocabulary

/// A plan's degrees as a server takes them.
///
/// Plans are made for training; a server shares their tensor, pipeline, data and expert degrees, and
/// has neither gradients nor an optimiser's state to shard.
struct ServingDegrees: Sendable {
  let launch: Launch
  var faults: [String] = []
  var warnings = [
    "the plan was made for training: its times and its memory say nothing about serving"
  ]

  init(_ launch: Launch) {
    self.launch = launch
    if parallelism.context > 1 {
      faults.append(
        "a server cuts no sequences for training's sake; the plan has \(parallelism.context) "
          + "context ways")
    }
    if parallelism.virtualStages > 1 {
      faults.append(
        "a server's stage holds one run of layers, and the plan's hold \(parallelism.virtualStages)"
      )
    }
    if parallelism.sharding != .none, parallelism.data > 1 {
      warnings.append(
        "the sharding of the plan (ZeRO-\(parallelism.sharding.stage)) means nothing to a server: "
          + "every replica holds its weights whole")
    }
    if launch.plan.stages.contains(where: { $0.recompute != .none }) {
      warnings.append("what the plan recomputes means nothing to a server")
    }
  }

  var parallelism: LaunchPlan.Parallelism { launch.plan.parallelism }

  var hasExperts: Bool { launch.plan.expertPlacement != nil }

  /// The layers of every stage, where they differ: `19,21,20,20`.
  var split: String? {
    let counts = launch.plan.stages.map(\.layers)
    return Set(counts).count > 1 ? counts.map(String.init).joined(separator: ",") : nil
  }

  /// The first lines of a server's script: this node's place, and what is served.
  func head(_ node: NodeLaunch) -> String {
    """
    \(node.rankLines)
    \(node.startLines)
    : "${PLAN_MODEL:?is not set; it is the folder of the model or its name on the hub}"
    """
  }
}
