import Quantities

/// A way to process a batch: micro-batches one after another, each divided into groups that work at
/// the same time.
public struct Scattering: Sendable, Hashable {
  /// GPUs that process some of the sequences together.
  public struct Group: Sendable, Hashable {
    public var degree: Int
    /// Indices into the batch.
    public var sequences: [Int]

    public init(degree: Int, sequences: [Int]) {
      self.degree = degree
      self.sequences = sequences
    }
  }

  /// The groups of each micro-batch.
  public var microBatches: [[Group]]

  public init(microBatches: [[Group]]) {
    self.microBatches = microBatches
  }
}

extension ScatteringSetting {
  /// The seconds of one group.
  public func time(_ group: Scattering.Group, batch: [Int]) -> Seconds {
    guard let cost = degrees.first(where: { $0.degree == group.degree }) else { return .infinity }
    return group.sequences.reduce(cost.groupTime) { $0 + cost.time(batch[$1]) }
  }

  /// The seconds of a batch: Σ over micro-batches of the fixed cost and the slowest group, and, for
  /// each further stage of a pipeline, those of the longest micro-batch.
  ///
  /// With p stages, micro-batch j takes t_j at each: Σ_j t_j + (p − 1) · max_j t_j.
  /// - Source: a flow shop whose jobs take as long on every machine (Pinedo, "Scheduling", §6.1);
  ///   1F1B keeps to it, its passes forward and backward taken together.
  public func time(_ scattering: Scattering, batch: [Int]) -> Seconds {
    let times = scattering.microBatches.map { groups in
      microBatchTime + (groups.map { time($0, batch: batch) }.max() ?? .zero)
    }
    return times.reduce(.zero, +) + Double(stages - 1) * (times.max() ?? .zero)
  }

  /// What forbids a scattering, in words; empty for one that may run.
  public func faults(_ scattering: Scattering, batch: [Int]) -> [String] {
    var faults: [String] = []
    var places = [Int](repeating: 0, count: batch.count)
    for (index, groups) in scattering.microBatches.enumerated() {
      let used = groups.reduce(0) { $0 + $1.degree }
      if used > gpus { faults.append("micro-batch \(index) uses \(used) GPUs of \(gpus)") }
      for group in groups {
        guard let cost = degrees.first(where: { $0.degree == group.degree }) else {
          faults.append("micro-batch \(index) has a group of degree \(group.degree), not allowed")
          continue
        }
        let known = group.sequences.filter(batch.indices.contains)
        if known.count < group.sequences.count {
          faults.append("micro-batch \(index) has a sequence that the batch has not")
        }
        for sequence in known { places[sequence] += 1 }
        let tokens = known.map { cost.tokens(batch[$0]) }
        let held = memoryRule == .packed ? tokens.reduce(0, +) : tokens.max() ?? 0
        if held > group.degree * tokensPerGPU {
          faults.append(
            "micro-batch \(index) has a group of degree \(group.degree) with \(held) tokens, "
              + "more than \(group.degree * tokensPerGPU)")
        }
      }
    }
    for (sequence, count) in places.enumerated() where count != 1 {
      faults.append("sequence \(sequence) is in \(count) groups, but must be in 1")
    }
    return faults
  }
}
