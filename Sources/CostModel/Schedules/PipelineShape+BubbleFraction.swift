import ParallelismVocabulary

extension PipelineShape {
  /// The idle share of the pipeline where all chunks take equally long and hops and tails nothing,
  /// relative to the time m·v·(f + b) of a rank's own work.
  ///
  /// With p stages, m micro-batches and v virtual stages: (p − 1) / (m·v). Holds for every m that a
  /// shape allows. `nil` where backward passes are divided: their idle time depends on the parts.
  /// - Source: Narayanan et al. 2021, §2.2.1 for GPipe and 1F1B, §2.2.2 for interleaving.
  public var bubbleFraction: Double? {
    guard !schedule.dividesBackward else { return nil }
    return Double(stages - 1) / (Double(microBatches) * Double(virtualStages))
  }
}
