import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ParallelismSearch
import ParallelismVocabulary
@testable import PlanChecks
import Quantities
import Testing

@Suite("Every plan that the search makes verifies, without a solver")
struct ValidPlanTests {
  /// What the check says of a plan after it was written and read again.
  private func verdict(_ searched: SearchedPlan) throws -> CheckReport {
    let text = JSONText.compact(try searched.plan.json())
    return searched.check(try LaunchPlan.parse(text, file: "plan.json"))
  }

  @Test(
    "Plans verify at every gap, from ample memory to the least that fits",
    arguments: [64, 8, 5, 4.2], [0, 0.01, 0.2])
  func memory(gibibytes: Double, gap: Double) throws {
    let models: [TinyModel] = try [.dense(), .dense(layers: 16), .mixed(layers: 12)]
    for (nodes, perNode) in [(2, 4), (1, 6)] {
      let cluster = try ClusterTopology.toys(
        nodes: nodes, perNode: perNode, memory: .gibibytes(gibibytes))
      for model in models {
        guard let searched = try SearchedPlan(cluster, model, gap: gap) else { continue }
        let report = try verdict(searched)
        #expect(report.violations.isEmpty, "\(report.violations.map(\.message))")
        #expect(report.frames == searched.plan.certificate.scope.frames)
        #expect(report.step == searched.plan.certificate.objective)
      }
    }
  }

  @Test("DeepSpeed's two even stages verify, from ample memory to what only uneven ones would fit")
  func evenStages() throws {
    for gibibytes in stride(from: 10.0, to: 2.5, by: -0.25) {
      for gap in [0, 0.02] {
        let searched = try SearchedPlan(
          .toys(nodes: 1, perNode: 4, memory: .gibibytes(gibibytes)), .dense(layers: 16),
          stack: .deepspeed, pins: Pins(pipeline: 2), gap: gap)
        guard let searched else { continue }
        let report = try verdict(searched)
        #expect(report.violations.isEmpty, "\(gibibytes): \(report.violations.map(\.message))")
      }
    }
  }

