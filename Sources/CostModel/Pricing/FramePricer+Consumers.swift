import ModelDescription
import ParallelismVocabulary
import Quantities

/// A kind of work that takes a stage's time.
public enum Consumer: String, CaseIterable, Sendable, Hashable {
  /// Matrix products of dense layers.
  case products
  /// Softmax attention without its projections; linear attention and state-space scans.
  case attention, scans
  /// The products of routed experts, with the sorting of their rows.
  case experts
  /// Normalisations, activation functions, residual sums, convolutions.
  case elementWise
  /// Embedding, head, loss and multi-token prediction: the kernels of the model's ends.
  case ends
  case tensorCommunication, contextCommunication, expertCommunication, shardingCommunication
  /// The visible part of activations' way to the host's memory and back.
  case hostCopies
  /// What the device waits for the host.
  case hostLaunch

  init(_ work: Work) {
    self =
      switch work {
      case .projection: .products
      case .attention: .attention
      case .scan: .scans
      case .experts: .experts
      case .convolution, .normalisation, .elementwise, .lookup, .none: .elementWise
      }
  }
}

extension FramePricer {
  /// Where the time of one rank's passes goes in a step, by kind of work; what is computed again
  /// counts as what it is. The kinds add up to the rank's `StepBreakdown.passes`.
  public func consumers(
    of frame: Frame, _ pipeline: PipelineShape, split: LayerSplit, rank: Int
  ) -> [Consumer: Seconds] {
    let prices = prices(of: frame)
    let shape = prices.shape(ofChunk: rank)
    let pricer = layerPricer(
      layerShape(of: frame, stage: prices.stages == nil ? nil : rank),
      on: prices.stages?.devices[rank] ?? device(of: frame, stage: 0))
    let recompute = split.recompute[rank]
    var sums: [Consumer: Seconds] = [:]
    var known: [LayerChoice: [Consumer: Seconds]] = [:]
    for chunk in pipeline.chunks(ofRank: rank) {
      let layers = split.layers(ofChunk: chunk)
      for layer in layers {
        let isFull = layer - layers.lowerBound < recompute.fullLayers
        let choice = LayerChoice(
          kind: model.model.layers[layer],
          policy: isFull ? model.policies.count - 1 : recompute.policy)
        let times =
          known[choice]
          ?? pricer.consumers(
            of: model.model.kinds[choice.kind], under: model.policies[choice.policy],
            price: shape.kinds[choice.kind][choice.policy])
        known[choice] = times
        sums.merge(times, uniquingKeysWith: +)
      }
      var ends = PassTime(launch: model.stack.timing.perMicroBatch)
      if chunk == 0 {
        ends = ends + shape.embedding.forward + shape.embedding.backward
      }
      if chunk == frame.chunks - 1 {
        ends = ends + shape.head.forward + shape.head.backward
      }
      sums[.ends, default: .zero] += ends.compute + ends.recompute
      sums.merge(ends.waits, uniquingKeysWith: +)
    }
    let microBatches = pipeline.microBatchesPerChunk
    return sums.mapValues { microBatches * $0 }.filter { $0.value > .zero }
  }
}

extension FramePrices {
  /// The rank that has most to do in a step, the first of equals: the one that a prediction's
  /// breakdown is about.
  public func busiestRank(_ split: LayerSplit, _ pipeline: PipelineShape) -> Int {
    let times = times(split)
    let microBatches = pipeline.microBatchesPerChunk
    var busy = times.tail
    for rank in busy.indices {
      for chunk in pipeline.chunks(ofRank: rank) {
        busy[rank] += microBatches * (times.forward[chunk] + times.backward[chunk])
      }
    }
    return busy.indices.max { busy[$0] < busy[$1] } ?? 0
  }
}

extension PipelineShape {
  /// The micro-batches of a step that run through each chunk of a rank: half of them where the chunk
  /// lies on two ranks.
  fileprivate var microBatchesPerChunk: Double {
    Double(placement == .mirrored ? microBatches / 2 : microBatches)
  }
}

/// A kind of layer under a policy, by their indices.
private struct LayerChoice: Hashable {
  var kind: Int
  var policy: Int
}

extension LayerPricer {
  /// Both passes of a micro-batch through a layer, by kind of work.
  fileprivate func consumers(
    of layer: Layer, under policy: RecomputePolicy, price: LayerPrice
  ) -> [Consumer: Seconds] {
    let passes = price.forward + price.backward
    var kernels: [Consumer: Seconds] = [:]
    for operation in layer.operators {
      let times = operators.times(of: operation)
      let again = repeatedShare(of: operation, in: layer, under: policy)
      var time = times.forward + times.backward + again * times.forward
      if policy.repeatsOnlyActivation { time += operators.activation(of: operation) }
      kernels[Consumer(operation.work), default: .zero] += time
    }
    if measured?.part(of: layer) != nil {
      // Only the whole was measured; its parts share it as analytic ones do.
      let whole = Consumer.allCases.reduce(Seconds.zero) { $0 + (kernels[$1] ?? .zero) }
      let factor = whole > .zero ? (passes.compute + passes.recompute) / whole : 0
      kernels = kernels.mapValues { factor * $0 }
    }
    return kernels.merging(passes.waits, uniquingKeysWith: +)
  }
}

extension PassTime {
  /// The parts that are no kernels.
  fileprivate var waits: [Consumer: Seconds] {
    [
      .tensorCommunication: tensor, .contextCommunication: context, .expertCommunication: expert,
      .shardingCommunication: sharding, .hostCopies: hostCopies, .hostLaunch: launch,
    ]
  }
}
