import ArgumentParser
import ExpertPlacement
import InputFiles

/// `plan-benchmark experts`: where experts go, beside linear placement, greedy placement and EPLB.
struct ExpertsBenchmark: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experts",
    abstract: "Place experts: hops between layers, loads of replicas, destinations of tokens.",
    discussion: """
      An instance is a JSON file with 'transitions' (hops on 8 GPUs, flat and on two nodes) or \
      'scenarios' (loads with replicas on 32, 72 and 160 GPUs), or a NumPy array of the experts of \
      every token (destinations on 8 GPUs; one half of the tokens, by blocks of 256, is placed for, \
      the other is unseen).
      """)

  @OptionGroup var options: BenchmarkOptions

  @Option(help: "GPUs, in place of those that the instance's kind has.")
  var gpus: Int?

  @Option(help: "Nodes; with --gpus.")
  var nodes = 1

  @Option(help: "Slots of all GPUs together for replicas; with --gpus.")
  var slots: Int?

  @Flag(help: "Prove hops by semidefinite programming; this takes its time beyond --seconds.")
  var certify = false

  @Option(
    help: ArgumentHelp("A file of workloads that loads are not placed for.", valueName: "file"))
  var unseen: String?

  func validate() throws {
    if let gpus, gpus < 1 { throw ValidationError("--gpus must be at least 1.") }
    let gpus = gpus ?? 8
    if nodes < 1 || !gpus.isMultiple(of: nodes) {
      throw ValidationError("--nodes must divide the \(gpus) GPUs.")
    }
  }

  func run() throws {
    try options.reportingFaults {
      for path in options.files {
        switch try ExpertInstance.read(path: path) {
        case .hops(let name, let transitions): try placeHops(name, transitions)
        case .loads(let name, let loads): try placeLoads(name, loads)
        case .dispatch(let name, let routes): try placeDispatch(name, routes)
        }
      }
    }
  }

  /// The effort for one instance that begins now.
  func effort() -> SearchEffort {
    let allowed = options.seconds ?? 10
    let start = CPUClock.seconds
    return SearchEffort(moves: Int(allowed * 15e6)) { (CPUClock.seconds - start) / allowed }
  }
}

// MARK: - Hops

extension ExpertsBenchmark {
  private func placeHops(_ name: String, _ transitions: ExpertTransitions) throws {
    let hierarchies =
      gpus.map { [hierarchy(gpus: $0, nodes: nodes)] }
      ?? [hierarchy(gpus: 8, nodes: 1), hierarchy(gpus: 8, nodes: 2)]
    for hierarchy in hierarchies {
      let instance = "\(name)-\(hierarchy.nodes)x\(hierarchy.gpusPerNode)"
      let search = HopSearch(transitions, on: hierarchy)
      let ((best, isOptimal), seconds) = CPUClock.measuring {
        search.optimum().map { ($0, true) } ?? (search.best(effort()), false)
      }
      let objective = transitions.meanHop(best, on: hierarchy)
      let (certificate, proofSeconds) = CPUClock.measuring {
        certify
          ? HopCertificate.semidefinite(transitions, on: hierarchy)
          : HopCertificate.matching(transitions, on: hierarchy)
      }
      let bound = isOptimal ? objective : certificate.meanHop
      var result = InstanceResult(
        instance: instance, objective: objective, bound: bound, seconds: seconds)
      let linear = ExpertAssignment.linear(
        layers: transitions.layers, experts: transitions.experts, gpus: hierarchy.gpus)
      let (greedy, greedySeconds) = CPUClock.measuring { search.greedy() }
      result.baselines = [
        ("linear", .init(objective: transitions.meanHop(linear, on: hierarchy), seconds: 0)),
        (
          "greedy",
          .init(objective: transitions.meanHop(greedy, on: hierarchy), seconds: greedySeconds)
        ),
      ]
      result.details = [
        .init("certificateBound", .number(orNull: certificate.meanHop)),
        .init("certificateSeconds", .number(orNull: proofSeconds)),
      ]
      options.print(result)
      try options.save(solution(best), of: instance)
    }
  }

  /// Equal hops, or on nodes a quarter of a hop between nodes.
  private func hierarchy(gpus: Int, nodes: Int) -> GPUHierarchy {
    nodes == 1
      ? .flat(gpus: gpus)
      : GPUHierarchy(
        nodes: nodes, gpusPerNode: gpus / nodes, hopWithinNode: 0.25, hopBetweenNodes: 1)
  }

