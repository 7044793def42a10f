import ModelDescription
import ParallelismVocabulary
import Quantities

/// Prices frames, and keeps what frames share: most differ only in schedule, sharding or degree of
/// data parallelism.
///
/// Belongs to one thread.
public final class FramePricer {
  public let model: CostModel
  /// Schedules of the frames priced so far.
  public let pipelines: PipelineCache
  /// By the order of node groups.
  private let placements: [IdentityPlacement]
  /// Whether prices hold in every order of hosts.
  let isOrderOpen: Bool
  private var shapes: [ShapeKey: ShapePrices] = [:]
  private var links: [GroupKey: PlacedGroups] = [:]
  private var hops: [HopKey: Double] = [:]
  private var devices: [DeviceKey: PricedDevice] = [:]
  private var layouts: [LayoutKey: Layout] = [:]

  private struct ShapeKey: Hashable {
    var shape: LayerShape
    var hasStages: Bool
    var device: ObjectIdentifier
  }

  /// Neighbouring node groups in some order.
  private struct DeviceKey: Hashable {
    var order: Int
    var groups: Range<Int>
    /// The share of its nominal rate that the slowest of its nodes has left.
    var health: Double
  }

  /// What of a frame its prices depend on, but for schedule and memory.
  private struct LayoutKey: Hashable {
    var degrees: ParallelismDegrees
    var microBatchSize: Int
    var contextMethod: ContextMethod?
    var sequenceParallel: Bool
    var layerSharding: LayerSharding
    var stateReplicas: Int
    var order: Int
    var rankOrder: AxisOrder
    /// Whether chunks lie on the ranks in turn.
    var isLooped: Bool

    init(_ frame: Frame, _ timing: StackTiming) {
      degrees = frame.degrees
      microBatchSize = frame.microBatchSize
      contextMethod = frame.contextMethod
      sequenceParallel = frame.sequenceParallel
      layerSharding = timing.layerSharding(frame.sharding)
      stateReplicas = frame.stateReplicas
      order = frame.groupOrder
      rankOrder = frame.rankOrder
      isLooped = frame.schedule.placement == .looped
    }

    /// By numbers alone: enumerations with names hash letter by letter.
    func hash(into hasher: inout Hasher) {
      hasher.combine(degrees)
      hasher.combine(microBatchSize)
      hasher.combine(stateReplicas)
      hasher.combine(order)
      hasher.combine(layerSharding == .none)
    }
  }

  /// What frames of one layout share.
  private struct Layout {
    var device: PricedDevice
    var shape: ShapePrices
    var stages: StagePrices?
    var hop: Double
    var links: StageLinks
  }

  /// A kind of group: so many ranks so far apart, in every stage.
  private struct GroupKey: Hashable {
    var stride: Int
    var size: Int
    /// The first stage's ranks; `nil` for groups of one.
    var ranks: StageRanks?
    var stages: Int
    var order: Int
  }

  private struct PlacedGroups {
    var byStage: [GroupLinks]
    /// Where stages lie on one kind of accelerator, layers are priced alike on all of them.
    var slowest: GroupLinks
  }

  private struct HopKey: Hashable {
    var ranks: StageRanks
    var stages: Int
    var bytes: Double
    var order: Int
  }

  /// - Parameters:
  ///   - pipelines: what is known of schedules, which several pricers of one thread may share.
  ///   - anyOrder: what stands for the links between nodes in prices that hold in every order of hosts.
  public init(
    _ model: CostModel, pipelines: PipelineCache = PipelineCache(),
    anyOrder: (any AnyOrderLinks)? = nil
  ) {
    self.model = model
    self.pipelines = pipelines
    isOrderOpen = anyOrder != nil
    placements = model.clusters.map {
      IdentityPlacement(cluster: $0, calibration: model.calibration, anyOrder: anyOrder)
    }
  }

  /// The prices of a frame's layers, ends, hops, tails and memory.
  public func prices(of frame: Frame) -> FramePrices {
    prices(of: frame, inFlight: pipelines.inFlight(of: frame))
  }

  /// The bound over every split of a frame by closed formulas.
  public func closedFormBound(of frame: Frame) -> FrameBound {
    pricesForFormulas(of: frame).closedFormBound()
  }

  /// Prices that tell nothing of micro-batches in flight, which closed formulas do not need.
  public func pricesForFormulas(of frame: Frame) -> FramePrices {
    prices(of: frame, inFlight: [])
  }

  private func prices(of frame: Frame, inFlight: [[[Int]]]) -> FramePrices {
    let layout = layout(of: frame)
    return FramePrices(
      frame: frame, model: model, device: layout.device, shape: layout.shape,
      stages: layout.stages, hop: layout.hop, links: layout.links, inFlight: inFlight)
  }

