import Quantities

extension Frame {
  /// The layers that one chunk may hold in the declared space.
  ///
  /// One chunk a stage: any number of at least one. Interleaved: the even share rounded down or one more;
  /// the first and the last chunk, which also embed and project, may hold one layer less.
  ///
  /// - Parameter evenly: whether stages of one chunk hold the even share rounded down or up too, as
  ///   some stacks need it.
  public func chunkSizes(_ chunk: Int, layers: Int, evenly: Bool = false) -> ClosedRange<Int> {
    let share = layers / chunks
    guard schedule.virtualStages > 1 else {
      let rounded = layers.isMultiple(of: chunks) ? share : share + 1
      return evenly ? max(1, share)...max(1, rounded) : 1...max(1, layers - chunks + 1)
    }
    let isEnd = chunk == 0 || chunk == chunks - 1
    return max(1, isEnd ? share - 1 : share)...(share + 1)
  }
}

/// What closed formulas tell of a frame before any of its splits is looked at.
public enum FrameBound: Sendable, Hashable {
  /// No split fits in memory, since even the sum over all ranks does not.
  case exceedsMemory
  /// Every split's step takes at least this.
  case step(Seconds)
}

extension FramePrices {
  /// A bound over every split and recomputation of this frame, by closed formulas only.
  ///
  /// Memory: the states of the whole model, the least that one micro-batch keeps, and every rank's
  /// workspace, against the capacity of all ranks; and the head's share against one rank's.
  /// Time: `PipelineShape.closedFormBound` of the totals without recomputation, and `mixedBound` where
  /// stages differ.
  public func closedFormBound() -> FrameBound {
    guard sumFitsMemory, let pipeline = PipelineCache.shape(of: frame) else {
      return .exceedsMemory
    }
    let totals = totals()
    let bound = pipeline.closedFormBound(totals)
    guard let stages else { return .step(step(makespan: bound)) }
    return .step(step(makespan: max(bound, mixedBound(stages) + totals.tail)))
  }

  private var sumFitsMemory: Bool {
    let head = state(of: shape.head.weights) + transients.head
    let capacities = (0..<frame.degrees.pipeline).reduce(0.0) { $0 + capacity(rank: $1) }
    return leastNeed <= capacities && head <= capacity(rank: frame.degrees.pipeline - 1)
  }

  /// The least that all ranks allocate together, however layers are split and recomputed, in bytes: all
  /// state, one micro-batch, and what every rank holds while it works.
  public var leastNeed: Double {
    state(of: shape.wholeWeights) + shape.leastKept
      + Double(frame.degrees.pipeline) * transients.least
  }

  /// The totals that every split shares.
  ///
  /// - Parameter forced: recomputation that every split needs, in seconds a micro-batch.
  func totals(forced: Double = 0) -> SplitTotals {
    let chunks = Double(frame.chunks)
    let least =
      [0, frame.chunks / 2, frame.chunks - 1].map {
        frame.chunkSizes($0, layers: layers).lowerBound
      }.min() ?? 1
    let forward = leastLayer.forward * Double(least) + forwardOverhead
    let backward = leastLayer.backward * Double(least) + hopWait
    let kinds = model.model.layers
    let layersForward =
      stages?.leastSum(kinds) { $0.forward.total.value } ?? shape.forward[layers]
    let layersBackward =
      stages?.leastSum(kinds) { $0.backward.total.value }
      ?? shape.backward.sum(first: 0, end: layers, policy: 0)
    let (first, last) = (shape(ofChunk: 0), shape(ofChunk: frame.chunks - 1))
    let weightGradient =
      shape.weightGradient[layers] + shape.embedding.weightGradient.value
      + shape.head.weightGradient.value
    var totals = SplitTotals(
      forward: layersForward + first.embedding.forward.total.value
        + last.head.forward.total.value + chunks * forwardOverhead,
      backward: forced + layersBackward + first.embedding.backward.total.value
        + last.head.backward.total.value + chunks * hopWait,
      hop: hop, tail: leastTail, chunkForward: forward, chunkBackward: backward)
    totals.inputGradient = max(0, totals.backward - weightGradient)
    return totals
  }

  /// The least tail that any rank can have: exact for one stage, else that of its least layers.
  private var leastTail: Double {
    if frame.chunks == 1 {
      let backward = self.backward(chunk: 0, first: 0, end: layers, policy: 0, full: 0)
      return tail(chunk: 0, first: 0, end: layers, backward: backward)
    }
    let least = shape.weights.reduce(Double.infinity) { min($0, finish.leastUpdate($1)) }
    return Double(frame.schedule.virtualStages) * least
  }
}