  private func solution(_ assignment: ExpertAssignment) -> JSONValue {
    [
      "gpuOfExpert": .array(
        (0..<assignment.layers).map { layer in
          .array((0..<assignment.experts).map { .integer(assignment[layer, $0]) })
        })
    ]
  }
}

// MARK: - Loads

extension ExpertsBenchmark {
  private func placeLoads(_ name: String, _ loads: ExpertLoads) throws {
    let sizes = gpus.map { [($0, slots ?? loads.experts)] } ?? [(32, 288), (72, 288), (160, 320)]
    for (gpus, slots) in sizes where slots >= loads.experts && slots.isMultiple(of: gpus) {
      try placeLoads("\(name)-\(gpus)-\(slots)", loads, slots: slots, gpus: gpus)
      for workload in loads.workloads where loads.workloads.count > 1 && unseen == nil {
        try placeLoads(
          "\(name)-\(gpus)-\(slots)-\(workload.name)", ExpertLoads([workload]), slots: slots,
          gpus: gpus)
      }
    }
  }

  private func placeLoads(_ instance: String, _ loads: ExpertLoads, slots: Int, gpus: Int) throws {
    let (best, seconds) = CPUClock.measuring {
      LoadSearch(loads, slots: slots, gpus: gpus).best(effort())
    }
    let (eplb, eplbSeconds) = CPUClock.measuring {
      EPLB.placement(loads.meanWorkload.layers, slots: slots, gpus: gpus)
    }
    var result = InstanceResult(
      instance: instance, objective: best.worstImbalance(loads),
      bound: LoadBound.worstImbalance(loads, slots: slots, gpus: gpus), seconds: seconds)
    result.baselines = [
      ("EPLB", .init(objective: eplb.worstImbalance(loads), seconds: eplbSeconds))
    ]
    if loads.experts.isMultiple(of: gpus) {
      let linear = ReplicaPlacement(
        gpus: gpus,
        layers: (0..<loads.layers).map { _ in Array(0..<loads.experts) })
      result.baselines.append(
        ("linear", .init(objective: linear.worstImbalance(loads), seconds: 0)))
    }
    func imbalances(_ workloads: [ExpertLoads.Workload]) -> JSONValue {
      .object(
        workloads.map { workload in
          .init(
            workload.name,
            [
              "objective": .number(best.imbalance(workload)),
              "EPLB": .number(eplb.imbalance(workload)),
            ])
        })
    }
    result.details = [.init("seen", imbalances(loads.workloads))]
    if let unseen, case .loads(_, let others) = try ExpertInstance.read(path: unseen) {
      result.details.append(.init("unseen", imbalances(others.workloads)))
    }
    options.print(result)
    try options.save(
      ["physicalToLogical": .array(best.layers.map { .array($0.map(JSONValue.integer)) })],
      of: instance)
  }
}

// MARK: - Dispatch

extension ExpertsBenchmark {
  /// Of the mean load, on the tokens seen.
  private static let loadLimit = 1.02

  private func placeDispatch(_ name: String, _ routes: TokenRoutes) throws {
    let gpus = gpus ?? 8
    let seen = routes.filter { $0 / 256 % 2 == 0 }
    let unseen = routes.filter { $0 / 256 % 2 == 1 }
    let (best, seconds) = CPUClock.measuring {
      DispatchSearch(seen, gpus: gpus, loadLimit: Self.loadLimit).best(effort())
    }
    let linear = ExpertAssignment.linear(
      layers: routes.layers, experts: routes.experts, gpus: gpus)
    for (half, tokens) in [("seen", seen), ("unseen", unseen)] where tokens.tokens > 0 {
      var result = InstanceResult(
        instance: "\(name)-\(half)-\(gpus)", objective: tokens.meanDestinations(best),
        bound: DispatchBound(tokens, parts: gpus).mean, seconds: seconds)
      result.baselines = [
        ("linear", .init(objective: tokens.meanDestinations(linear), seconds: 0))
      ]
      result.details = [
        .init("imbalance", .number(tokens.imbalance(best, gpus: gpus))),
        .init("imbalanceLinear", .number(tokens.imbalance(linear, gpus: gpus))),
      ]
      options.print(result)
    }
    try options.save(solution(best), of: "\(name)-\(gpus)")
  }
}
