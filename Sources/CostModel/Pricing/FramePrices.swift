import ParallelismVocabulary
import Quantities

/// Everything that a frame costs apart from how its layers are split: what a stage's time, memory
/// and tail are for any run of layers.
///
/// Chunk c holds a run of layers on rank `c mod stages`; the first chunk also embeds, the last also
/// projects to the vocabulary.
public struct FramePrices: Sendable {
  public let frame: Frame
  public let shape: ShapePrices
  /// Seconds of the slowest hop between stages.
  public let hop: Double
  /// What a rank may allocate: the device's memory less the reserve, over one plus the slack.
  public let capacity: Bytes
  let model: CostModel
  let stages: [StageLinks]
  /// The peaks of micro-batches in flight, by rank (see `PipelineShape.inFlight`).
  public let inFlight: [[[Int]]]
  /// Bytes of state a dense and an expert weight, by the sharding.
  let denseState: Double
  let expertState: Double
  /// Bytes that one rank holds while any layer runs.
  let workspace: Double

  init(
    frame: Frame, model: CostModel, shape: ShapePrices, hop: Double, stages: [StageLinks],
    inFlight: [[[Int]]]
  ) {
    self.inFlight = inFlight
    self.frame = frame
    self.shape = shape
    self.hop = hop
    self.model = model
    self.stages = stages
    let timing = model.stack.timing
    capacity = (model.device.memory - timing.reservedMemory) / (1 + timing.allocatorSlack)
    let state = StateBytes(model: model)
    let degrees = frame.degrees
    denseState = state.parts(frame.sharding, over: degrees.context * degrees.data).total
    expertState = state.parts(frame.sharding, over: degrees.expertData).total
    // Fully sharded weights are gathered for the layer that runs and the one after it.
    let gathered =
      frame.sharding == .parameters ? shape.largestLayer * (2 * state.weight + state.gradient) : 0
    workspace = shape.gatheredInput + gathered
  }

  public var layers: Int { shape.forward.count - 1 }
  public var policies: Int { shape.backward.count }

  // MARK: Time, in seconds

  /// The forward time of one micro-batch through a chunk of the layers `first..<end`.
  @inline(__always)
  public func forward(chunk: Int, first: Int, end: Int) -> Double {
    var time =
      shape.forward[end] - shape.forward[first] + model.stack.timing.perMicroBatch.value + hopWait
    if chunk == 0 { time += shape.embedding.forward.total.value }
    if chunk == frame.chunks - 1 { time += shape.head.forward.total.value }
    return time
  }

  /// The backward time of one micro-batch through a chunk, whose first `full` layers are recomputed
  /// whole and the others under a policy.
  @inline(__always)
  public func backward(chunk: Int, first: Int, end: Int, policy: Int, full: Int) -> Double {
    let last = shape.backward[policies - 1]
    let other = shape.backward[policy]
    let border = first + full
    var time = last[border] - last[first] + other[end] - other[border] + hopWait
    if chunk == 0 { time += shape.embedding.backward.total.value }
    if chunk == frame.chunks - 1 { time += shape.head.backward.total.value }
    return time
  }

  /// What a stage itself waits for its sends, besides their delay.
  var hopWait: Double { model.stack.timing.hopExposed * hop }

  /// What one chunk adds to the time after its rank's last backward pass: the visible part of its
  /// gradient reduction (and of gathering its weights), its optimiser step, and a table that two
  /// stages share. A rank's tail is the sum over its chunks.
  ///
  /// Each chunk's gradients are reduced once its last micro-batch is through. Only the reduction of
  /// the chunk that finishes last (the rank's first) can outlast the backward pass beside it:
  /// `residual · time + exposed · max(0, time − backward)`.
  public func tail(chunk: Int, first: Int, end: Int, backward: Double) -> Double {
    let timing = model.stack.timing
    let held = weights(chunk: chunk, first: first, end: end)
    let links = stages[chunk % stages.count]
    let reduction =
      reduction(held.dense, over: links.dense) + reduction(held.expert, over: links.expert)
    var visible = timing.gradientResidual * reduction
    if chunk < stages.count {
      visible += timing.gradientExposed * (reduction - Seconds(backward)).orZero
    }
    return visible.value + optimizerStep(chunk: chunk, first: first, end: end)
      + tiedTable(chunk: chunk)
  }