  @Test(
    "Plans with the optimiser's state in the hosts' memory verify, and no other amount of it does")
  func hostState() throws {
    let workload = TrainingWorkload(
      globalBatch: 16, sequenceLength: 2_048, optimizerPlace: .host)
    let searched = try #require(
      try SearchedPlan(.toys(nodes: 2, memory: .gibibytes(8)), .dense(layers: 16), workload))
    #expect(try verdict(searched).violations.isEmpty)
    let text = JSONText.compact(try searched.plan.json())
    let changed = text.replacing(/"hostBytes":[0-9.e+]+/, with: "\"hostBytes\":1")
    #expect(changed != text)
    let report = searched.check(try LaunchPlan.parse(changed, file: "plan.json"))
    #expect(report.violations.contains { $0.message.contains("hostBytes") })
  }

  @Test(
    "Plans with activations in the hosts' memory verify, and no other place or amount of them does")
  func activations() throws {
    let workload = TrainingWorkload(
      globalBatch: 16, sequenceLength: 2_048, activationPlace: .host)
    var offloading = 0
    for gibibytes in stride(from: 3, through: 8, by: 0.25) {
      for model in try [TinyModel.dense(layers: 16), .mixed(layers: 12)] {
        let searched = try SearchedPlan(
          .toys(nodes: 2, memory: .gibibytes(gibibytes)), model, workload)
        guard let searched else { continue }
        let report = try verdict(searched)
        #expect(report.violations.isEmpty, "\(gibibytes): \(report.violations.map(\.message))")
        guard searched.plan.offloadsActivations else { continue }
        offloading += 1
        let text = JSONText.compact(try searched.plan.json())
        for (stated, other) in [
          (#""offload":["attention"]"#, #""offload":["experts"]"#),
          (#""activationPlace":"host""#, #""activationPlace":"device""#),
          (#""hostBytes":"#, #""hostBytes":1"#),
        ] where text.contains(stated) {
          let changed = text.replacing(stated, with: other)
          let report = searched.check(try LaunchPlan.parse(changed, file: "plan.json"))
          #expect(!report.violations.isEmpty, "\(gibibytes): \(other)")
        }
      }
    }
    #expect(offloading >= 3, "\(offloading) plans offload")
  }

  @Test("A plan whose stages offload, pinned or not, says that activations may lie with the hosts")
  func statedPlace() throws {
    let searched = try #require(
      try SearchedPlan(
        .toys(nodes: 2), .dense(layers: 16),
        TrainingWorkload(globalBatch: 16, sequenceLength: 2_048, activationPlace: .host),
        pins: Pins(recompute: .offload([.attention], recomputing: []))))
    #expect(try verdict(searched).violations.isEmpty)
    let text = JSONText.compact(try searched.plan.json())
    let changed = text.replacing(#","activationPlace":"host""#, with: "")
    #expect(changed != text)
    var device = searched
    device.workload.activationPlace = .device
    let report = device.check(try LaunchPlan.parse(changed, file: "plan.json"))
    #expect(
      report.violations.map(\.message).contains(
        "stages[0].recompute.offload is attention, but inputs.workload.activationPlace is device"))
  }

  @Test("Plans of every stack verify", arguments: Stack.all.map(\.name))
  func stacks(name: String) throws {
    let stack = try #require(Stack.named(name))
    let models: [TinyModel] = try [.mixed(), .predictingFurther()]
    for model in models {
      let complaints = stack.capabilities.complaints(
        model: model.description,
        workload: TrainingWorkload(globalBatch: 16, sequenceLength: 2_048))
      guard complaints.isEmpty else {
        #expect(complaints == ["has no layers that predict further tokens"])
        continue
      }
      let searched = try #require(
        try SearchedPlan(.toys(nodes: 2, memory: .gibibytes(10)), model, stack: stack))
      #expect(try verdict(searched).violations.map(\.message) == [])
    }
  }

  @Test("Plans with pinned choices verify, and the space is what the pins leave")
  func pins() throws {
    let pins = [
      Pins(tensor: 2), Pins(data: 2, sharding: .optimizer), Pins(pipeline: 2, schedule: "1f1b"),
      Pins(virtualStages: 2), Pins(microBatchSize: 2), Pins(context: 2, contextMethod: .ring),
      Pins(tensor: 2, sequenceParallel: true), Pins(recompute: .modules([.normalisation])),
      Pins(recompute: .full), Pins(expert: 4), Pins(expertTensor: 1),
      Pins(recompute: .modules([.coreAttention])),
    ]
    for pins in pins {
      let cluster = try ClusterTopology.toys(nodes: 2)
      guard let searched = try SearchedPlan(cluster, .mixed(), pins: pins) else {
        Issue.record("no plan for \(pins)")
        continue
      }
      #expect(try verdict(searched).violations.map(\.message) == [], "\(pins)")
    }
  }

  @Test("Where all degrees are closed by their work, what a scope leaves out is the usual")
  func closedWhole() throws {
    let searched = try #require(try SearchedPlan(.toys(), .dense()))
    var scope = searched.plan.certificate.scope
    (scope.rankOrders, scope.stateReplicas) = (nil, nil)
    let model = try CostModel(
      model: searched.model.description, cluster: searched.cluster, workload: searched.workload,
      stack: .megatronCore)
    var axes = SpaceAxes()
    axes.addClosedFamily()
    let messages = axes.violations(scope, model).map(\.message)
    #expect(!messages.contains { $0.contains("rankOrders") || $0.contains("stateReplicas") })
    #expect(messages.contains { $0.contains("scope.frames") })
  }

  @Test("A space of fifty thousand frames is bounded in the time of a blink or two")
  func speed() throws {
    let workload = TrainingWorkload(globalBatch: 1_536, sequenceLength: 16_384)
    let searched = try #require(
      try SearchedPlan(.toys(nodes: 48, perNode: 8), .mixed(layers: 24), workload))
    let start = ContinuousClock.now
    let report = searched.check()
    let duration = ContinuousClock.now - start
    #expect(report.violations.map(\.message) == [])
    let model = try CostModel(
      model: searched.model.description, cluster: searched.cluster, workload: workload,
      stack: .megatronCore)
    #expect(SearchSpace(model: model).frames().count > 50_000)
    #expect(duration < .seconds(10), "the check took \(duration)")
  }
}