  private func layout(of frame: Frame) -> Layout {
    let key = LayoutKey(frame, model.stack.timing)
    if let known = layouts[key] { return known }
    let degrees = frame.degrees
    let stages = stagePrices(of: frame)
    // Chunks that do not lie on the ranks in turn wait for the weakest of all devices.
    let isAlike = stages == nil && (degrees.pipeline == 1 || frame.schedule.placement == .looped)
    let device = isAlike ? device(of: frame, stage: 0) : model.anyDevice
    let shape = prices(
      of: layerShape(of: frame), on: device, hasStages: degrees.pipeline > 1)
    let layout = Layout(
      device: device, shape: shape, stages: stages, hop: hop(of: frame, bytes: shape.hiddenBytes),
      links: StageLinks(
        dense: gradientLinks(frame, stride: degrees.tensor, shards: frame.denseShards),
        expert: gradientLinks(
          frame, stride: degrees.expert * degrees.expertTensor, shards: frame.expertShards),
        ends: placements[frame.groupOrder].stageLink(
          from: StageRanks(stage: degrees.pipeline - 1, of: frame),
          to: StageRanks(stage: 0, of: frame))))
    layouts[key] = layout
    return layout
  }

  // MARK: Devices

  /// The device that a stage is priced on.
  func device(of frame: Frame, stage: Int) -> PricedDevice {
    guard model.hasUnlikeDevices else { return model.anyDevice }
    let cluster = model.clusters[frame.groupOrder]
    let width = frame.degrees.devicesPerStage
    let last = min((stage + 1) * width, cluster.deviceCount) - 1
    let first = min(stage * width, last)
    // With data outermost, a stage lies on nodes of all replicas.
    let nodes =
      frame.rankOrder == .pipelineOutermost
      ? cluster.node(ofDevice: first)..<cluster.node(ofDevice: last) + 1
      : 0..<cluster.node(ofDevice: min(frame.degrees.devices, cluster.deviceCount) - 1) + 1
    return device(
      ofGroups: cluster.group(ofDevice: first)..<cluster.group(ofDevice: last) + 1,
      inOrder: frame.groupOrder,
      health: isOrderOpen
        ? cluster.leastComputeFactor(ofBest: nodes.count) : cluster.leastComputeFactor(of: nodes))
  }

  /// The device that stands for some neighbouring groups, where devices differ.
  ///
  /// - Parameter health: the share of its nominal rate that the slowest of the nodes has left.
  func device(
    ofGroups groups: Range<Int>, inOrder order: Int, health: Double
  ) -> PricedDevice {
    let cluster = model.clusters[order]
    // Groups of one kind differ in the health of their nodes alone.
    let groups = model.isMixed ? groups : 0..<cluster.nodeGroups.count
    let key = DeviceKey(order: order, groups: groups, health: health)
    if let known = devices[key] { return known }
    let reference = ReferenceDevice(
      cluster: cluster, groups: groups, calibration: model.calibration, health: health)
    // What all groups can run, some of them can.
    let device =
      PricedDevice(
        reference, precision: model.workload.precision, collectives: cluster.collectives)
      ?? model.anyDevice
    devices[key] = device
    return device
  }

  /// The prices of each stage; `nil` where all lie on devices that are alike, or chunks do not lie on the
  /// ranks in turn.
  private func stagePrices(of frame: Frame) -> StagePrices? {
    guard model.hasUnlikeDevices, frame.schedule.placement == .looped, frame.degrees.pipeline > 1
    else {
      return nil
    }
    let devices = (0..<frame.degrees.pipeline).map { device(of: frame, stage: $0) }
    var result: StagePrices?
    if devices.contains(where: { $0 !== devices[0] }) {
      result = StagePrices(
        shapes: devices.enumerated().map { stage, device in
          prices(of: layerShape(of: frame, stage: stage), on: device, hasStages: true)
        }, devices: devices)
    }
    return result
  }

  /// The prices of a frame's layers where all its stages are alike, and the device they are for.
  func layers(of frame: Frame) -> (shape: ShapePrices, device: PricedDevice) {
    let device = device(of: frame, stage: 0)
    return (
      prices(of: layerShape(of: frame), on: device, hasStages: frame.degrees.pipeline > 1), device
    )
  }

  /// What of a frame the prices of a stage's layers depend on.
  ///
  /// - Parameter stage: `nil` takes the slowest links of all stages.
  func layerShape(of frame: Frame, stage: Int? = nil) -> LayerShape {
    func links(_ stride: Int, _ size: Int) -> GroupLinks {
      let groups = groups(frame, stride: stride, size: size)
      return stage.map { groups.byStage[$0] } ?? groups.slowest
    }
    let degrees = frame.degrees
    let sharding = model.stack.timing.layerSharding(frame.sharding)
    let isSharded = sharding != .none
    return LayerShape(
      tensor: degrees.tensor, context: degrees.context, expert: degrees.expert,
      expertTensor: degrees.expertTensor,
      shardedOver: isSharded ? frame.denseShards : 1, keepsGathered: sharding == .once,
      stateReplicas: isSharded ? frame.stateReplicas : 1,
      microBatchSize: frame.microBatchSize, contextMethod: frame.contextMethod,
      sequenceParallel: frame.sequenceParallel,
      tensorLinks: links(1, degrees.tensor),
      contextLinks: links(degrees.tensor, degrees.context),
      hierarchy: hierarchy(of: frame).map { sizes in
        let ring = degrees.tensor * sizes.exchanging
        return ContextHierarchy(
          sizes: sizes,
          exchange: links(degrees.tensor, sizes.exchanging),
          ring: links(ring, sizes.rounds))
      },
      expertLinks: links(degrees.expertTensor, degrees.expert),
      expertTensorLinks: links(1, degrees.expertTensor),
      shardingLinks: isSharded ? links(degrees.tensor, frame.denseShards) : .alone,
      stateReplicaLinks: isSharded
        ? links(degrees.tensor * frame.denseShards, frame.stateReplicas) : .alone)
  }

