import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismVocabulary
import Quantities
import Testing

@testable import ParallelismSearch
@testable import PlanChecks

@Suite("What the check computes by itself agrees with the search")
struct AgreementTests {
  /// Cost models of scarce and ample memory, dense and with experts, over every stack.
  private func costModels(recompute: RecomputePolicy? = nil) throws -> [CostModel] {
    let models: [TinyModel] = try [.dense(layers: 5), .mixed(layers: 7)]
    let workload = TrainingWorkload(globalBatch: 12, sequenceLength: 4_096)
    return try models.flatMap { model in
      let uniform = try [(1, 6, 12.0), (2, 4, 6), (2, 8, 5)].map { nodes, perNode, memory in
        try ClusterTopology.toys(nodes: nodes, perNode: perNode, memory: .gibibytes(memory))
      }
      let mixed: [ClusterTopology] = try [
        .twoKinds(), .twoKinds(fast: 2, slow: 1, perNode: 4, memory: .gibibytes(6)),
      ]
      let switched = try ClusterTopology.toys(nodes: 2, oversubscription: 4)
      return try (uniform + mixed + [switched]).flatMap { cluster in
        return try Stack.all.map {
          try CostModel(
            model: model.description, cluster: cluster, workload: workload, stack: $0,
            recompute: recompute)
        }
      }
    }
  }

  private func check(
    _ model: CostModel, _ pins: Pins, _ certificatePins: Certificate.Pins, goal: Goal = .time
  ) {
    let space = SearchSpace(model: model, pins: pins, goal: goal)
    let declared = DeclaredSpace(model: model, pins: certificatePins, goal: goal)
    #expect(Set(declared.families()) == Set(space.families()), "\(pins)")
    let search = space.frames()
    var check: [Frame] = []
    declared.forEachFrame { check.append($0) }
    #expect(check.count == search.count, "\(pins)")
    #expect(Set(check) == Set(search), "\(pins)")
  }

  @Test("Both enumerate the same frames, with and without pins")
  func frames() throws {
    for model in try costModels() {
      check(model, Pins(), .init())
      check(model, Pins(), .init(), goal: Goal(.cost))
      check(model, Pins(data: 2), .init(data: 2), goal: Goal(.cost))
      check(model, Pins(tensor: 2), .init(tensor: 2))
      check(model, Pins(tensor: 3), .init(tensor: 3))
      check(model, Pins(context: 2), .init(context: 2))
      check(model, Pins(contextMethod: .ring), .init(contextMethod: .ring))
      check(model, Pins(expert: 4, expertTensor: 1), .init(expert: 4, expertTensor: 1))
      check(model, Pins(data: 2, pipeline: 2), .init(data: 2, pipeline: 2))
      check(model, Pins(virtualStages: 2), .init(virtualStages: 2))
      check(model, Pins(schedule: "gpipe"), .init(schedule: "gpipe"))
      check(model, Pins(microBatchSize: 3), .init(microBatchSize: 3))
      check(model, Pins(sharding: .parameters), .init(sharding: .parameters))
      for groups in [1, 2, 3] {
        check(model, Pins(stateReplicas: groups), .init(stateReplicas: groups))
      }
      check(model, Pins(sequenceParallel: true), .init(sequenceParallel: true))
      check(model, Pins(sequenceParallel: false), .init(sequenceParallel: false))
      check(model, Pins(rankOrder: .dataOutermost), .init(rankOrder: .dataOutermost))
      check(model, Pins(rankOrder: .pipelineOutermost), .init(rankOrder: .pipelineOutermost))
    }
  }

  @Test("Both recursions give the same bound, and find the same frames infeasible")
  func recursion() throws {
    for model in try costModels() {
      let pricer = FramePricer(model)
      for frame in SearchSpace(model: model).frames() where frame.schedule.virtualStages == 1 {
        let prices = pricer.prices(of: frame)
        let search = StageRecursion(prices, limit: .infinity).bound
        let check = NestedPaths(prices: prices, limit: .infinity).bound
        #expect(check == search || abs(check - search) <= 1e-9 * search, "\(frame)")
        #expect(prices.someSplitFits == check.isFinite, "\(frame)")
      }
    }
  }

  @Test("Both keep the same paths of whole splits")
  func labels() throws {
    var compared = 0
    for model in try costModels() {
      let pricer = FramePricer(model)
      for frame in SearchSpace(model: model).frames()
      where frame.schedule == .oneForwardOneBackward {
        let prices = pricer.prices(of: frame)
        let recursion = StageRecursion(prices, limit: .infinity).bound
        guard recursion.isFinite else { continue }
        for limit in [1.0001 * recursion, 1.3 * recursion] {
          let search = try #require(PathLabels(prices, limit: limit)).bound
          let check = UnbeatenPaths(prices: prices, limit: limit).bound
          #expect(abs(check - search) <= 1e-9 * search, "\(frame)")
          #expect(search >= recursion * (1 - 1e-9))
          compared += 1
        }
      }
    }
    #expect(compared > 1_000)
  }

  @Test("Simulating every split gives the search's best of a frame with several chunks a stage")
  func enumeration() throws {
    for model in try costModels() {
      let pricer = FramePricer(model)
      let solver = FrameSolver(pricer: pricer, worth: Worth(model, .time))
      for frame in SearchSpace(model: model).frames() where frame.schedule.virtualStages > 1 {
        let prices = pricer.prices(of: frame)
        let search = solver.examine(frame, closedForm: .zero, incumbent: .infinity)
        let proof = pricer.proof(.enumeration, of: prices, limit: .infinity)
        guard let best = search.best else {
          #expect(proof == .nothingFits, "\(frame)")
          continue
        }
        #expect(abs(proof.value - best.step.value) <= 1e-9 * best.step.value, "\(frame)")
      }
    }
  }
}
