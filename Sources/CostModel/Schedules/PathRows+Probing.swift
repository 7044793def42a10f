extension PathRows {
  /// The critical paths at a fixed set of probes: times near balance, at which a path that matters
  /// for real pipelines is likely to be critical.
  ///
  /// A probe takes forward passes of 1 and backward passes of 2 in every chunk, makes one rank or
  /// one chunk 2, 20 or 60 per cent longer, and lets a hop take 0, 0.03 or 0.2; further probes put a
  /// long tail on each rank. Where backward passes are divided, each rank's own operations come
  /// first, then all probes of equal chunks; hops of 1 and 5 are probed too, and every probe is made
  /// with several shares of the input gradient, and where passes overlap, with nothing and with
  /// everything hidden. Large shapes use an even selection, so that all probes together simulate at
  /// most about `operationBudget` operations (4 million take some 20 ms).
  public init(probing graph: PipelineGraph, operationBudget: Int = 4_000_000) {
    self.init(of: graph.shape)
    let simulator = PipelineSimulator(graph)
    let probes = Probe.all(for: shape)
    if shape.schedule.dividesBackward {
      for rank in 0..<shape.stages { insert(graph.path(ofRank: rank)) }
      for probe in probes where probe.isEven { insert(probe.criticalPath(with: simulator)) }
    }
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
  var slowChunks: [Int] = []
  var factor: Double = 1
  /// The time of a hop relative to a forward pass.
  var hop: Double
  /// The rank with a tail, if one has.
  var tailRank: Int?
  /// How the time of a backward pass is shared out, and what overlapped pairs hide.
  var backward = Division(inputGradient: 1, hiddenShare: 0)

  /// The input gradient's part of a backward pass of 2, and the share hidden of an overlapped pass.
  struct Division {
    var inputGradient: Double
    var hiddenShare: Double
  }

  /// Whether all chunks take equally long, and no rank has a tail.
  var isEven: Bool { factor == 1 && tailRank == nil }

  static func all(for shape: PipelineShape) -> [Probe] {
    var probes = undivided(for: shape)
    guard shape.schedule.dividesBackward else { return probes }
    probes += [1, 5].map { Probe(hop: $0) }
    let hasPairs = shape.schedule == .dualPipe || shape.schedule == .dualPipeV
    return (hasPairs ? [0, 1] : [0]).flatMap { hiddenShare in
      [1, 1.3, 0.8].flatMap { inputGradient in
        probes.map { probe in
          var probe = probe
          probe.backward = Division(inputGradient: inputGradient, hiddenShare: hiddenShare)
          return probe
        }
      }
    }
  }

  private static func undivided(for shape: PipelineShape) -> [Probe] {
    let ranks = (0..<shape.stages).map { shape.chunks(ofRank: $0) }
    let singles = (0..<(shape.chunksPerRank > 1 ? shape.chunks : 0)).map { [$0] }
    var probes: [Probe] = []
    for hop in [0, 0.03, 0.2] {
      probes.append(Probe(hop: hop))
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
    guard shape.schedule.dividesBackward else {
      return simulator.criticalPath(
        forward: forward, backward: forward.map { 2 * $0 }, hop: hop, tail: tail)
    }
    return simulator.criticalPath(
      DividedTimes(
        forward: forward, inputGradient: forward.map { backward.inputGradient * $0 },
        weightGradient: forward.map { (2 - backward.inputGradient) * $0 }, hop: hop, tail: tail,
        hiddenShare: backward.hiddenShare))
  }
}
