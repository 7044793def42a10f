import LaunchPlan
import ParallelismVocabulary
import Quantities
import Testing

@Suite("A plan that contradicts itself cannot be made")
struct InvariantTests {
  /// A change to the sample, and what then does not hold.
  struct Break: Sendable, CustomTestStringConvertible {
    let change: @Sendable (inout SamplePlan) -> Void
    let faults: [String]
    var testDescription: String { faults.first ?? "" }

    init(_ faults: String..., change: @escaping @Sendable (inout SamplePlan) -> Void) {
      self.faults = faults
      self.change = change
    }
  }

  static let breaks = [
    Break("parallelism.data is 0, but must be at least 1") { $0.parallelism.data = 0 },
    Break("parallelism has degrees whose product is beyond counting") {
      $0.parallelism.tensor = 1 << 40
      $0.parallelism.data = 1 << 40
    },
    Break("parallelism.virtualStages is 3, but the schedule has 2") {
      $0.parallelism.virtualStages = 3
    },
    Break(
      "parallelism.schedule is zb-v, but a plan can only state chunks that follow each other stage "
        + "after stage"
    ) { $0.parallelism.schedule = .zeroBubbleV },
    Break("parallelism.contextMethod is there, but sequences are not cut") {
      $0.parallelism.contextMethod = .ring
    },
    Break("parallelism.expert times expertTensor is 3, but must divide the 4 devices of a stage") {
      $0.parallelism.expert = 3
    },
    Break(
      "parallelism.microBatches makes 2 replicas × 5 micro-batches × 1 sequences = 10, but the "
        + "global batch has 8"
    ) { $0.parallelism.microBatches = 5 },
    Break("parallelism.stateReplicas is 0, but must be at least 1") {
      $0.parallelism.stateReplicas = 0
    },
    Break(
      "parallelism.stateReplicas is 3, but must divide the 2 replicas and the 4 ranks that hold the "
        + "same experts"
    ) { $0.parallelism.stateReplicas = 3 },
    Break("stages are numbered [1, 0], but must be 0 to 1 in order") { $0.stages.reverse() },
    Break("stages[1].chunks hold 1 run of layers, but must hold 2, one a virtual stage") {
      $0.stages[1].chunks = [.layers(2..<4), .head]
    },
    Break(
      "stages[0].chunks start run 1 at layer 5, but must start it at layer 4, where the virtual "
        + "stage before ends"
    ) { $0.stages[0].chunks[2] = .layers(5..<5) },
    Break(
      "stages[0].recompute.fullLayers is 3, but must be from 0 to the 2 layers of its longest "
        + "chunk"
    ) { $0.stages[0].recompute.fullLayers = 3 },
    Break(
      "stages[0].chunks lack the embedding",
      "stages[1].chunks hold the embedding, which belongs on stage 0"
    ) {
      $0.stages[0].chunks.removeFirst()
      $0.stages[1].chunks.append(.embedding)
    },
    Break(
      "mapping.hosts[0] starts at node 0 and has 0, but must start at 0 or later and have from "
        + "1 to 1048576"
    ) { $0.hosts[0].nodes = 0 },
    Break(
      "prediction.tokensPerSecondPerDevice is 500.0, but the batch, the step time and the devices "
        + "make 250.0",
      "prediction.breakdownSeconds adds up to 2.0, but the step takes 4.0"
    ) { $0.step = Seconds(4) },
    Break(
      "certificate.boundSeconds is 2.5, but must be from 0 to the objective, 2.0",
      "certificate.parts[0].boundSeconds is 2.5, but must be at most the objective, 2.0"
    ) { $0.bound = Seconds(2.5) },
    Break(
      "certificate.evidence.closures close 9.223372036854776e+18 frames, but the scope has 42"
    ) { $0.closures[0].frames = .max },
    Break("certificate.evidence.closures close 41 frames, but the scope has 42") {
      $0.closures.removeLast()
    },
  ]

  @Test("each contradiction is told", arguments: breaks)
  func contradiction(broken: Break) throws {
    var sample = SamplePlan()
    broken.change(&sample)
    #expect {
      try sample.plan()
    } throws: { error in
      (error as? PlanFaults)?.faults.map(\.description) == broken.faults
    }
  }

  @Test("a gap is what the bound leaves of the objective: (2 − 1.5) / 2 is 0.25")
  func gap() throws {
    #expect(try LaunchPlan.sample().certificate.gap == 0.25)
  }
}
