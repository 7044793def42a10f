import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Planner
import Quantities
import SeededRandom
import Testing

@Suite("Plans by measured profiles carry a certificate that holds, over what was measured")
struct ProfileTests {
  private static let cluster = """
    {"nodeGroups": [{"name": "pod", "nodes": 2, "node": "DGX-H100"}]}
    """
  private static let mixed = """
    {"nodeGroups": [
      {"name": "new", "nodes": 1, "node": "DGX-H100",
       "nics": {"fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400}},
      {"name": "old", "nodes": 1, "node": "DGX-A100-80GB",
       "nics": {"fabric": "ib", "perNode": 8, "gigabitsPerSecond": 200}}],
     "fabrics": [{"name": "ib", "kind": "infiniband"}]}
    """

  /// A model with measured layers; times jump from size to size, as no formula would.
  private static func model(seed: UInt64) -> String {
    var random = SplitMix(seed: seed)
    let kinds = ["H100-SXM-80GB", "A100-SXM-80GB"].flatMap { name in
      [1, 2, 4].map { (name, $0) }
    }
    let profiles = kinds.map { accelerator, tensor in
      var last = 0.0
      let sizes = [1, 2, 4].map { size in
        last += Double.random(in: 0.5...6, using: &random)
        return """
          {"size": \(size), "layers": [{"forwardMilliseconds": \(last),
           "backwardMilliseconds": \(last * Double.random(in: 1...3, using: &random)),
           "savedMiB": \(Double.random(in: 50...900, using: &random)), "savedInputMiB": 16}],
           "head": {"forwardMilliseconds": 3, "backwardMilliseconds": \(last)}}
          """
      }
      return """
        {"accelerator": "\(accelerator)", "tensor": \(tensor), "sequenceLength": 2048,
         "includesTensorCommunication": \(tensor == 2), "microBatches": [\(sizes.joined(separator: ","))]}
        """
    }
    return """
      {"architecture": {"hiddenSize": 2048, "vocabularySize": 32000, "layers": 12,
        "attention": {"heads": 16}, "feedForward": {"intermediateSize": 8192}},
       "workload": {"globalBatch": 64, "sequenceLength": 2048},
       "profiles": [\(profiles.joined(separator: ","))]}
      """
  }

  private struct Planned {
    let cluster: ClusterTopology
    let model: ModelDescription
    let workload: TrainingWorkload
    let plan: LaunchPlan
    let request: PlanRequest

    func check(_ plan: LaunchPlan) -> CheckReport {
      PlanCheck.run(plan: plan, cluster: cluster, model: model, workload: workload)
    }
  }

  private func planned(
    seed: UInt64, on text: String = cluster, pins: Pins = .none
  ) throws -> Planned {
    let cluster = try ClusterFile.parse(text).topology
    let document = try JSONDocument.parse(Self.model(seed: seed), file: "model.json")
    let file = try ModelFile.read(document)
    let workload = file.workload.completed(for: file.model).workload
    let request = PlanRequest(
      cluster: cluster, model: file.model, workload: workload, pins: pins,
      effort: Effort(gap: 0.001))
    let inputs = PlanInputs(
      cluster: .init(name: cluster.name, file: "cluster.json", content: cluster.normalised),
      model: .init(name: file.model.name, file: "model.json", content: document.root.value),
      workload: PlanInputs.Workload(workload))
    guard case .planned(let plan) = try makePlan(request, inputs: inputs) else {
      throw NoPlan()
    }
    return Planned(
      cluster: cluster, model: file.model, workload: workload, plan: plan, request: request)
  }

  private struct NoPlan: Error {}

