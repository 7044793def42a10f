import CostModel

extension RunDraft {
  /// The layers of each chunk where they are not even; `nil` where they are.
  mutating func chunkLayers(_ frame: Frame, layers: Int) throws(LeftOut) -> [Int]? {
    let (stages, chunks) = (frame.degrees.pipeline, frame.chunks)
    guard layers >= chunks - 2 else {
      throw LeftOut("\(layers) layers are too few for \(chunks) chunks")
    }
    guard stages > 1 else { return nil }
    if chunks == stages, let recorded = recordedSplit(stages: stages, layers: layers) {
      return recorded
    }
    if let layout = record.flags.text("pipeline-model-parallel-layout") {
      guard let counts = LayerPattern.chunkLayers(layout), counts.count == chunks,
        counts.reduce(0, +) == layers
      else { throw LeftOut("the layout '\(layout)' does not hold \(layers) layers") }
      return counts
    }
    if let ends = namedEnds(stages: stages, layers: layers), chunks == stages { return ends }
    // DeepSpeed counts both ends only where it is told to; others split unevenly only for them.
    let isToldTo = record.note.mentions("transformer|embedding")
    let isImplied =
      !layers.isMultiple(of: chunks) && (layers + 2).isMultiple(of: chunks)
      && !stack.hasPrefix("megatron-deepspeed@")
    let countsEnds = isToldTo || isImplied
    if countsEnds, let split = Self.filled(slots: layers + 2, chunks: chunks) {
      // The embedding and the head take the place of a layer each.
      var counts = split
      counts[0] -= 1
      counts[chunks - 1] -= 1
      if counts.allSatisfy({ $0 >= 0 }) { return counts }
    }
    if layers.isMultiple(of: chunks) { return nil }
    let balanced = Self.balanced(slots: layers, chunks: chunks)
    let counts =
      stack.hasPrefix("internevo@")
      ? balanced.reversed() : Self.filled(slots: layers, chunks: chunks) ?? balanced
    note("layers \(counts.map(String.init).joined(separator: ", ")): the split is not recorded")
    return counts
  }

  /// Chunks filled from the front, the rest in the last; `nil` where that leaves none for it.
  private static func filled(slots: Int, chunks: Int) -> [Int]? {
    let share = (slots + chunks - 1) / chunks
    let rest = slots - share * (chunks - 1)
    return rest > 0 ? Array(repeating: share, count: chunks - 1) + [rest] : nil
  }

  /// Chunks that differ by one at most, the larger ones first.
  private static func balanced(slots: Int, chunks: Int) -> [Int] {
    (0..<chunks).map { slots / chunks + ($0 < slots % chunks ? 1 : 0) }
  }

  /// A list of layers for each stage, or of cuts between slots.
  private func recordedSplit(stages: Int, layers: Int) -> [Int]? {
    guard let numbers = record.parallel.counts("layer_split") else { return nil }
    if numbers.count == stages, numbers.allSatisfy({ $0 >= 0 }) {
      let surplus = numbers.reduce(0, +) - layers
      guard surplus != 0 else { return numbers }
      // A slot of the first stage is the embedding, and one of the last the head.
      guard surplus == 2 else { return nil }
      var counts = numbers
      counts[0] -= 1
      counts[stages - 1] -= 1
      return counts.allSatisfy { $0 >= 0 } ? counts : nil
    }
    guard numbers.count == stages + 1, numbers == numbers.sorted(), let end = numbers.last,
      numbers.first == 0, end >= layers
    else { return nil }
    // Before and behind the layers stand equally many slots of the embedding and of the head.
    let before = (end - layers) / 2
    let inner = before..<before + layers
    return zip(numbers, numbers.dropFirst()).map { first, last in
      (first..<last).clamped(to: inner).count
    }
  }

  /// Megatron's `--decoder-first-pipeline-num-layers` and its counterpart.
  private func namedEnds(stages: Int, layers: Int) -> [Int]? {
    let first = record.flags.count("decoder-first-pipeline-num-layers")
    let last = record.flags.count("decoder-last-pipeline-num-layers")
    guard first != nil || last != nil else { return nil }
    let inner = stages - (first == nil ? 0 : 1) - (last == nil ? 0 : 1)
    let rest = layers - (first ?? 0) - (last ?? 0)
    guard inner > 0, rest >= 0, rest.isMultiple(of: inner) else { return nil }
    return (first.map { [$0] } ?? []) + Array(repeating: rest / inner, count: inner)
      + (last.map { [$0] } ?? [])
  }
}
