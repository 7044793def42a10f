import ModelDescription
import Quantities

/// What the layers and ends of a model hold only while they run, under one layer shape, in bytes.
struct ShapeMemory: Sendable {
  /// The most that the backward pass of any layer holds beside what was kept.
  let layer: Double
  /// By policy: the most that layers hold of what they compute again, or of what is on its way to the
  /// host's memory and back: one layer's beside the next one's.
  let recomputed: [Double]
  /// Logits, and the head's input and its gradient.
  let head: Double
  /// The dense gradient of the token table, and that of the vectors that were looked up.
  let table: Double
  /// The weights of the largest matrix on one rank, in elements.
  let largestMatrix: Double
  /// Placeholder gradients and workspaces, which stay; of the layers, and of the head.
  let workspace: Double
  let headPlaceholder: Double

  init(
    pricer: LayerPricer, model: ModelDescription, policies: [RecomputePolicy],
    kinds: [[LayerPrice]]
  ) {
    let memory = pricer.memory
    let operators = model.kinds.flatMap(\.operators)
    layer = (model.kinds.map { pricer.passing($0) }.max() ?? .zero).value
    recomputed = policies.indices.map { policy in
      kinds.map { ($0[0].saved - $0[policy].saved + $0[policy].offloaded).value }.max() ?? 0
    }
    head = pricer.headPassing(model).value
    let held = model.embedding.first.map { pricer.weights(of: $0).dense } ?? 0
    let isTrained = pricer.workload.adapterRank == nil
    table =
      isTrained ? held * pricer.storedBytes + pricer.layerInput.value : pricer.layerInput.value
    largestMatrix = operators.map { pricer.weights(of: $0).total }.max() ?? 0
    let hasExperts = operators.contains(where: \.isRouted)
    workspace =
      (memory.workspace + (hasExperts ? memory.expertWorkspace : .zero)
      + pricer.placeholders(operators)).value
    headPlaceholder = pricer.placeholders(model.head).value
  }
}
