import Quantities

/// How long a step takes and what it holds, for one frame and split.
public struct StepPrediction: Sendable {
  public var step: Seconds
  /// The pipeline's makespan with its tails, before host work and stragglers.
  public var makespan: Seconds
  public var breakdown: StepBreakdown
  public var memory: [StageMemory]
  /// What the device of each stage has.
  public var capacities: [Bytes]
}

/// Where a step's time goes on the rank that is busiest; the parts add up to the step.
public struct StepBreakdown: Hashable, Sendable {
  public var passes = PassTime()
  /// What the rank waits for others, at the pipeline's start and end and in between.
  public var bubble = Seconds.zero
  /// What the rank waits for its sends to neighbouring stages.
  public var hops = Seconds.zero
  /// What is seen of reducing gradients and gathering weights, a shared table's among them.
  public var gradientReduction = Seconds.zero
  public var optimizer = Seconds.zero
  /// The slow-down of many nodes.
  public var stragglers = Seconds.zero
  /// The host's work once a step.
  public var perStep = Seconds.zero

  public init() {}

  /// The sum of all parts.
  public var total: Seconds {
    passes.total + bubble + hops + gradientReduction + optimizer + stragglers + perStep
  }
}

extension FramePrices {
  /// The times of a split's chunks and ranks, in seconds, as a simulator takes them.
  public struct PipelineTimes: Sendable {
    public var forward: [Double]
    public var backward: [Double]
    /// The part of `backward` that weight gradients take.
    public var weightGradient: [Double]
    public var tail: [Double]
  }

  /// What a split's chunks take for one micro-batch, and its ranks after their last.
  ///
  /// A chunk that two ranks hold takes as long as on the one that recomputes for longer.
  public func times(_ split: LayerSplit) -> PipelineTimes {
    let stages = frame.degrees.pipeline
    let none = [Double](repeating: 0, count: frame.chunks)
    var times = PipelineTimes(
      forward: none, backward: none, weightGradient: none,
      tail: Array(repeating: 0, count: stages))
    for rank in 0..<stages {
      let recompute = split.recompute[rank]
      for chunk in frame.chunks(ofRank: rank) {
        let layers = split.layers(ofChunk: chunk)
        let (first, end) = (layers.lowerBound, layers.upperBound)
        let backward = self.backward(
          chunk: chunk, first: first, end: end, policy: recompute.policy,
          full: min(recompute.fullLayers, layers.count))
        times.forward[chunk] = forward(chunk: chunk, first: first, end: end)
        times.backward[chunk] = max(times.backward[chunk], backward)
        times.weightGradient[chunk] = weightGradient(chunk: chunk, first: first, end: end)
        times.tail[rank] += tail(
          chunk: chunk, rank: rank, first: first, end: end, backward: backward)
      }
    }
    return times
  }

  /// The exact makespan of a split by simulation, in seconds.
  public func makespan(_ split: LayerSplit, with simulator: PipelineSimulator) -> Double {
    makespan(times(split), with: simulator)
  }

  private func makespan(_ times: PipelineTimes, with simulator: PipelineSimulator) -> Double {
    guard !frame.schedule.dividesBackward else {
      return simulator.simulate(
        DividedTimes(
          forward: times.forward,
          inputGradient: zip(times.backward, times.weightGradient).map { $0 - $1 },
          weightGradient: times.weightGradient, hop: hop, tail: times.tail))
    }
    return simulator.simulate(
      forward: times.forward, backward: times.backward, hop: hop, tail: times.tail)
  }

  /// The whole prediction of a split, with its breakdown and memory.
  public func predict(_ split: LayerSplit, with simulator: PipelineSimulator) -> StepPrediction {
    let times = times(split)
    let makespan = makespan(times, with: simulator)
    return StepPrediction(
      step: step(makespan: makespan), makespan: Seconds(makespan),
      breakdown: breakdown(split, times, makespan: makespan),
      memory: (0..<frame.degrees.pipeline).map { memory(rank: $0, split: split) },
      capacities: (0..<frame.degrees.pipeline).map { device(ofStage: $0).memory })
  }

  private func breakdown(
    _ split: LayerSplit, _ times: PipelineTimes, makespan: Double
  ) -> StepBreakdown {
    let microBatches = Double(frame.microBatchesPerChunk)
    let busy = (0..<frame.degrees.pipeline).map { rank in
      frame.chunks(ofRank: rank).reduce(times.tail[rank]) {
        $0 + microBatches * (times.forward[$1] + times.backward[$1])
      }
    }
    let rank = busy.indices.max { busy[$0] < busy[$1] } ?? 0
    var result = StepBreakdown()
    var optimizer = 0.0
    for chunk in frame.chunks(ofRank: rank) {
      result.passes =
        result.passes + microBatches
        * passes(chunk: chunk, split.layers(ofChunk: chunk), split.recompute[rank])
      result.hops += Seconds(2 * microBatches * hopWait)
      let layers = split.layers(ofChunk: chunk)
      optimizer += finish.update(
        weights(chunk: chunk, first: layers.lowerBound, end: layers.upperBound), stage: rank)
    }
    result.optimizer = Seconds(optimizer)
    result.gradientReduction = Seconds(times.tail[rank] - optimizer)
    // Sums of one stage's times differ by rounding alone.
    let idle = makespan - busy[rank]
    result.bubble = Seconds(idle > 1e-12 * makespan ? idle : 0)
    result.perStep = model.stack.timing.perStep
    result.stragglers = (stragglers - 1) * (Seconds(makespan) + result.perStep)
    return result
  }

  /// Both passes of one micro-batch through a chunk, by cause.
  private func passes(
    chunk: Int, _ layers: Range<Int>, _ recompute: StageRecompute
  ) -> PassTime {
    let shape = shape(ofChunk: chunk)
    var sum = PassTime(launch: model.stack.timing.perMicroBatch)
    for layer in layers {
      let isFull = layer - layers.lowerBound < recompute.fullLayers
      let price = shape.kinds[model.model.layers[layer]][isFull ? policies - 1 : recompute.policy]
      sum = sum + price.forward + price.backward
    }
    if chunk == 0 { sum = sum + shape.embedding.forward + shape.embedding.backward }
    if chunk == frame.chunks - 1 { sum = sum + shape.head.forward + shape.head.backward }
    return sum
  }
}
