import LaunchPlan
import Quantities

extension PlanSummary {
  /// What each stage holds and how full its devices are, with like stages folded.
  var stageSection: [String] {
    let rows = foldedStages
    let shown = rows.count <= Self.rowLimit ? rows : fullest(rows)
    // Where stages lie matters only where it differs.
    let isMixed = plan.stageGroups.count > 1
    var cells = [["stage"] + (isMixed ? ["on"] : []) + ["layers", "recompute", "memory", "of"]]
    cells += shown.map { row in
      [row.stages.folded] + (isMixed ? [row.nodeGroup ?? "several"] : []) + [
        "\(row.layers)", row.recompute, row.memory.peak.description,
        row.memory.capacity.description,
      ]
    }
    let lines = table(cells)
    var section = [style.strong("stages"), style.faint(lines[0])]
    for (line, row) in zip(lines.dropFirst(), shown) {
      let share = row.memory.peak / row.memory.capacity
      let gauge = bar(share, width: 20).padded(to: 20) + "  " + share.percent
      section.append(line + "  " + (share > 1 ? style.bad(gauge) : style.faint(gauge)))
    }
    if rows.count > shown.count {
      section.append("  the fullest \(shown.count) of \(rows.count) kinds of stage")
    }
    return section + fullestParts
  }

  private static let rowLimit = 16

  /// Stages that a reader cannot tell apart.
  private struct Row {
    var stages: [Int]
    /// `nil` where it spans several.
    var nodeGroup: String?
    var layers: Int
    var recompute: String
    var memory: LaunchPlan.StageMemory
  }

  private var foldedStages: [Row] {
    var rows: [Row] = []
    for (stage, memory) in zip(plan.stages, plan.prediction.memory) {
      let longest = stage.layerRuns.map(\.count).max() ?? 0
      let row = Row(
        stages: [stage.stage],
        nodeGroup: plan.stageGroups.first { $0.stages.contains(stage.stage) }?.nodeGroup,
        layers: stage.layers,
        recompute: stage.recompute.words(longestChunk: longest), memory: memory)
      let like = rows.firstIndex {
        $0.nodeGroup == row.nodeGroup && $0.layers == row.layers && $0.recompute == row.recompute
          && $0.memory.peak.description == memory.peak.description
          && $0.memory.capacity == memory.capacity
      }
      if let like { rows[like].stages.append(stage.stage) } else { rows.append(row) }
    }
    return rows
  }

  private func fullest(_ rows: [Row]) -> [Row] {
    let byShare = rows.enumerated().sorted {
      let (one, other) = ($0.element.memory, $1.element.memory)
      return (other.peak / other.capacity, $0.offset) < (one.peak / one.capacity, $1.offset)
    }
    return byShare.prefix(Self.rowLimit).map(\.element)
  }

  /// What fills the fullest stage.
  private var fullestParts: [String] {
    let fullest = plan.prediction.memory.max { one, other in
      (one.peak / one.capacity, other.stage) < (other.peak / other.capacity, one.stage)
    }
    guard let fullest else { return [] }
    let parts = LaunchPlan.MemoryPart.allCases
      .map { ($0.words, fullest.parts[$0]) }
      .filter { $0.1 > .zero }
      .sorted { $0.1 > $1.1 }
      .map { "\($0) \($1)" }
    return "stage \(fullest.stage): \(parts.joined(separator: ", "))"
      .wrapped(width: style.width, first: "  ", hanging: "    ") + inHosts
  }

  /// What lies in the hosts' memory.
  private var inHosts: [String] {
    let state = plan.inputs.workload.optimizerPlace == .host ? ["optimiser state"] : []
    let activations = plan.offloadsActivations ? ["activations"] : []
    let contents = (state + activations).joined(separator: " and ")
    let most = plan.prediction.memory.compactMap(\.host).max()
    return most.map { ["  in the hosts' memory: \(contents), up to \($0) a device"] } ?? []
  }
}

extension LaunchPlan.MemoryPart {
  /// The part's name in a table.
  var words: String { self == .optimizer ? "optimiser state" : rawValue.words }
}
