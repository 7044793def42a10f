import ClusterTopology
import ParallelismVocabulary
import Quantities

/// What a rank does after its last backward pass: the visible part of reducing gradients (and of
/// gathering weights), the optimiser's pass, and adding up a table that two stages share.
///
/// Each chunk's gradients are reduced once its last micro-batch is through. Only the reduction of
/// the chunk that finishes last (the rank's first) can outlast the backward pass beside it:
/// `residual · time + exposed · max(0, time − backward)`.
struct StepFinish: Sendable {
  private let chunks: Int
  private let stages: Int
  private let links: StageLinks
  /// By stage; one where all stages lie on one kind of accelerator.
  private let rates: [DeviceRates]
  private let residual: Double
  private let exposed: Double
  /// Bytes that are reduced, and gathered afterwards, a weight; none where layers do both.
  private let gradientBytes: Double
  private let gatheredBytes: Double
  private let isSharded: Bool
  /// Seconds in which the first and the last stage add up the gradients of a table that both hold: an
  /// all-reduce over two ranks, which each send it once.
  private let tiedTable: Double
  /// Seconds in which the two ranks that hold a chunk add up the gradient of one weight, over one
  /// hop's link; none where a chunk lies on one rank.
  private let copies: Double

  /// - Parameters:
  ///   - devices: what each stage lies on, or the one that all lie on.
  ///   - hosts: the optimisers of these in their hosts' memory; empty where they are on the devices.
  init(
    frame: Frame, model: CostModel, shape: ShapePrices, devices: [PricedDevice],
    hosts: [HostOptimizer], hop: Double, links: StageLinks
  ) {
    let timing = model.stack.timing
    let degrees = frame.degrees
    self.links = links
    chunks = frame.chunks
    stages = degrees.pipeline
    residual = timing.gradientResidual
    exposed = timing.gradientExposed
    // Of frozen weights, only the adapters' have gradients and state.
    let trained = model.trainedShare
    let isGathered = timing.layerSharding(frame.sharding) != .none
    gradientBytes = isGathered ? 0 : trained * timing.gradientBytes
    gatheredBytes = isGathered ? 0 : trained * model.workload.precision.storedBytes
    let isSharded = frame.sharding != .none
    self.isSharded = isSharded
    rates = devices.enumerated().map { index, device in
      let analytic = trained * (Bytes(timing.optimizerBytes) / device.device.memoryBandwidth).value
      let update =
        hosts.isEmpty
        ? shape.measuredUpdate(model, degrees, on: device.device) ?? analytic
        : hosts[index].seconds
      return DeviceRates(
        collectives: device.collectives,
        denseUpdate: isSharded ? update / Double(frame.denseShards) : update,
        expertUpdate: isSharded ? update / Double(frame.expertShards) : update)
    }
    let placement = frame.schedule.placement
    copies = placement == .mirrored ? timing.gradientBytes / shape.hiddenBytes * hop : 0
    // A rank that holds both ends, or copies of all, adds nothing up between them alone.
    let isShared =
      model.model.tiedHead && degrees.pipeline > 1 && placement == .looped
      && model.workload.adapterRank == nil
    let table = Bytes(shape.embedding.weights.dense * timing.gradientBytes)
    tiedTable = isShared ? links.ends.time(table).value : 0
  }

  /// What one chunk adds to its rank's tail, in seconds; `stage` is that rank, `backward` one
  /// micro-batch's pass.
  @inline(__always)
  func tail(chunk: Int, stage: Int, weights: HeldWeights, backward: Double) -> Double {
    let rates = rates[rates.count == 1 ? 0 : stage]
    let reduction =
      reduction(weights.dense, rates.collectives, over: links.dense[stage])
      + reduction(weights.expert, rates.collectives, over: links.expert[stage])
    var time = residual * reduction
    if chunk < stages { time += exposed * max(0, reduction - backward) }
    time += rates.update(weights) + copies * weights.total
    if chunk == 0 || chunk == chunks - 1 { time += tiedTable }
    return time
  }

  /// The optimiser's pass over the share of some weights' state that a rank of a stage owns, in
  /// seconds.
  func update(_ weights: HeldWeights, stage: Int) -> Double {
    rates[rates.count == 1 ? 0 : stage].update(weights)
  }

  /// The same on the stage that is quickest at it.
  func leastUpdate(_ weights: HeldWeights) -> Double {
    rates.reduce(.infinity) { min($0, $1.update(weights)) }
  }

  /// One all-reduce, or a reduce-scatter of gradients, an all-reduce of shards where several groups
  /// hold them, and an all-gather of weights, in seconds.
  private func reduction(
    _ weights: Double, _ collectives: CollectiveTimes, over links: GradientLinks
  ) -> Double {
    guard weights > 0, links.shards.members * links.replicas.members > 1 else { return 0 }
    let gradients = Bytes(weights * gradientBytes)
    guard isSharded else { return collectives.allReduce(gradients, over: links.shards).value }
    var time =
      collectives.reduceScatter(gradients, over: links.shards)
      + collectives.allGather(Bytes(weights * gatheredBytes), over: links.shards)
    if links.replicas.members > 1 {
      let shard = (1 / Double(links.shards.members)) * gradients
      time += collectives.allReduce(shard, over: links.replicas)
    }
    return time.value
  }
}

extension ShapePrices {
  /// Seconds of the optimiser's pass for one weight, where it was measured over all of them.
  fileprivate func measuredUpdate(
    _ model: CostModel, _ degrees: ParallelismDegrees, on device: ReferenceDevice
  ) -> Double? {
    guard let measured = model.measuredLayers?.optimizer(tensor: degrees.tensor, on: device) else {
      return nil
    }
    var held = embedding.weights.total + head.weights.total + (dense.last ?? 0) + (expert.last ?? 0)
    // A table that both ends hold is one on the rank that was measured.
    if model.model.tiedHead, let table = model.model.embedding.first, holdsTableTwice {
      held -= Double(table.weights) / Double(degrees.tensor)
    }
    return held > 0 ? measured.value / held : nil
  }
}

/// What a kind of device does its part of the finish with.
private struct DeviceRates: Sendable {
  let collectives: CollectiveTimes
  /// Seconds of the optimiser's pass over the state of one weight that a rank holds.
  let denseUpdate: Double
  let expertUpdate: Double

  @inline(__always)
  func update(_ weights: HeldWeights) -> Double {
    weights.dense * denseUpdate + weights.expert * expertUpdate
  }
}

/// The links over which each stage reduces its gradients, dense and of routed experts, and the one from
/// the last stage to the first.
struct StageLinks: Sendable {
  let dense: [GradientLinks]
  let expert: [GradientLinks]
  let ends: Link
}

/// The links of the ranks among which state is shared out, and of those that hold the same share.
struct GradientLinks: Sendable {
  let shards: GroupLinks
  let replicas: GroupLinks
}
