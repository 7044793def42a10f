import ArgumentParser
import InputFiles
import RankMapping
import SeededRandom

/// `plan-benchmark mapping`: which node serves which stage of which replica.
struct MappingCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "mapping",
    abstract: "Map nodes onto stages and replicas, from the bandwidth between them.",
    discussion: """
      An instance is a file, or a name with the nodes and a seed: leaves2048-1 has leaf switches, \
      slow NICs and bad links; levels12500-1 three levels of switches. A file of snapshots is mapped \
      on the first, and told under all. Objectives are seconds of a step. Baselines are the hosts' own \
      order, the mean of 100 random orders, and annealing as Pipette runs it.
      """)

  @OptionGroup var options: BenchmarkOptions

  @Option(help: ArgumentHelp("CPU seconds of Pipette's annealing; 0 leaves it out."))
  var baselineSeconds = 10.0

  func run() throws {
    try options.reportingFaults {
      for argument in options.files {
        for instance in try MappingInstance.named(argument) { try solve(instance) }
      }
    }
  }

  private func solve(_ instance: MappingInstance) throws {
    let problem = instance.problem
    var effort = MappingEffort(nodes: problem.grid.cells)
    effort.timeLimit = options.seconds.map { .seconds($0) }
    let (solution, seconds) = CPUClock.measuring { problem.solve(effort) }
    var result = InstanceResult(
      instance: instance.name, objective: solution.time.total.value,
      bound: solution.bound.seconds.value, seconds: seconds)
    result.baselines = baselines(problem)
    result.details = [
      .init("pipelineSeconds", .number(orNull: solution.time.pipeline.value)),
      .init("exchangeSeconds", .number(orNull: solution.time.synchronisation.value)),
    ]
    if !instance.others.isEmpty {
      result.details.append(.init("snapshots", snapshots(instance, solution.mapping)))
    }
    options.print(result)
    try options.save(answer(solution, problem.grid), of: instance.name)
  }

  // MARK: Baselines

  private func baselines(
    _ problem: MappingProblem
  ) -> [(name: String, outcome: InstanceResult.Outcome)] {
    let grid = problem.grid
    let (identity, identitySeconds) = CPUClock.measuring {
      problem.time(of: .identity(grid)).total.value
    }
    let (random, randomSeconds) = CPUClock.measuring {
      var noise = SplitMix(seed: 1)
      let times = (0..<100).map { _ in
        problem.time(of: NodeMapping(nodes: noise.shuffled(0..<grid.cells))).total.value
      }
      return times.reduce(0, +) / 100
    }
    var baselines: [(name: String, outcome: InstanceResult.Outcome)] = [
      ("identity", .init(objective: identity, seconds: identitySeconds)),
      ("random", .init(objective: random, seconds: randomSeconds)),
    ]
    if baselineSeconds > 0 {
      let own = problem.synchronisingFirstStageOnly
      let (mapping, seconds) = CPUClock.measuring {
        var annealing = PipetteAnnealing(grid: grid) { own.time(of: $0).total.value }
        return annealing.run(seconds: baselineSeconds)
      }
      baselines.append(
        ("annealing", .init(objective: problem.time(of: mapping).total.value, seconds: seconds)))
    }
    return baselines
  }

  // MARK: Further figures

  /// The hosts' own order and the mapping under each of the other measurements.
  private func snapshots(_ instance: MappingInstance, _ mapping: NodeMapping) -> JSONValue {
    let first = gain(of: mapping, in: instance.problem)
    return .object(
      instance.others.map { name, problem in
        let identity = problem.time(of: .identity(problem.grid)).total.value
        let gain = gain(of: mapping, in: problem)
        return .init(
          name,
          [
            "identity": .number(orNull: identity),
            "objective": .number(orNull: problem.time(of: mapping).total.value),
            "gainKept": .number(orNull: gain / first),
          ])
      })
  }

  /// How much less time the mapping takes than the hosts' own order, as a share of the latter's.
  private func gain(of mapping: NodeMapping, in problem: MappingProblem) -> Double {
    let identity = problem.time(of: .identity(problem.grid)).total
    return 1 - problem.time(of: mapping).total.value / identity.value
  }

  /// The nodes by cell, stage by stage, so that others can recompute the objective.
  private func answer(_ solution: MappingSolution, _ grid: MappingGrid) -> JSONValue {
    [
      "stages": .integer(grid.stages), "replicas": .integer(grid.replicas),
      "nodeOrder": .array(solution.mapping.nodes.map { .integer($0) }),
      "objective": .number(orNull: solution.time.total.value),
    ]
  }
}

extension MappingProblem {
  /// The same problem as Pipette sees it: only the first stage's exchange counts.
  fileprivate var synchronisingFirstStageOnly: MappingProblem {
    let stages = synchronisation.indices.map {
      $0 == 0 ? synchronisation[0] : StageSynchronisation(share: 0)
    }
    return MappingProblem(grid: grid, links: links, synchronisation: stages)
  }
}
