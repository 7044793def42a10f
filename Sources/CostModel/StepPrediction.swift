import Quantities

/// How long a step takes and what it holds, for one frame and split.
public struct StepPrediction: Sendable {
  public var step: Seconds
  /// The pipeline's makespan with its tails, before host work and stragglers.
  public var makespan: Seconds
  public var breakdown: StepBreakdown
  public var memory: [StageMemory]
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
    public var tail: [Double]
  }

  /// What a split's chunks take for one micro-batch, and its ranks after their last.
  public func times(_ split: LayerSplit) -> PipelineTimes {
    let stages = frame.degrees.pipeline
    var times = PipelineTimes(
      forward: [], backward: [], tail: Array(repeating: 0, count: stages))
    for chunk in 0..<frame.chunks {
      let layers = split.layers(ofChunk: chunk)
      let recompute = split.recompute[chunk % stages]
      let backward = self.backward(
        chunk: chunk, first: layers.lowerBound, end: layers.upperBound, policy: recompute.policy,
        full: min(recompute.fullLayers, layers.count))
      times.forward.append(
        forward(chunk: chunk, first: layers.lowerBound, end: layers.upperBound))
      times.backward.append(backward)
      times.tail[chunk % stages] += tail(
        chunk: chunk, first: layers.lowerBound, end: layers.upperBound, backward: backward)
    }
    return times
  }

  /// The exact makespan of a split by simulation, in seconds.
  public func makespan(_ split: LayerSplit, with simulator: PipelineSimulator) -> Double {
    makespan(times(split), with: simulator)
  }

  private func makespan(_ times: PipelineTimes, with simulator: PipelineSimulator) -> Double {
    simulator.simulate(
      forward: times.forward, backward: times.backward, hop: hop, tail: times.tail)
  }

  /// The whole prediction of a split, with its breakdown and memory.
  public func predict(_ split: LayerSplit, with simulator: PipelineSimulator) -> StepPrediction {
    let times = times(split)
    let makespan = makespan(times, with: simulator)
    return StepPrediction(
      step: step(makespan: makespan), makespan: Seconds(makespan),
      breakdown: breakdown(split, times, makespan: makespan),
      memory: (0..<frame.degrees.pipeline).map { memory(rank: $0, split: split) })
  }

  private func breakdown(
    _ split: LayerSplit, _ times: PipelineTimes, makespan: Double
  ) -> StepBreakdown {
    let stages = frame.degrees.pipeline
    let microBatches = Double(frame.microBatches)
    let busy = (0..<stages).map { rank in
      stride(from: rank, to: frame.chunks, by: stages).reduce(times.tail[rank]) {
        $0 + microBatches * (times.forward[$1] + times.backward[$1])
      }
    }
    let rank = busy.indices.max { busy[$0] < busy[$1] } ?? 0
    var result = StepBreakdown()
    var optimizer = 0.0
    for chunk in stride(from: rank, to: frame.chunks, by: stages) {
      result.passes =
        result.passes + microBatches
        * passes(chunk: chunk, split.layers(ofChunk: chunk), split.recompute[rank])
      result.hops += Seconds(2 * microBatches * hopWait)
      let layers = split.layers(ofChunk: chunk)
      optimizer += finish.update(
        weights(chunk: chunk, first: layers.lowerBound, end: layers.upperBound))
    }
    result.optimizer = Seconds(optimizer)
    result.gradientReduction = Seconds(times.tail[rank] - optimizer)
    result.bubble = Seconds(max(0, makespan - busy[rank]))
    result.perStep = model.stack.timing.perStep
    result.stragglers = (stragglers - 1) * (Seconds(makespan) + result.perStep)
    return result
  }

  /// Both passes of one micro-batch through a chunk, by cause.
  private func passes(
    chunk: Int, _ layers: Range<Int>, _ recompute: StageRecompute
  ) -> PassTime {
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
