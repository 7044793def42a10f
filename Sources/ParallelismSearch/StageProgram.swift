import CostModel
import LinearProgramming

/// The layer split and recomputation of one frame as a mixed-integer program over GLPK.
///
/// ```
/// minimise T
/// one way from layer 0 to the last through the stages:  Σ y[s, a, b] in = Σ y[s + 1, b, e] out
/// every path r of the task graph:                       T ≥ Σ (F_rs·f + B_rs·b + tail) y + hops
/// ```
/// Path rows are added as they are met: each solution is simulated, and its critical path is the next
/// row, until the simulated time is the program's. Then the split is the best of the frame.
/// The program is for frames with one chunk a stage whose gap the recursion leaves open; its options are pruned by the best
/// makespan known.
struct StageProgram {
  /// How it ended.
  enum Outcome {
    /// The frame's best split, and its makespan in seconds.
    case solved(LayerSplit, makespan: Double)
    /// No split of the frame beats the limit.
    case noBetter
    /// The effort ran out; the best split met, if any.
    case open(LayerSplit?, makespan: Double)
  }

  let options: SplitOptions
  let simulator: PipelineSimulator
  let limit: Double

  private var prices: FramePrices { options.prices }

  /// - Parameters:
  ///   - rows: paths to start from.
  ///   - nodeLimit: nodes of each solve.
  ///   - iterations: the simplex iterations that are left for all solves together.
  func solve(
    rows: [PathRow], nodeLimit: Int, iterations: inout Int
  ) throws(SolverError) -> Outcome {
    guard options.byStage.allSatisfy({ !$0.isEmpty }) else { return .noBetter }
    var best: (split: LayerSplit?, makespan: Double) = (nil, limit)
    var model = build(rows: rows)
    while iterations > 0 {
      var settings = SolveOptions()
      settings.nodeLimit = nodeLimit
      settings.iterationLimit = iterations
      // Every option is on every path, so that estimates for all of them cost more than the nodes.
      settings.branching.variable = .mostFractional
      let solution = try model.program.solve(settings)
      iterations -= max(1, solution.iterations)
      if solution.feasibility == .infeasible {
        return best.split.map { .solved($0, makespan: best.makespan) } ?? .noBetter
      }
      guard let point = solution.point else { return .open(best.split, makespan: best.makespan) }
      let chosen = chosen(point, model)
      guard let split = split(of: chosen) else { return .open(best.split, makespan: best.makespan) }
      let makespan = prices.makespan(split, with: simulator)
      if makespan < best.makespan { best = (split, makespan) }
      if solution.objectiveBound >= best.makespan * (1 - 1e-9) {
        return best.split.map { .solved($0, makespan: best.makespan) } ?? .noBetter
      }
      let times = prices.times(split)
      let path = simulator.criticalPath(
        forward: times.forward, backward: times.backward, hop: prices.hop, tail: times.tail)
      if !model.rows.contains(path) {
        constrain(&model, by: path)
      } else if solution.termination == .optimal {
        // The program knows this path and still proposes the split: it is exact here.
        return best.split.map { .solved($0, makespan: best.makespan) } ?? .noBetter
      } else {
        return .open(best.split, makespan: best.makespan)
      }
    }
    return .open(best.split, makespan: best.makespan)
  }

  // MARK: The program

  private struct Model {
    var program: LinearProgram
    var step: Variable
    /// The variable of each option, by stage.
    var options: [[Variable]] = []
    var rows: [PathRow] = []
  }

  private func build(rows: [PathRow]) -> Model {
    var program = LinearProgram("layer split")
    let step = program.variable("T", in: .between(0, limit), cost: 1)
    var model = Model(program: program, step: step)
    for (stage, list) in options.byStage.enumerated() {
      model.options.append(
        list.map { option in
          model.program.variable("y[\(stage),\(option.first),\(option.end)]", .binary)
        })
    }
    addWay(&model)
    for row in rows { constrain(&model, by: row) }
    return model
  }

  /// One way from the first layer to the last through all stages.
  private func addWay(_ model: inout Model) {
    var start = LinearExpression()
    for (index, option) in options.byStage[0].enumerated() where option.first == 0 {
      start.add(1, model.options[0][index])
    }
    model.program.constrain("start", start == 1)
    for stage in 1..<max(1, options.byStage.count) {
      var flow: [Int: LinearExpression] = [:]
      for (index, option) in options.byStage[stage - 1].enumerated() {
        flow[option.end, default: LinearExpression()].add(1, model.options[stage - 1][index])
      }
      for (index, option) in options.byStage[stage].enumerated() {
        flow[option.first, default: LinearExpression()].add(-1, model.options[stage][index])
      }
      for (layer, balance) in flow.sorted(by: { $0.key < $1.key }) {
        model.program.constrain("way[\(stage),\(layer)]", balance == 0)
      }
    }
    let last = options.byStage.count - 1
    var end = LinearExpression()
    for (index, option) in options.byStage[last].enumerated() where option.end == prices.layers {
      end.add(1, model.options[last][index])
    }
    model.program.constrain("end", end == 1)
  }

  private func constrain(_ model: inout Model, by row: PathRow) {
    var slack = LinearExpression([.init(1, model.step)])
    for (stage, list) in options.byStage.enumerated() {
      for (index, option) in list.enumerated() {
        var cost =
          Double(row.forwardPasses[stage]) * option.forward
          + Double(row.backwardPasses[stage]) * option.backward
        if stage == row.lastRank { cost += option.tail }
        slack.add(-cost, model.options[stage][index])
      }
    }
    model.program.constrain(
      "path\(model.rows.count)", slack >= Double(row.hops) * prices.hop)
    model.rows.append(row)
  }

  // MARK: Its answer

  private func chosen(_ point: FeasiblePoint, _ model: Model) -> [SplitOption] {
    options.byStage.enumerated().compactMap { stage, list in
      list.indices.first { point[model.options[stage][$0]] > 0.5 }.map { list[$0] }
    }
  }

  private func split(of chosen: [SplitOption]) -> LayerSplit? {
    guard chosen.count == options.byStage.count else { return nil }
    let split = LayerSplit(
      boundaries: [0] + chosen.map(\.end), recompute: chosen.map(\.recompute))
    // The solver's tolerance is not the memory's.
    return prices.fits(split) ? split : prices.fastestSplit(boundaries: split.boundaries)
  }
}
