import LaunchPlan
import ParallelismVocabulary

extension RankProgram {
  /// Lines that add to `arguments` what the rank's own stage has beside the others; `nil` where no
  /// stage has anything.
  ///
  /// Recomputation is local to a rank, so that every process may read options of its own.
  static func stageCases(_ stages: [[String]], of plan: LaunchPlan) -> String? {
    let cases = stages.enumerated().filter { !$0.element.isEmpty }.map { stage, words in
      "  \(stage)) arguments+=(\(words.map(\.shellWord).joined(separator: " "))) ;;"
    }
    guard !cases.isEmpty else { return nil }
    return """
      # Every process reads its own arguments, and what a rank recomputes concerns no other.
      case \(stageOfRank(plan)) in
      \(cases.joined(separator: "\n"))
      esac
      """
  }

  /// The stage of `RANK`, as bash computes it.
  static func stageOfRank(_ plan: LaunchPlan) -> String {
    let width = stageWidth(plan)
    return plan.parallelism.pipeline == 1
      ? "0" : "$((RANK / \(width) % \(plan.parallelism.pipeline)))"
  }

  /// How many ranks lie between a rank and that with the same place in the next stage.
  static func stageWidth(_ plan: LaunchPlan) -> Int {
    let degrees = plan.parallelism.degrees
    var width = 1
    for axis in plan.mapping.rankOrder {
      switch axis {
      case .tensor: width *= degrees.tensor
      case .context: width *= degrees.context
      case .data: width *= degrees.data
      case .expert: break
      case .pipeline: return width
      }
    }
    return width
  }
}