  @Test("20 drawn profiles: every certificate holds, and no frame is outside of the measured ones")
  func certificates() throws {
    for seed in 0..<20 {
      let planned = try planned(seed: UInt64(seed))
      #expect(planned.check(planned.plan).violations == [])
      #expect(planned.plan.certificate.scope.tensor.allSatisfy { $0 <= 4 })
      #expect(planned.plan.certificate.scope.microBatchSizes.allSatisfy { $0 <= 4 })
      #expect(planned.plan.certificate.scope.context == [1])
      #expect(planned.plan.assumptions.contains { $0.hasPrefix("times of layers are measured") })
    }
  }

  @Test("20 drawn profiles of two kinds of accelerator: every certificate holds")
  func mixedCertificates() throws {
    for seed in 40..<60 {
      let planned = try planned(seed: UInt64(seed), on: Self.mixed)
      #expect(planned.check(planned.plan).violations == [])
    }
  }

  @Test(
    "the plan of 10 drawn profiles is the best of all splits of all frames, within the gap",
    arguments: [false, true])
  func bruteForce(isMixed: Bool) throws {
    for seed in 20..<30 {
      let planned = try planned(
        seed: UInt64(seed), on: isMixed ? Self.mixed : Self.cluster, pins: Pins(schedule: "1f1b"))
      let model = try planned.request.costModel()
      let pricer = FramePricer(model)
      var best = Seconds.infinity
      for frame in SearchSpace(model: model, pins: planned.request.pins).frames()
      where frame.degrees.pipeline <= 3 {
        let prices = pricer.prices(of: frame)
        let shape = try #require(PipelineCache.shape(of: frame))
        let simulator = pricer.pipelines.simulator(shape)
        for sizes in Self.splits(of: 12, over: frame.degrees.pipeline) {
          let boundaries = LayerSplit(chunkLayers: sizes, recompute: []).boundaries
          guard let split = prices.fastestSplit(boundaries: boundaries) else { continue }
          best = min(best, prices.step(makespan: prices.makespan(split, with: simulator)))
        }
      }
      #expect(planned.plan.prediction.step <= 1.001 * best)
      #expect(planned.plan.certificate.bound <= best)
    }
  }

  private static func splits(of layers: Int, over stages: Int) -> [[Int]] {
    guard stages > 1 else { return [[layers]] }
    return (1...(layers - stages + 1)).flatMap { first in
      splits(of: layers - first, over: stages - 1).map { [first] + $0 }
    }
  }

  @Test("a plan whose measured times were changed afterwards fails the check")
  func corrupted() throws {
    let planned = try planned(seed: 1)
    let edited = try #require(
      try planned.plan.json().editing(
        "inputs.model.content.profiles[0].microBatches[0].layers[0].forwardMilliseconds"
      ) { _ in 0.1 })
    let changed = try LaunchPlan.read(
      try JSONDocument.parse(JSONText.compact(edited), file: "plan.json"))
    #expect(planned.check(changed).violations.contains { $0.kind == .inputs })
    // Nor does it hold against the changed model.
    let text = JSONText.compact(changed.inputs.model.content)
    let model = try ModelFile.parse(Array(text.utf8), file: "model.json").model
    let report = PlanCheck.run(
      plan: changed, cluster: planned.cluster, model: model, workload: planned.workload)
    #expect(!report.violations.isEmpty)
  }

  @Test("a layout that was not measured is refused, with what was")
  func outside() throws {
    let planned = try planned(seed: 2)
    let frame = Frame(
      degrees: ParallelismDegrees(tensor: 8, data: 2), microBatchSize: 1, microBatches: 32,
      schedule: .oneForwardOneBackward, sharding: .optimizer, sequenceParallel: true)
    let model = try planned.request.costModel()
    let sentences = frameViolations(of: frame, under: model, Certificate.Pins())
    #expect(
      sentences == [
        "parallelism has tensor 8 and micro-batches of 1, but the model's profiles tell of tensor 1 "
          + "with micro-batches of 1 to 4, tensor 2 with micro-batches of 1 to 4, tensor 4 with "
          + "micro-batches of 1 to 4"
      ])
  }
}
