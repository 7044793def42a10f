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
  private let placement: IdentityPlacement
  private var shapes: [ShapeKey: ShapePrices] = [:]
  private var links: [GroupKey: PlacedGroups] = [:]
  private var hops: [HopKey: Double] = [:]

  private struct ShapeKey: Hashable {
    var shape: LayerShape
    var hasStages: Bool
  }

  /// A kind of group: so many ranks so far apart, in every stage of some width.
  private struct GroupKey: Hashable {
    var stride: Int
    var size: Int
    var width: Int
    var stages: Int
  }

  private struct PlacedGroups {
    var byStage: [GroupLinks]
    /// Layers are priced alike on all stages.
    var slowest: GroupLinks
  }

  private struct HopKey: Hashable {
    var width: Int
    var stages: Int
    var bytes: Double
  }

  /// - Parameter pipelines: what is known of schedules, which several pricers of one thread may share.
  public init(_ model: CostModel, pipelines: PipelineCache = PipelineCache()) {
    self.model = model
    self.pipelines = pipelines
    placement = IdentityPlacement(cluster: model.cluster, calibration: model.calibration)
  }

  /// The prices of a frame's layers, ends, hops, tails and memory.
  public func prices(of frame: Frame) -> FramePrices {
    let degrees = frame.degrees
    let expert = groups(
      frame, stride: degrees.expert * degrees.expertTensor, size: degrees.expertData)
    let prices = prices(of: layerShape(of: frame), hasStages: degrees.pipeline > 1)
    return FramePrices(
      frame: frame, model: model, shape: prices, hop: hop(of: frame, bytes: prices.hiddenBytes),
      links: StageLinks(dense: denseGroups(of: frame).byStage, expert: expert.byStage),
      inFlight: pipelines.inFlight(of: frame))
  }

  /// What of a frame the prices of its layers depend on.
  func layerShape(of frame: Frame) -> LayerShape {
    let degrees = frame.degrees
    let isFullySharded = frame.sharding == .parameters
    return LayerShape(
      tensor: degrees.tensor, context: degrees.context, expert: degrees.expert,
      expertTensor: degrees.expertTensor,
      shardedOver: isFullySharded ? degrees.context * degrees.data : 1,
      microBatchSize: frame.microBatchSize, contextMethod: frame.contextMethod,
      sequenceParallel: frame.sequenceParallel,
      tensorLinks: groups(frame, stride: 1, size: degrees.tensor).slowest,
      contextLinks: groups(frame, stride: degrees.tensor, size: degrees.context).slowest,
      expertLinks: groups(frame, stride: degrees.expertTensor, size: degrees.expert).slowest,
      expertTensorLinks: groups(frame, stride: 1, size: degrees.expertTensor).slowest,
      shardingLinks: isFullySharded ? denseGroups(of: frame).slowest : .alone)
  }

  private func prices(of shape: LayerShape, hasStages: Bool) -> ShapePrices {
    let key = ShapeKey(shape: shape, hasStages: hasStages)
    if let known = shapes[key] { return known }
    let prices = ShapePrices(
      pricer: layerPricer(shape), model: model.model, policies: model.policies,
      stages: hasStages ? 2 : 1)
    shapes[key] = prices
    return prices
  }

  func layerPricer(_ shape: LayerShape) -> LayerPricer {
    LayerPricer(
      operators: OperatorPricer(
        device: model.device, workload: model.workload, shape: shape,
        productPeak: model.productPeak, wholePeak: model.wholePeak,
        timing: model.stack.timing),
      collectives: CollectiveTimes(
        calibration: model.device.calibration, measured: model.cluster.collectives),
      timing: model.stack.timing, memory: model.stack.memory, hiddenSize: model.model.hiddenSize,
      measured: model.measuredLayers?.shape(shape))
  }

  // MARK: Links

  /// The replicas that share gradients of dense weights.
  private func denseGroups(of frame: Frame) -> PlacedGroups {
    groups(
      frame, stride: frame.degrees.tensor, size: frame.degrees.context * frame.degrees.data)
  }

  private func groups(_ frame: Frame, stride: Int, size: Int) -> PlacedGroups {
    let width = frame.degrees.devicesPerStage
    let stages = frame.degrees.pipeline
    let key = GroupKey(
      stride: size > 1 ? stride : 1, size: size, width: size > 1 ? width : 1, stages: stages)
    if let known = links[key] { return known }
    let byStage = (0..<stages).map {
      placement.groupLinks(stride: stride, size: size, first: $0 * width, width: width)
    }
    let result = PlacedGroups(
      byStage: byStage, slowest: byStage.dropFirst().reduce(byStage[0]) { $0.slowerOf($1) })
    links[key] = result
    return result
  }

  /// The time of the slowest hop between two neighbouring stages, one micro-batch.
  private func hop(of frame: Frame, bytes: Double) -> Double {
    let degrees = frame.degrees
    guard degrees.pipeline > 1 else { return 0 }
    let width = degrees.devicesPerStage
    let key = HopKey(width: width, stages: degrees.pipeline, bytes: bytes)
    if let known = hops[key] { return known }
    let times = (1..<degrees.pipeline).map { stage in
      placement.stageLink(from: (stage - 1) * width, to: stage * width, width: width)
        .time(Bytes(bytes))
    }
    let result = (times.max() ?? .zero).value
    hops[key] = result
    return result
  }
}