  private func hierarchy(of frame: Frame) -> HierarchicalContext? {
    guard frame.contextMethod == .hierarchical else { return nil }
    return HierarchicalContext(
      context: frame.degrees.context, tensor: frame.degrees.tensor, model: model.model,
      cluster: model.cluster)
  }

  private func prices(
    of shape: LayerShape, on device: PricedDevice, hasStages: Bool
  ) -> ShapePrices {
    let key = ShapeKey(shape: shape, hasStages: hasStages, device: ObjectIdentifier(device))
    if let known = shapes[key] { return known }
    let prices = ShapePrices(
      pricer: layerPricer(shape, on: device), model: model.model, policies: model.policies,
      stages: hasStages ? 2 : 1)
    shapes[key] = prices
    return prices
  }

  func layerPricer(_ shape: LayerShape, on device: PricedDevice) -> LayerPricer {
    layerPricer(shape, on: device, model.workload)
  }

  /// Prices layers whose experts are all loaded alike, whatever is known of them.
  func lonePricer(_ shape: LayerShape, on device: PricedDevice) -> LayerPricer {
    var workload = model.workload
    workload.expertUse = []
    return layerPricer(shape, on: device, workload)
  }

  private func layerPricer(
    _ shape: LayerShape, on device: PricedDevice, _ workload: Workload
  ) -> LayerPricer {
    LayerPricer(
      operators: OperatorPricer(
        device: device.device, workload: workload, shape: shape,
        productPeak: device.productPeak, wholePeak: device.wholePeak,
        timing: model.stack.timing),
      collectives: device.collectives,
      timing: model.stack.timing, memory: model.stack.memory, hiddenSize: model.model.hiddenSize,
      measured: model.measuredLayers?.shape(shape, on: device.device))
  }

  // MARK: Links

  /// The links of the ranks that share out a chunk's state, and of those that hold the same shard.
  ///
  /// - Parameter stride: how far apart neighbouring ranks that hold the same weights are.
  private func gradientLinks(_ frame: Frame, stride: Int, shards: Int) -> [GradientLinks] {
    let shared = groups(frame, stride: stride, size: shards).byStage
    guard frame.stateReplicas > 1 else {
      return shared.map { GradientLinks(shards: $0, replicas: .alone) }
    }
    let replicas = groups(frame, stride: stride * shards, size: frame.stateReplicas).byStage
    return zip(shared, replicas).map { GradientLinks(shards: $0, replicas: $1) }
  }

  private func groups(_ frame: Frame, stride: Int, size: Int) -> PlacedGroups {
    let stages = frame.degrees.pipeline
    let key = GroupKey(
      stride: size > 1 ? stride : 1, size: size,
      ranks: size > 1 ? StageRanks(stage: 0, of: frame) : nil, stages: stages,
      order: size > 1 ? frame.groupOrder : 0)
    if let known = links[key] { return known }
    let byStage = (0..<stages).map {
      placements[frame.groupOrder].groupLinks(
        stride: stride, size: size, in: StageRanks(stage: $0, of: frame))
    }
    var slowest = byStage.dropFirst().reduce(byStage[0]) { $0.slowerOf($1) }
    if isOrderOpen, size > 1, stages > 1 {
      // All stages' groups together use more of the nodes than one stage's.
      slowest = slowest.slowerOf(
        placements[frame.groupOrder].groupLinks(
          stride: stride, size: size, in: StageRanks(stage: 0, of: frame), stages: stages))
    }
    let result = PlacedGroups(byStage: byStage, slowest: slowest)
    links[key] = result
    return result
  }

  /// The time of the slowest hop between two neighbouring stages, one micro-batch.
  private func hop(of frame: Frame, bytes: Double) -> Double {
    let degrees = frame.degrees
    guard degrees.pipeline > 1 else { return 0 }
    let key = HopKey(
      ranks: StageRanks(stage: 0, of: frame), stages: degrees.pipeline, bytes: bytes,
      order: frame.groupOrder)
    if let known = hops[key] { return known }
    let times = (1..<degrees.pipeline).map { stage in
      placements[frame.groupOrder].stageLink(
        from: StageRanks(stage: stage - 1, of: frame), to: StageRanks(stage: stage, of: frame)
      )
      .time(Bytes(bytes))
    }
    let open = placements[frame.groupOrder].hopInAnyOrder(frame)?.time(Bytes(bytes))
    let result = max(times.max() ?? .zero, open ?? .zero).value
    hops[key] = result
    return result
  }
}
