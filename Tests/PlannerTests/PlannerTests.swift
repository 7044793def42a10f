import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import Testing

@testable import Planner

@Suite("A request becomes the best plan of its space, with a proof")
struct PlannerTests {
  let batch = Workload(globalBatch: 128, sequenceLength: 8192)

  @Test("Llama 8B on one node is planned to within one per cent of the bound")
  func gap() throws {
    let plan = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: batch).plan()
    #expect(plan.certificate.gap <= 0.01)
    #expect(plan.certificate.bound <= plan.certificate.objective)
    #expect(plan.prediction.memory.allSatisfy { $0.peak <= $0.capacity })
  }

  @Test("The same request gives the same bytes, whatever the number of threads")
  func deterministic() throws {
    var request = try PlanRequest(cluster: .h100Nodes(2), model: .llama8B(), workload: batch)
    let one = try request.plan().json()
    request.effort.threads = 2
    #expect(try request.plan().json() == one)
  }

  @Test("A pinned choice is obeyed, and everything pinned is a pure prediction")
  func pins() throws {
    var request = try PlanRequest(cluster: .h100Nodes(2), model: .llama8B(), workload: batch)
    request.pins = Pins(
      tensor: 4, context: 1, data: 2, pipeline: 2, virtualStages: 1, schedule: "1f1b",
      microBatchSize: 1, sharding: .optimizer, rankOrder: .pipelineOutermost, recompute: .full)
    let plan = try request.plan()
    #expect(plan.parallelism.tensor == 4)
    #expect(plan.parallelism.pipeline == 2)
    #expect(plan.certificate.scope.frames == 1)
    #expect(plan.stages.allSatisfy { $0.recompute.fullLayers == $0.layers })
  }

  @Test("Whole recomputation of uneven chunks counts no more layers than a stage's chunks have")
  func unevenChunks() throws {
    let model = try ModelDescription.llama(hidden: 1024, intermediate: 4096, heads: 16, layers: 14)
    var request = try PlanRequest(cluster: .h100Nodes(1), model: model, workload: batch)
    request.pins = Pins(pipeline: 4, virtualStages: 3, schedule: "interleaved", recompute: .full)
    let plan = try request.plan()
    for stage in plan.stages {
      #expect(stage.recompute.fullLayers == stage.layerRuns.map(\.count).max())
    }
  }

  @Test("More memory never makes the plan slower by more than the gap")
  func moreMemory() throws {
    let cluster = try ClusterTopology.h100Nodes(1)
    let request = try PlanRequest(cluster: cluster, model: .llama8B(), workload: batch)
    var roomier = request
    roomier.cluster = try cluster.with(memory: .gibibytes(160))
    let (plan, better) = (try request.plan(), try roomier.plan())
    #expect(better.certificate.objective <= 1.01 * plan.certificate.objective)
    #expect(better.certificate.bound <= plan.certificate.objective)
  }

  @Test("Renaming the nodes changes no time")
  func names() throws {
    let cluster = try ClusterTopology.h100Nodes(2)
    var groups = cluster.nodeGroups
    groups[0].names = .listed(["a b", "\"$(rm)\""])
    let renamed = try ClusterTopology(
      name: "other", nodeGroups: groups, fabrics: cluster.fabrics)
    let request = try PlanRequest(cluster: cluster, model: .llama8B(), workload: batch)
    var other = request
    other.cluster = renamed
    #expect(try other.plan().certificate == request.plan().certificate)
  }

  @Test("A search that is stopped at once has no plan, and does not say that none exists")
  func stopped() throws {
    var request = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: batch)
    request.effort.isCancelled = { true }
    guard case .stopped = try request.outcome() else {
      Issue.record("a stopped search must not end in a plan or a refutation")
      return
    }
  }

  @Test("A runner-up is slower, and says by what, and whether within the prediction's error")
  func alternatives() throws {
    let plan = try PlanRequest(cluster: .h100Nodes(1), model: .llama8B(), workload: batch).plan()
    #expect(!plan.alternatives.isEmpty)
    for alternative in plan.alternatives {
      #expect(alternative.step >= plan.prediction.step)
      #expect(
        alternative.reason.contains(#/slower(, inside the prediction's error)?: .+ more /#)
          || alternative.reason == "as fast within 0.1 %")
    }
  }
}
