import Quantities

/// Which tokens the memory of a group must hold at once.
public enum MemoryRule: String, Sendable, Hashable, CaseIterable {
  /// All sequences of a group in a micro-batch: they are packed into one forward pass.
  case packed
  /// One sequence at a time: each is a forward and backward pass of its own, as under Megatron's
  /// dynamic context parallelism.
  case perSequence
}

/// Everything about the scattering of batches but the batches themselves.
public struct ScatteringSetting: Sendable, Hashable {
  /// The GPUs that a micro-batch's groups share.
  public let gpus: Int
  /// The costs at each degree that a group may have, by ascending degree.
  public let degrees: [DegreeCost]
  /// What every micro-batch takes once, such as gathering sharded weights.
  public let microBatchTime: Seconds
  /// The tokens that one GPU's memory holds.
  public let tokensPerGPU: Int
  public let memoryRule: MemoryRule
  /// The stages of the pipeline that micro-batches pass one after another; the times are those of the
  /// slowest.
  public let stages: Int

  /// - Throws: what is not allowed, in words.
  public init(
    gpus: Int, degrees: [DegreeCost], microBatchTime: Seconds, tokensPerGPU: Int,
    memoryRule: MemoryRule, stages: Int = 1
  ) throws(ScatteringFault) {
    precondition(stages >= 1, "a pipeline has a stage")
    let degrees = degrees.sorted { $0.degree < $1.degree }
    guard gpus >= 1 else { throw .noGPU }
    guard tokensPerGPU >= 1 else { throw .noMemory }
    guard let least = degrees.first?.degree, least <= gpus else { throw .noDegree(gpus: gpus) }
    for (one, next) in zip(degrees, degrees.dropFirst()) where one.degree == next.degree {
      throw .repeatedDegree(one.degree)
    }
    self.gpus = gpus
    self.degrees = degrees.filter { $0.degree <= gpus }
    self.microBatchTime = microBatchTime
    self.tokensPerGPU = tokensPerGPU
    self.memoryRule = memoryRule
    self.stages = stages
  }

  /// Whether a group of this degree can hold the sequence at all.
  public func holds(_ length: Int, _ cost: DegreeCost) -> Bool {
    cost.tokens(length) <= cost.degree * tokensPerGPU
  }

  /// Whether a group of some degree can.
  public func holds(_ length: Int) -> Bool { degrees.contains { holds(length, $0) } }

  /// The degree that a length would need, by doubling, if the cluster were large enough.
  public func degreeNeeded(_ length: Int) -> Int {
    let least = (length + tokensPerGPU - 1) / tokensPerGPU
    var degree = 1
    while degree < least { degree *= 2 }
    return degree
  }
}

/// Why a batch cannot be scattered.
public enum ScatteringFault: Error, Sendable, Hashable, CustomStringConvertible {
  case noGPU
  case noMemory
  case noDegree(gpus: Int)
  case repeatedDegree(Int)
  case emptyBatch
  case nonPositiveLength(sequence: Int, length: Int)
  /// A sequence that no group can hold; `needs` is the degree that could.
  case oversize(sequence: Int, length: Int, largest: Int, needs: Int)
  /// The times at a degree fall, or are not finite, where lengths grow.
  case unorderedTimes(degree: Int, length: Int)

  public var description: String {
    switch self {
    case .noGPU: "there is no GPU to scatter sequences over"
    case .noMemory:
      "the model's state leaves no room for a token on a GPU; share out more of it (--sharding "
        + "parameters), cut it (--tensor 8), or recompute (--recompute full)"
    case .noDegree(let gpus): "no degree is at most the \(gpus) GPUs"
    case .repeatedDegree(let degree): "degree \(degree) is given twice"
    case .emptyBatch: "the batch has no sequence"
    case .nonPositiveLength(let sequence, let length):
      "sequence \(sequence) has the length \(length), but must have at least 1"
    case .oversize(let sequence, let length, let largest, let needs):
      "sequence \(sequence) has \(length) tokens, more than any group holds (\(largest)); "
        + "it would need degree \(needs)"
    case .unorderedTimes(let degree, let length):
      "the time at degree \(degree) is not ascending with the length at \(length) tokens"
    }
  }
}
