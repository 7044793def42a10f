extension PathRows {
  /// The critical paths at a fixed set of probes: times near balance, at which a path that matters
  /// for real pipelines is likely to be critical.
  ///
  /// A probe takes forward passes of 1 and backward passes of 2 in every chunk, makes one rank or
  /// one chunk 2, 20 or 60 per cent longer, and lets a hop take 0, 0.03 or 0.2; further probes put a
  /// long tail on each rank. Large shapes use an even selection, so that all probes together
  /// simulate at most about `operationBudget` operations (4 million take some 20 ms).
  public init(probing graph: PipelineGraph, operationBudget: Int = 4_000_000) {
    self.init(of: graph.shape)
    let simulator = PipelineSimulator(graph)
    let probes = Probe.all(for: shape)
    let count = min(probes.count, max(32, operationBudget / shape.operations))
    for step in 0..<count {
      insert(probes[step * probes.count / count].criticalPath(with: simulator))
    }
  }

  public init(probing shape: PipelineShape, operationBudget: Int = 4_000_000) {
    self.init(probing: PipelineGraph(shape), operationBudget: operationBudget)
  }
}

/// Times at which a shape's critical path is looked for.
private struct Probe {
  /// The chunks that take longer than the others, and by which factor.
  var slowChunks: StrideTo<Int>
  var factor: Double
  /// The time of a hop relative to a forward pass.
  var hop: Double
  /// The rank with a tail, if one has.
  var tailRank: Int?

  static func all(for shape: PipelineShape) -> [Probe] {
    let (stages, chunks) = (shape.stages, shape.chunks)
    let ranks = (0..<stages).map { stride(from: $0, to: chunks, by: stages) }
    let singles = (0..<(chunks > stages ? chunks : 0)).map { stride(from: $0, to: $0 + 1, by: 1) }
    var probes: [Probe] = []
    for hop in [0, 0.03, 0.2] {
      probes.append(Probe(slowChunks: stride(from: 0, to: 0, by: 1), factor: 1, hop: hop))
      for factor in [1.02, 1.2, 1.6] {
        for slow in ranks + singles {
          probes.append(Probe(slowChunks: slow, factor: factor, hop: hop))
        }
      }
    }
    for (rank, slow) in ranks.enumerated() {
      for factor in [1, 1.2] {
        probes.append(Probe(slowChunks: slow, factor: factor, hop: 0.03, tailRank: rank))
      }
    }
    return probes
  }

  func criticalPath(with simulator: PipelineSimulator) -> PathRow {
    let shape = simulator.shape
    var forward = [Double](repeating: 1, count: shape.chunks)
    for chunk in slowChunks { forward[chunk] = factor }
    var tail = [Double](repeating: 0, count: shape.stages)
    // Longer than everything that can follow the rank's last operation elsewhere.
    if let tailRank { tail[tailRank] = 10 * Double(shape.chunks) }
    return simulator.criticalPath(
      forward: forward, backward: forward.map { 2 * $0 }, hop: hop, tail: tail)
  }
}
