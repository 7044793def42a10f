import ParallelismVocabulary

/// What a rank of a frame holds beside state and kept activations at its fullest moment, in bytes.
///
/// A stage is fullest when a micro-batch's backward pass begins: all that is in flight is kept, and
/// one operation runs. That is the loss on the last stage, or the backward pass of a layer, beside
/// what that layer computed again; on the first stage that recomputes, it may also be the end of the
/// backward pass, when the token table's gradient exists and the micro-batch's layers no longer do.
struct FrameTransients: Sendable {
  /// By end (0 inner, 1 first, 2 last, 3 both) and policy.
  private let table: [Double]
  private let policies: Int
  /// The least of any stage and policy.
  let least: Double
  /// What the last stage holds at the loss.
  let head: Double
  /// What stays from step to step, on inner stages and on the last.
  private let lasting: (inner: Double, last: Double)

  init(frame: Frame, model: CostModel, shape: ShapePrices, state: StateBytes) {
    let memory = shape.memory
    let policies = model.policies.count
    let isGathered =
      frame.sharding == .parameters
      && !(frame.degrees.pipeline > 1 && model.stack.memory.gathersUnderPipeline)
    // Fully sharded weights are gathered for the layer, or matrix, that runs and the one after it.
    let unit = model.stack.memory.gathersMatrices ? memory.largestMatrix : shape.largestLayer
    let gathered = { (weights: Double, copies: Double) in
      isGathered ? weights * (copies * state.gathered + state.gradient) : 0
    }
    let layer = memory.layer + gathered(unit, 2)
    let head = memory.head + memory.headPlaceholder + gathered(shape.head.weights.total, 1)
    let fewest = frame.chunkSizes(0, layers: shape.forward.count - 1).lowerBound
    let tokenTable = memory.table + gathered(shape.embedding.weights.total, 1)
    self.policies = policies
    table = (0..<4).flatMap { end in
      (0..<policies).map { policy in
        // The micro-batch's layers keep at least this until then: their inputs, where all are recomputed.
        let ended = Double(fewest) * min(shape.least.savedFull, shape.least.saved[policy])
        let embedding = max(0, tokenTable - ended)
        let isLast = end & 2 != 0
        var most = layer + memory.recomputed[policy] + (isLast ? memory.headPlaceholder : 0)
        if isLast { most = max(most, head) }
        if end & 1 != 0, policy > 0 { most = max(most, embedding) }
        return most + memory.workspace
      }
    }
    least = layer + memory.workspace
    self.head = head + memory.workspace
    lasting = (memory.workspace, memory.workspace + memory.headPlaceholder)
  }

  /// Placeholders and workspaces, which stay from step to step.
  func lasting(isLast: Bool) -> Double { isLast ? lasting.last : lasting.inner }

  @inline(__always)
  func bytes(isFirst: Bool, isLast: Bool, recompute: StageRecompute) -> Double {
    let row = ((isFirst ? 1 : 0) + (isLast ? 2 : 0)) * policies
    let most = table[row + recompute.policy]
    return recompute.fullLayers > 0 ? max(most, table[row + policies - 1]) : most
  }
}
