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
  public let pipelines = PipelineCache()
  private let placement: IdentityPlacement
  private var shapes: [ShapeKey: ShapePrices] = [:]
  private var links: [BlockKey: GroupLinks] = [:]
  private var hops: [HopKey: Double] = [:]

  private struct ShapeKey: Hashable {
    var shape: LayerShape
    var hasStages: Bool
  }

  private struct BlockKey: Hashable {
    var stride: Int
    var size: Int
    var first: Int
    var width: Int
  }

  private struct HopKey: Hashable {
    var width: Int
    var stages: Int
    var bytes: Double
  }

  public init(_ model: CostModel) {
    self.model = model
    placement = IdentityPlacement(cluster: model.cluster)
  }

  /// The prices of a frame's layers, ends, hops, tails and memory.
  public func prices(of frame: Frame) -> FramePrices {
    let degrees = frame.degrees
    let width = degrees.devicesPerStage
    let fullySharded = frame.sharding == .parameters
    let shape = LayerShape(
      tensor: degrees.tensor, context: degrees.context, expert: degrees.expert,
      expertTensor: degrees.expertTensor,
      shardedOver: fullySharded ? degrees.context * degrees.data : 1,
      microBatchSize: frame.microBatchSize, contextMethod: frame.contextMethod,
      sequenceParallel: frame.sequenceParallel,
      tensorLinks: slowest(frame, stride: 1, size: degrees.tensor),
      contextLinks: slowest(frame, stride: degrees.tensor, size: degrees.context),
      expertLinks: slowest(frame, stride: degrees.expertTensor, size: degrees.expert),
      expertTensorLinks: slowest(frame, stride: 1, size: degrees.expertTensor),
      shardingLinks: fullySharded
        ? slowest(frame, stride: degrees.tensor, size: degrees.context * degrees.data) : .alone)
    let stages = (0..<degrees.pipeline).map { stage in
      StageLinks(
        dense: linksOf(
          stride: degrees.tensor, size: degrees.context * degrees.data, first: stage * width,
          width: width),
        expert: linksOf(
          stride: degrees.expert * degrees.expertTensor, size: degrees.expertData,
          first: stage * width, width: width))
    }
    let prices = prices(of: shape, hasStages: degrees.pipeline > 1)
    return FramePrices(
      frame: frame, model: model, shape: prices, hop: hop(of: frame, bytes: prices.hiddenBytes),
      stages: stages, inFlight: pipelines.inFlight(of: frame))
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

  private func layerPricer(_ shape: LayerShape) -> LayerPricer {
    LayerPricer(
      operators: OperatorPricer(
        device: model.device, workload: model.workload, shape: shape,
        productPeak: model.productPeak, wholePeak: model.wholePeak),
      collectives: CollectiveTimes(calibration: model.device.calibration),
      timing: model.stack.timing, hiddenSize: model.model.hiddenSize)
  }

  // MARK: Links

  /// The slowest links of a kind of group over all stages: layers are priced alike on all of them.
  private func slowest(_ frame: Frame, stride: Int, size: Int) -> GroupLinks {
    guard size > 1 else { return .alone }
    let width = frame.degrees.devicesPerStage
    let all = (0..<frame.degrees.pipeline).map {
      linksOf(stride: stride, size: size, first: $0 * width, width: width)
    }
    return all.dropFirst().reduce(all[0]) { $0.slowerOf($1) }
  }

  private func linksOf(stride: Int, size: Int, first: Int, width: Int) -> GroupLinks {
    let key = BlockKey(stride: stride, size: size, first: first, width: width)
    if let known = links[key] { return known }
    let result = placement.groupLinks(stride: stride, size: size, first: first, width: width)
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

/// The links over which one stage reduces its gradients.
struct StageLinks: Hashable, Sendable {
  var dense: GroupLinks
  var expert: GroupLinks
}
