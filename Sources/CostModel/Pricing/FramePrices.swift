import ParallelismVocabulary
import Quantities

/// Everything that a frame costs apart from how its layers are split: what a stage's time, memory
/// and tail are for any run of layers.
///
/// Chunk c holds a run of layers on rank `c mod stages`, or where `Frame.chunks(ofRank:)` says; the
/// first chunk also embeds, the last also
/// projects to the vocabulary. Times are in seconds and memory in bytes, as plain numbers: the
/// search asks for them millions of times, and none of them allocates.
public struct FramePrices: Sendable {
  public let frame: Frame
  /// The prices of layers on any stage; where stages differ, on one as weak as the weakest.
  public let shape: ShapePrices
  /// `nil` where all stages lie on one kind of accelerator.
  let stages: StagePrices?
  /// Seconds of the slowest hop between stages.
  public let hop: Double
  /// What any rank may allocate: its device's memory less what lies outside of the allocator, over one
  /// plus the allocator's slack.
  public let capacity: Bytes
  /// The same of each rank, in bytes; empty where all may allocate alike.
  private let capacities: [Double]
  private let device: PricedDevice
  /// The peaks of micro-batches in flight, by rank (see `PipelineShape.inFlight`).
  public let inFlight: [[[Int]]]
  let model: CostModel
  /// What a stage itself waits for its sends, besides their delay.
  let hopWait: Double
  /// What passes cost besides layers: the host's work, the wait for sends, and at either end.
  let forwardOverhead: Double
  private let ends: (first: EndTimes, last: EndTimes)
  /// What reduces gradients and updates weights after the last backward pass.
  let finish: StepFinish
  /// Bytes of state a dense and an expert weight, by the sharding.
  let denseState: Double
  let expertState: Double
  /// An optimiser in the hosts' memory, of each stage; empty where it is on the device, and one where
  /// all stages lie on one kind of device.
  private let hosts: [HostOptimizer]
  /// What a device of each stage may use of its host's memory, in bytes; empty where nothing can lie
  /// there, and one where all stages lie on one kind of device.
  let hostCapacities: [Double]
  /// Bytes that a rank holds while something runs.
  let transients: FrameTransients

  init(
    frame: Frame, model: CostModel, device: PricedDevice, shape: ShapePrices,
    stages: StagePrices?, hop: Double, links: StageLinks, inFlight: [[[Int]]]
  ) {
    let timing = model.stack.timing
    let state = StateBytes(model: model, frame: frame)
    self.frame = frame
    self.shape = shape
    self.stages = stages
    self.device = device
    self.hop = hop
    self.model = model
    self.inFlight = inFlight
    hopWait = timing.hopExposed * hop
    forwardOverhead = timing.perMicroBatch.value + hopWait
    ends = (
      EndTimes((stages?.shapes.first ?? shape).embedding),
      EndTimes((stages?.shapes.last ?? shape).head)
    )
    let devices = (stages?.devices ?? [device]).map(\.device)
    hosts = devices.compactMap { HostOptimizer(model, on: $0) }
    hostCapacities =
      hosts.isEmpty && shape.offloaded == nil ? [] : devices.map(\.hostCapacity.value)
    finish = StepFinish(
      frame: frame, model: model, shape: shape, devices: stages?.devices ?? [device],
      hosts: hosts, hop: hop, links: links)
    let memory = model.stack.memory
    let outside = memory.outside(of: frame)
    capacity = (device.device.memory - outside) / (1 + memory.slack)
    capacities =
      stages?.devices.map { (($0.device.memory - outside) / (1 + memory.slack)).value } ?? []
    denseState = state.parts(frame.sharding, over: frame.denseShards).total
    expertState = state.parts(frame.sharding, over: frame.expertShards).total
    transients = FrameTransients(frame: frame, model: model, shape: shape, state: state)
  }

  public var layers: Int { shape.forward.count - 1 }
  public var policies: Int { shape.backward.policies }

  /// Whether it is decided what every layer recomputes.
  public var hasPinnedRecompute: Bool { model.pinnedPolicy != nil }

  /// The policies that use the host's memory, by index.
  public var offloadingPolicies: [Int] {
    shape.offloaded == nil
      ? [] : model.policies.indices.filter { !model.policies[$0].offloaded.isEmpty }
  }

  /// The device that a stage is priced on.
  public func device(ofStage stage: Int) -> ReferenceDevice {
    (stages?.devices[stage] ?? device).device
  }

  /// What a rank may allocate, in bytes (see `capacity`).
  @inline(__always)
  public func capacity(rank: Int) -> Double {
    capacities.isEmpty ? capacity.value : capacities[rank]
  }

  /// The prices of layers in a chunk.
  @inline(__always)
  func shape(ofChunk chunk: Int) -> ShapePrices {
    guard let stages else { return shape }
    return stages.shapes[chunk % frame.degrees.pipeline]
  }

  /// A stage of each kind: one where all stages are alike.
  public var unlikeStages: [Int] { stages?.distinct ?? [0] }

  /// The least of all layers in each respect, wherever they lie.
  var leastLayer: LeastLayer { stages?.least ?? shape.least }

  // MARK: Time, in seconds

  /// The forward time of one micro-batch through a chunk of the layers `first..<end`.
  @inline(__always)
  public func forward(chunk: Int, first: Int, end: Int) -> Double {
    let shape = shape(ofChunk: chunk)
    var time = shape.forward[end] - shape.forward[first] + forwardOverhead
    if chunk == 0 { time += ends.first.forward }
    if chunk == frame.chunks - 1 { time += ends.last.forward }
    return time
  }

