/// The splits of the declared space where a stage holds several chunks: the even share rounded down,
/// and one layer more in one run of neighbouring chunks, wherever it begins.
///
/// The first and the last chunk, which also embed and project, may each hold one layer less than the
/// share where they are not in that run. What a schedule's warm-up keeps weighs on the first chunks
/// and its idle time on both ends, so that the larger chunks are mostly best in the middle.
public struct RegularSplits: Sendable {
  /// By chunk, the number of its layers; every split once, in a fixed order.
  public let sizes: [[Int]]

  /// - Parameter evenly: whether chunks may differ by one layer at most, as some stacks need it.
  public init(layers: Int, chunks: Int, evenly: Bool = false) {
    precondition(chunks >= 1 && chunks <= layers, "every chunk holds a layer")
    let share = layers / chunks
    var sizes: [[Int]] = []
    for (head, tail) in [(0, 0), (1, 0), (0, 1), (1, 1)]
    where chunks > 1 && share > max(head, tail) || head + tail == 0 {
      let larger = layers - chunks * share + head + tail
      // What gives a layer away does not also get one.
      let first = head
      let last = chunks - larger - tail
      guard first <= last else { continue }
      for start in larger == 0 ? first...first : first...last {
        var split = [Int](repeating: share, count: chunks)
        for chunk in start..<start + larger { split[chunk] += 1 }
        split[0] -= head
        split[chunks - 1] -= tail
        if evenly, let most = split.max(), let least = split.min(), most - least > 1 { continue }
        sizes.append(split)
      }
    }
    self.sizes = sizes
  }
}