  /// The optimiser's pass over the state of a chunk's weights that this rank owns, in seconds.
  func optimizerStep(chunk: Int, first: Int, end: Int) -> Double {
    let held = weights(chunk: chunk, first: first, end: end)
    let owned = held.dense / denseOwners + held.expert / expertOwners
    let bytes = Bytes(owned * model.stack.timing.optimizerBytes)
    return (bytes / model.device.memoryBandwidth).value
  }

  private func reduction(_ weights: Double, over links: GroupLinks) -> Seconds {
    guard weights > 0, links.members > 1, frame.sharding != .parameters else { return .zero }
    let collectives = CollectiveTimes(calibration: model.device.calibration)
    let gradients = Bytes(weights * model.stack.timing.gradientBytes)
    guard frame.sharding != .none else { return collectives.allReduce(gradients, over: links) }
    let gathered = Bytes(weights * model.workload.precision.storedBytes)
    return collectives.reduceScatter(gradients, over: links)
      + collectives.allGather(gathered, over: links)
  }

  /// The ranks that share out the optimiser's work on a weight.
  var denseOwners: Double {
    frame.sharding == .none ? 1 : Double(frame.degrees.context * frame.degrees.data)
  }

  var expertOwners: Double {
    frame.sharding == .none ? 1 : Double(frame.degrees.expertData)
  }

  /// The first and last stages add up the gradients of a table that both hold, over one hop's link.
  private func tiedTable(chunk: Int) -> Double {
    guard model.model.tiedHead, frame.degrees.pipeline > 1,
      chunk == 0 || chunk == frame.chunks - 1
    else { return 0 }
    let table = shape.embedding.weights.dense * model.stack.timing.gradientBytes
    return 2 * table / shape.hiddenBytes * hop
  }

  /// The step time of a pipeline's makespan: the host's work and the stragglers on top.
  public func step(makespan: Double) -> Seconds {
    Seconds(stragglers * (makespan + model.stack.timing.perStep.value))
  }

  /// The makespan of a step time: the inverse of `step(makespan:)`.
  public func makespan(step: Seconds) -> Double {
    step.value / stragglers - model.stack.timing.perStep.value
  }

  /// The factor by which many nodes slow a step.
  private var stragglers: Double {
    let width = Double(model.cluster.nodeGroups[0].acceleratorsPerNode)
    let nodes = Double(frame.degrees.devices) / width
    return 1 + model.stack.timing.jitterPerDoubling * max(0, nodes.log2)
  }

  // MARK: Memory, in bytes

  /// The weights that a rank holds in one chunk.
  @inline(__always)
  public func weights(chunk: Int, first: Int, end: Int) -> HeldWeights {
    var held = HeldWeights(
      dense: shape.dense[end] - shape.dense[first], expert: shape.expert[end] - shape.expert[first])
    if chunk == 0 { held = held + shape.embedding.weights }
    if chunk == frame.chunks - 1 { held = held + shape.head.weights }
    return held
  }

  /// Weights, gradients and optimiser state of one chunk.
  @inline(__always)
  public func state(chunk: Int, first: Int, end: Int) -> Double {
    let held = weights(chunk: chunk, first: first, end: end)
    return held.dense * denseState + held.expert * expertState
  }

  /// Weights, gradients and optimiser state of one layer.
  public func layerState(_ layer: Int) -> Double {
    (shape.dense[layer + 1] - shape.dense[layer]) * denseState
      + (shape.expert[layer + 1] - shape.expert[layer]) * expertState
  }

  /// What one micro-batch keeps in one chunk.
  @inline(__always)
  public func saved(chunk: Int, first: Int, end: Int, policy: Int, full: Int) -> Double {
    let last = shape.saved[policies - 1]
    let other = shape.saved[policy]
    let border = first + full
    var bytes = last[border] - last[first] + other[end] - other[border]
    if chunk == 0 { bytes += shape.embedding.saved.value }
    if chunk == frame.chunks - 1 { bytes += shape.head.saved.value }
    return bytes
  }

  /// What a rank holds only while it works: gathered inputs and weights, a recomputed layer, logits.
  @inline(__always)
  public func transient(rank: Int, recomputes: Bool) -> Double {
    var bytes = workspace
    if recomputes { bytes += shape.largestWorkingSet }
    if rank == frame.degrees.pipeline - 1 { bytes = max(bytes, shape.head.transient.value) }
    return bytes
  }
}
