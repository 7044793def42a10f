import Quantities

extension LayerProfile {
  /// The measurements at some size of micro-batch: those of the neighbouring sizes in proportion to
  /// their distance; beyond the measured sizes, in proportion to the nearest, where that is allowed.
  ///
  /// Between neighbours every figure lies between theirs, so interpolation is never further from
  /// the truth than the two measurements from each other, for figures that rise with the size.
  public func point(at size: Int) -> Point? {
    guard microBatchSizes.contains(size) else { return nil }
    if let exact = points.first(where: { $0.microBatchSize == size }) { return exact }
    let below = points.last { $0.microBatchSize < size }
    let above = points.first { $0.microBatchSize > size }
    switch (below, above) {
    case (let below?, let above?):
      let width = Double(above.microBatchSize - below.microBatchSize)
      let share = Double(size - below.microBatchSize) / width
      return below.combined(with: above, microBatchSize: size) {
        $0.weighted(1 - share) + $1.weighted(share)
      }
    case (let nearest?, nil), (nil, let nearest?):
      let factor = Double(size) / Double(nearest.microBatchSize)
      return nearest.combined(with: nearest, microBatchSize: size) { one, _ in
        one.weighted(factor)
      }
    case (nil, nil): return nil
    }
  }
}

extension LayerProfile.Point {
  fileprivate func combined(
    with other: Self, microBatchSize: Int,
    _ combine: (LayerProfile.Part, LayerProfile.Part) -> LayerProfile.Part
  ) -> Self {
    func ends(_ one: LayerProfile.Part?, _ two: LayerProfile.Part?) -> LayerProfile.Part? {
      one.flatMap { one in two.map { combine(one, $0) } }
    }
    return Self(
      microBatchSize: microBatchSize, layers: zip(layers, other.layers).map(combine),
      embedding: ends(embedding, other.embedding), head: ends(head, other.head))
  }
}

extension LayerProfile.Part {
  fileprivate func weighted(_ weight: Double) -> Self {
    Self(
      forward: weight * forward, backward: weight * backward, saved: saved.map { weight * $0 },
      savedInput: savedInput.map { weight * $0 })
  }

  fileprivate static func + (left: Self, right: Self) -> Self {
    func sum(_ one: Bytes?, _ other: Bytes?) -> Bytes? {
      one.flatMap { one in other.map { one + $0 } }
    }
    return Self(
      forward: left.forward + right.forward, backward: left.backward + right.backward,
      saved: sum(left.saved, right.saved), savedInput: sum(left.savedInput, right.savedInput))
  }
}