  /// The backward time of one micro-batch through a chunk, whose first `full` layers are recomputed
  /// whole and the others under a policy.
  @inline(__always)
  public func backward(chunk: Int, first: Int, end: Int, policy: Int, full: Int) -> Double {
    let shape = shape(ofChunk: chunk)
    var time = shape.backward.sum(first: first, end: end, policy: policy, full: full) + hopWait
    if chunk == 0 { time += ends.first.backward }
    if chunk == frame.chunks - 1 { time += ends.last.backward }
    return time
  }

  /// The part of one micro-batch's backward time through a chunk that its weight gradients take,
  /// which schedules that divide the backward pass can postpone.
  public func weightGradient(chunk: Int, first: Int, end: Int) -> Double {
    let shape = shape(ofChunk: chunk)
    var time = shape.weightGradient[end] - shape.weightGradient[first]
    if chunk == 0 { time += shape.embedding.weightGradient.value }
    if chunk == frame.chunks - 1 { time += shape.head.weightGradient.value }
    return time
  }

  /// What one chunk adds to the time after its rank's last backward pass (see `StepFinish`). A
  /// rank's tail is the sum over its chunks.
  public func tail(chunk: Int, first: Int, end: Int, backward: Double) -> Double {
    tail(
      chunk: chunk, rank: chunk % frame.degrees.pipeline, first: first, end: end,
      backward: backward)
  }

  /// The same where the chunk may lie on another rank than in turn.
  func tail(chunk: Int, rank: Int, first: Int, end: Int, backward: Double) -> Double {
    finish.tail(
      chunk: chunk, stage: rank, weights: weights(chunk: chunk, first: first, end: end),
      backward: backward)
  }

  /// The step time of a pipeline's makespan: the host's work and the stragglers on top.
  public func step(makespan: Double) -> Seconds {
    model.step(
      makespan: makespan, devices: frame.degrees.devices, groupOrder: frame.groupOrder)
  }

  /// The makespan of a step time: the inverse of `step(makespan:)`.
  public func makespan(step: Seconds) -> Double {
    step.value / stragglers - model.stack.timing.perStep.value
  }

  /// The factor by which many nodes slow a step.
  var stragglers: Double {
    model.stragglers(devices: frame.degrees.devices, groupOrder: frame.groupOrder)
  }

  // MARK: Memory, in bytes

  /// The weights that a rank holds in one chunk, in elements.
  @inline(__always)
  public func weights(chunk: Int, first: Int, end: Int) -> HeldWeights {
    var held = HeldWeights(
      dense: shape.dense[end] - shape.dense[first], expert: shape.expert[end] - shape.expert[first])
    if chunk == 0 { held = held + shape.embedding.weights }
    if chunk == frame.chunks - 1 { held = held + shape.head.weights }
    return held
  }

  /// What one chunk's optimiser has in its host's memory, in bytes a device.
  @inline(__always)
  public func hostState(chunk: Int, rank: Int, first: Int, end: Int) -> Double {
    guard !hosts.isEmpty else { return 0 }
    let held = weights(chunk: chunk, first: first, end: end)
    return hosts[hosts.count == 1 ? 0 : rank].bytes
      * (held.dense / Double(frame.denseShards) + held.expert / Double(frame.expertShards))
  }

  /// What a device may use of its host's memory, in bytes.
  @inline(__always)
  public func hostCapacity(rank: Int) -> Double {
    hostCapacities.isEmpty ? .infinity : hostCapacities[hostCapacities.count == 1 ? 0 : rank]
  }

  /// What one micro-batch has in its host's memory from one chunk, in bytes a device.
  @inline(__always)
  public func offloaded(chunk: Int, first: Int, end: Int, policy: Int, full: Int) -> Double {
    shape.offloaded?.sum(first: first, end: end, policy: policy, full: full) ?? 0
  }

  /// Weights, gradients and optimiser state of one chunk.
  @inline(__always)
  public func state(chunk: Int, first: Int, end: Int) -> Double {
    state(of: weights(chunk: chunk, first: first, end: end))
  }

  /// Weights, gradients and optimiser state of one layer.
  public func layerState(_ layer: Int) -> Double {
    state(of: shape.weights[model.model.layers[layer]])
  }

  /// The least state of any layer.
  var leastLayerState: Double {
    shape.weights.reduce(.infinity) { min($0, state(of: $1)) }
  }

  @inline(__always)
  func state(of held: HeldWeights) -> Double {
    held.dense * denseState + held.expert * expertState
  }

  /// What one micro-batch keeps in one chunk, on the device.
  @inline(__always)
  public func saved(chunk: Int, first: Int, end: Int, policy: Int, full: Int) -> Double {
    var bytes = shape.kept.sum(first: first, end: end, policy: policy, full: full)
    if chunk == 0 { bytes += shape.embedding.saved.value }
    if chunk == frame.chunks - 1 { bytes += shape.head.saved.value }
    return bytes
  }

  /// What a rank holds only while it works, and buffers that stay (see `FrameTransients`).
  @inline(__always)
  public func transient(rank: Int, recompute: StageRecompute) -> Double {
    transients.bytes(
      isFirst: frame.holdsFirstChunk(rank), isLast: frame.holdsLastChunk(rank),
      recompute: recompute)
  }
}

/// Seconds of one micro-batch at one end of the model.
private struct EndTimes: Sendable {
  let forward: Double
  let backward: Double

  init(_ price: EndPrice) {
    forward = price.forward.total.value
    backward = price.backward.total.value
  }
}
