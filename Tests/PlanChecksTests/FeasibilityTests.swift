import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import PlanChecks
import Quantities
import Testing

@Suite("A plan that cannot run is refused, each violation with its numbers")
struct FeasibilityTests {
  /// The messages of one kind.
  private func messages(_ kind: Violation.Kind, _ report: CheckReport) -> [String] {
    report.violations.messages(kind)
  }

  @Test("A plan made by hand passes, and its step, bound and one frame are reported")
  func valid() throws {
    let hand = try HandPlan()
    let report = try hand.check()
    #expect(report.violations.isEmpty, "\(report.violations.map(\.message))")
    let plan = try hand.plan()
    #expect(report.step == plan.prediction.step)
    #expect(report.bound == plan.certificate.bound)
    #expect(report.frames == 1)
    #expect(
      report.examined == [
        "step of \(plan.prediction.step) simulated again", "memory of 2 stages",
        "1 frame counted and bounded",
      ])
  }

  /// A plan with one fault, and what is said about it.
  struct Case: CustomTestStringConvertible {
    var name: String
    var hand: @Sendable () throws -> HandPlan
    var kind: Violation.Kind
    var message: String

    var testDescription: String { name }
  }

  static let layouts: [Case] = [
    Case(
      name: "tensor 3 of 8 key-value heads",
      hand: {
        try HandPlan(cluster: .toys(perNode: 6)) {
          $0.degrees = .init(tensor: 3, pipeline: 2)
        }
      }, kind: .tensor,
      message:
        "parallelism.tensor is 3, but must divide the model's 8 key-value heads; "
        + "nearest: 2 or 4"),
    Case(
      name: "seven stages of six layers",
      hand: {
        try HandPlan(cluster: .toys(perNode: 7)) {
          $0.degrees = .init(pipeline: 7)
          $0.sizes = [1, 1, 1, 1, 1, 1, 0]
        }
      }, kind: .pipeline,
      message:
        "parallelism.pipeline is 7, but must be at most the 6 layers"),
    Case(
      name: "an empty stage",
      hand: { try HandPlan { $0.sizes = [0, 6] } }, kind: .layers,
      message:
        "stages[0].chunks hold 0 layers in run 0, but the space has 1 to 5 there"),
    Case(
      name: "a layer too few",
      hand: { try HandPlan { $0.sizes = [3, 2] } }, kind: .layers,
      message:
        "stages hold 5 layers, but the model has 6; each must be held once"),
    Case(
      name: "an encoder",
      hand: { try HandPlan { $0.encoderStage = 1 } }, kind: .layers,
      message:
        "stages[1].chunks hold an encoder, but plans place the decoder only"),
    Case(
      name: "a sequence without eight equal pieces",
      hand: {
        try HandPlan {
          $0.degrees = .init(context: 4)
          $0.workload.sequenceLength = 4_100
          $0.contextMethod = .ring
          $0.sizes = [6]
        }
      }, kind: .context,
      message:
        "parallelism.context is 4, but a sequence of 4,100 tokens has no 8 equal pieces"),
    Case(
      name: "eight key-value heads over sixteen ranks",
      hand: {
        try HandPlan(cluster: .toys(perNode: 16)) {
          $0.degrees = .init(tensor: 4, context: 4)
          $0.workload.sequenceLength = 8_192
          $0.contextMethod = .allToAll
          $0.sizes = [6]
        }
      }, kind: .context,
      message:
        "parallelism.context is 4, but all-to-all must share out the 8 key-value heads "
        + "over tensor × context = 16 ranks; try another contextMethod"),
    Case(
      name: "a context method that the stack lacks",
      hand: {
        try HandPlan {
          $0.degrees = .init(context: 4)
          $0.workload.sequenceLength = 8_192
          $0.contextMethod = .ring
          $0.stack = .deepspeed
          $0.sizes = [6]
        }
      }, kind: .context,
      message:
        "parallelism.contextMethod is ring, but deepspeed@0.19 runs allToAll"),
    Case(
      name: "three expert ranks for eight experts",
      hand: {
        try HandPlan(cluster: .toys(perNode: 6), model: .mixed()) {
          $0.degrees = .init(expert: 3, data: 6)
          $0.workload.globalBatch = 12
          $0.sizes = [6]
        }
      }, kind: .expert,
      message:
        "parallelism.expert is 3, but must divide the model's 8 routed experts; nearest: "
        + "2 or 4"),
    Case(
      name: "experts of a dense model",
      hand: {
        try HandPlan {
          $0.degrees = .init(expert: 2, data: 4)
          $0.sizes = [6]
        }
      }, kind: .expert,
      message:
        "parallelism.expert is 2 and expertTensor 1, but the model has no routed "
        + "experts; both must be 1"),
    Case(
      name: "a placement of experts that every rank holds",
      hand: { try HandPlan { $0.expertPlacement = .init() } }, kind: .expertPlacement,
      message:
        "expertPlacement is there, but every rank holds all experts"),
    Case(
      name: "a schedule that the stack lacks",
      hand: {
        try HandPlan {
          $0.schedule = .gpipe
          $0.stack = .deepspeed
        }
      }, kind: .schedule,
      message:
        "parallelism.schedule is gpipe, but deepspeed@0.19 runs 1f1b"),
    Case(
      name: "a schedule that no stack runs yet",
      hand: { try HandPlan { $0.schedule = .zeroBubbleH1 } }, kind: .schedule,
      message: "parallelism.schedule is zb-h1, but megatron-core@0.16 runs 1f1b, interleaved"
    ),
    Case(
      name: "interleaving of three micro-batches over two stages",
      hand: {
        try HandPlan {
          $0.schedule = .interleaved(virtualStages: 3)
          $0.workload.globalBatch = 3
          $0.sizes = [1, 1, 1, 1, 1, 1]
        }
      }, kind: .schedule,
      message:
        "parallelism.microBatches is 3, but an interleaved schedule needs a multiple of "
        + "its 2 stages"),
    Case(
      name: "full sharding under a pipeline",
      hand: {
        try HandPlan {
          $0.degrees = .init(data: 2, pipeline: 2)
          $0.sharding = .parameters
        }
      }, kind: .sharding,
      message:
        "parallelism.sharding is parameters, but megatron-core@0.16 runs none, optimizer "
        + "with pipeline stages"),
    Case(
      name: "groups of one replica each",
      hand: {
        try HandPlan {
          $0.degrees = .init(data: 4)
          $0.sharding = .optimizer
          $0.stateReplicas = 4
          $0.sizes = [6]
        }
      }, kind: .sharding,
      message:
        "parallelism.stateReplicas is 4, but must divide data, 4, and the ranks that hold the same "
        + "experts, and leave groups of at least two ranks"),
    Case(
      name: "groups that the stack lacks",
      hand: {
        try HandPlan {
          $0.degrees = .init(data: 4)
          $0.stack = .deepspeed
          $0.sharding = .optimizer
          $0.stateReplicas = 2
          $0.sizes = [6]
        }
      }, kind: .sharding,
      message:
        "parallelism.stateReplicas is 2, but deepspeed@0.19 shares out optimizer over all replicas"),
    Case(
      name: "modules that the stack does not recompute",
      hand: {
        try HandPlan {
          $0.stack = .torchtitan
          $0.recompute = [.init(modules: [.feedForward]), .none]
        }
      }, kind: .recompute,
      message:
        "stages[0].recompute.modules is feedForward, but torchtitan@0.2 recomputes whole "
        + "layers"),
  ]

  @Test("Degrees, layers and options are held against the model and the stack", arguments: layouts)
  func layout(_ example: Case) throws {
    let report = try example.hand().check()
    #expect(messages(example.kind, report) == [example.message])
    #expect(!report.isFeasible)
  }

  @Test("A plan on twice the cluster says what differs, and may leave half of it idle")
  func largerCluster() throws {
    let searched = try #require(
      try SearchedPlan(.toys(), .dense(), pins: Pins(tensor: 2, pipeline: 2)))
    let report = PlanCheck.run(
      plan: searched.plan, cluster: try .toys(nodes: 2), model: searched.model.description,
      workload: searched.workload)
    #expect(
      messages(.inputs, report) == [
        "inputs.cluster.nodeGroups[0].nodes is 1, but the cluster has 2; the plan was made for another "
          + "cluster, or its files changed"
      ])
    #expect(messages(.outsideSpace, report) == [])
  }

  @Test("A plan on a part of a node is refused")
  func partOfNode() throws {
    let report = try HandPlan().check(on: .toys(perNode: 8))
    #expect(
      messages(.outsideSpace, report) == [
        "parallelism makes 4 devices, but the space has whole nodes only"
      ])
  }

  @Test("A plan on half the cluster says how many devices it makes")
  func smallerCluster() throws {
    let report = try HandPlan().check(on: .toys(perNode: 2))
    #expect(
      messages(.devices, report) == [
        "parallelism makes 4 devices (tensor 2 × context 1 × data 1 × pipeline 2), but the cluster "
          + "has 2"
      ])
  }

  @Test("A plan for another model says in what they differ")
  func otherModel() throws {
    let other = "; the plan was made for another model, or its file changed"
    #expect(
      try messages(.inputs, HandPlan().check(model: .dense(layers: 8))) == [
        "inputs.model differs from the model in the number of layers (6, not 8)" + other
      ])
    #expect(
      try messages(.inputs, HandPlan().check(model: .mixed())) == [
        "inputs.model differs from the model in layer 3" + other
      ])
    let report = try HandPlan(model: .predictingFurther()).check(model: .dense())
    #expect(
      messages(.inputs, report) == [
        "inputs.model differs from the model in the number of layers that predict further tokens "
          + "(1, not 0)" + other
      ])
    #expect(
      messages(.layers, report) == ["stages hold 1 layer for further tokens, but the model has 0"])
  }

  @Test("A plan for another workload says in what they differ")
  func otherWorkload() throws {
    let report = try HandPlan().check(
      workload: TrainingWorkload(globalBatch: 16, sequenceLength: 2_048))
    #expect(
      messages(.inputs, report) == [
        "inputs.workload.globalBatch is 8, but the workload has 16"
      ])
    #expect(
      messages(.microBatches, report) == [
        "parallelism makes 1 replicas × 8 micro-batches × 1 sequences = 8, but the global batch has "
          + "16 sequences"
      ])
  }

  @Test("A name changes nothing, so that a renamed cluster is the same")
  func renamed() throws {
    let hand = try HandPlan()
    let renamed = try ClusterTopology(
      name: "renamed", nodeGroups: hand.cluster.nodeGroups, fabrics: hand.cluster.fabrics)
    #expect(try hand.check(on: renamed).violations.isEmpty)
  }

  @Test("A number format that the accelerators lack is named, and nothing is priced")
  func precision() throws {
    let fp8 = TrainingWorkload(globalBatch: 8, sequenceLength: 2_048, precision: .nvfp4)
    let report = try HandPlan().check(workload: fp8)
    #expect(messages(.precision, report).count <= 1)
    #expect(report.step != nil || !report.isFeasible)
  }

  @Test("An unknown stack is named, with the known ones")
  func unknownStack() throws {
    let report = try HandPlan { $0.stack.version = "0.1" }.check()
    let message = try #require(report.violations.first?.message)
    #expect(report.violations.count == 1)
    let beginning = "stack is megatron-core@0.1, but must be one of "
    #expect(message.hasPrefix(beginning + "megatron-core@0.16, torchtitan@0.2, deepspeed@0.19, "))
    let known = message.dropFirst(beginning.count).split(separator: ", ")
    #expect(known.map(String.init) == Stack.all.map(\.identity))
    #expect(report.step == nil)
  }

  // MARK: Memory

  private func crowded(memory: Double, sharding: Sharding = .none) throws -> HandPlan {
    try HandPlan(cluster: .toys(memory: .gibibytes(memory))) {
      $0.degrees = .init(data: 2, pipeline: 2)
      $0.sharding = sharding
    }
  }

  @Test("A stage beyond its memory is shown by part, with the nearest changes that would fit")
  func memory() throws {
    let hand = try crowded(memory: 6)
    let message = try #require(messages(.memory, hand.check()).first)
    let need = try #require(hand.plan().prediction.memory.first)
    let names: [(LaunchPlan.MemoryPart, String)] = [
      (.weights, "weights"), (.gradients, "gradients"), (.optimizer, "optimiser state"),
      (.activations, "activations"), (.transient, "transient"), (.reserve, "reserve"),
    ]
    let parts = names.filter { need.parts[$0.0] > .zero }.map { "\($0.1) \(need.parts[$0.0])" }
    let opening =
      "stage 0 needs \(need.peak) of 6.0 GiB on each toy: \(parts.joined(separator: ", ")); "
    #expect(message.hasPrefix(opening + "nearest that fit: recomputing "), "\(message)")
    let sharded = try crowded(memory: 6, sharding: .optimizer)
    let less = try #require(sharded.plan().prediction.memory.first)
    #expect(message.hasSuffix("; sharding optimizer over 2 replicas (\(less.peak))"), "\(message)")
    #expect(try messages(.memory, sharded.check()).isEmpty)
  }

  @Test("Where nothing fits the stage, the roomiest change says how much it misses")
  func noRemedy() throws {
    let message = try #require(messages(.memory, crowded(memory: 4).check()).first)
    let sharded = try crowded(memory: 4, sharding: .optimizer)
    let less = try #require(sharded.plan().prediction.memory.first)
    #expect(
      message.hasSuffix(
        "; even sharding optimizer over 2 replicas needs \(less.peak); use more pipeline stages or "
          + "tensor ranks"), "\(message)")
  }
}
