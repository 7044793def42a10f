import Quantities

/// The most that one rank of a stage holds at once, by part.
public struct StageMemory: Hashable, Sendable {
  public var weights: Bytes
  public var gradients: Bytes
  public var optimizer: Bytes
  /// What the micro-batches in flight keep.
  public var activations: Bytes
  /// What is held only while something runs: gathered inputs and weights, gradients of activations,
  /// logits, a layer that is recomputed; and the workspaces that it needs.
  public var transient: Bytes
  /// What lies in the host's memory, of the optimiser and of micro-batches in flight; no part of what
  /// the device holds.
  public var host = Bytes.zero
  /// What of `transient` stays from step to step: placeholders and workspaces.
  public var lasting = Bytes.zero
  /// What the allocator holds beyond what is allocated.
  public var slack: Bytes
  /// What lies outside of the allocator: the device's context, communicators and their buffers.
  public var outside: Bytes

  public init(
    weights: Bytes = .zero, gradients: Bytes = .zero, optimizer: Bytes = .zero,
    activations: Bytes = .zero, transient: Bytes = .zero, slack: Bytes = .zero,
    outside: Bytes = .zero
  ) {
    self.weights = weights
    self.gradients = gradients
    self.optimizer = optimizer
    self.activations = activations
    self.transient = transient
    self.slack = slack
    self.outside = outside
  }

  /// What the allocator has handed out between two steps.
  public var resting: Bytes { weights + gradients + optimizer + lasting }
  /// What the allocator hands out at the peak.
  public var allocated: Bytes { weights + gradients + optimizer + activations + transient }
  /// What the allocator takes from the device.
  public var reserved: Bytes { allocated + slack }
  /// What the device has in use; this is what must fit.
  public var peak: Bytes { reserved + outside }
  /// What is not handed out.
  public var reserve: Bytes { slack + outside }
}

extension FramePrices {
  /// What a rank allocates under a split, in bytes; to be held against `capacity`.
  public func allocated(rank: Int, split: LayerSplit) -> Double {
    var state = 0.0
    for chunk in frame.chunks(ofRank: rank) {
      let layers = split.layers(ofChunk: chunk)
      state += self.state(chunk: chunk, first: layers.lowerBound, end: layers.upperBound)
    }
    return state + activations(rank: rank, split: split)
      + transient(rank: rank, recompute: split.recompute[rank])
  }

  /// The peak of what a rank's micro-batches in flight keep, in bytes; where the backward pass is
  /// divided, as if the weight gradient needed all that the input gradient does.
  public func activations(rank: Int, split: LayerSplit) -> Double {
    peak(rank: rank, split: split) {
      saved(chunk: $0, first: $1.lowerBound, end: $1.upperBound, policy: $2, full: $3)
    }
  }

  /// The peak of what a rank has in its host's memory under a split: its optimiser's state, and what
  /// its micro-batches in flight have there; in bytes.
  public func host(rank: Int, split: LayerSplit) -> Double {
    guard !hostCapacities.isEmpty else { return 0 }
    let state = frame.chunks(ofRank: rank).reduce(0.0) { sum, chunk in
      let layers = split.layers(ofChunk: chunk)
      return sum
        + hostState(chunk: chunk, rank: rank, first: layers.lowerBound, end: layers.upperBound)
    }
    return state
      + peak(rank: rank, split: split) {
        offloaded(chunk: $0, first: $1.lowerBound, end: $1.upperBound, policy: $2, full: $3)
      }
  }

  /// The most that a rank's micro-batches in flight hold of something at once.
  ///
  /// - Parameter amount: what one of them holds in a chunk, of its layers, under a policy and with a
  ///   number of them recomputed whole.
  private func peak(
    rank: Int, split: LayerSplit,
    _ amount: (_ chunk: Int, _ layers: Range<Int>, _ policy: Int, _ full: Int) -> Double
  ) -> Double {
    let recompute = split.recompute[rank]
    let amounts = frame.chunks(ofRank: rank).map { chunk in
      let layers = split.layers(ofChunk: chunk)
      return amount(chunk, layers, recompute.policy, min(recompute.fullLayers, layers.count))
    }
    return inFlight[rank].reduce(0) { peak, alive in
      max(peak, zip(alive, amounts).reduce(0) { $0 + Double($1.0) * $1.1 })
    }
  }

  /// The memory of one stage, by part.
  public func memory(rank: Int, split: LayerSplit) -> StageMemory {
    let state = StateBytes(model: model, frame: frame)
    var memory = StageMemory()
    for chunk in frame.chunks(ofRank: rank) {
      let layers = split.layers(ofChunk: chunk)
      let held = weights(chunk: chunk, first: layers.lowerBound, end: layers.upperBound)
      for (count, members) in [
        (held.dense, frame.denseShards), (held.expert, frame.expertShards),
      ] {
        let parts = state.parts(frame.sharding, over: members)
        memory.weights += Bytes(count * parts.weight)
        memory.gradients += Bytes(count * parts.gradient)
        memory.optimizer += Bytes(count * parts.optimizer)
      }
    }
    memory.activations = Bytes(activations(rank: rank, split: split))
    memory.transient = Bytes(transient(rank: rank, recompute: split.recompute[rank]))
    memory.lasting = Bytes(transients.lasting(isLast: frame.holdsLastChunk(rank)))
    memory.slack = model.stack.memory.slack * memory.allocated
    memory.host = Bytes(host(rank: rank, split: split))
    memory.outside = model.stack.memory.outside(of: frame)
    return memory
  }

  /// Whether every rank's memory fits.
  public func fits(_ split: LayerSplit) -> Bool {
    (0..<frame.degrees.pipeline).allSatisfy {
      allocated(rank: $0, split: split) <= capacity(rank: $0)
        && host(rank: $0, split: split) <= hostCapacity(rank: $0)
    }
  }
}
