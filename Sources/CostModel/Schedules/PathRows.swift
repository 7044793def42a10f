/// Paths through one shape's task graph, which together bound its step time from below.
///
/// Any set is valid for all times; the more of the paths that are critical somewhere near the times
/// asked for, the tighter. Made once for a shape (see `init(probing:)`) and cached by the caller.
public struct PathRows: Sendable {
  public let shape: PipelineShape
  /// The paths, all different, in the order in which they were found.
  public private(set) var rows: [PathRow] = []
  /// The rows' pass counts as numbers: a row's forward passes by chunk, then its backward passes;
  /// empty where these are divided.
  private var counts: [Double] = []

  /// No path yet.
  public init(of shape: PipelineShape) { self.shape = shape }

  /// Adds a path of the same shape, such as the critical path of a candidate; `false` where the set
  /// has it already.
  @discardableResult
  public mutating func insert(_ row: PathRow) -> Bool {
    precondition(row.forwardPasses.count == shape.chunks, "a path of this shape")
    guard !rows.contains(row) else { return false }
    rows.append(row)
    if row.divided == nil {
      counts.append(contentsOf: row.forwardPasses.map(Double.init))
      counts.append(contentsOf: row.backwardPasses.map(Double.init))
    }
    return true
  }

  /// A lower bound on the step time in seconds, from times in seconds (see `PipelineSimulator`): the
  /// longest of the paths, or 0 without any.
  ///
  /// Never above the simulation, but for rounding (relative 1e-12). Complexity: O(rows·p·v).
  public func lowerBound(
    forward: [Double], backward: [Double], hop: Double, tail: [Double]
  ) -> Double {
    let chunks = shape.chunks
    precondition(!shape.schedule.dividesBackward, "a divided backward pass takes divided times")
    precondition(forward.count == chunks && backward.count == chunks, "one time for each chunk")
    precondition(tail.count == shape.stages, "one tail for each rank")
    var longest = 0.0
    counts.withUnsafeBufferPointer { counts in
      var (forwardPlace, backwardPlace) = (0, chunks)
      for row in rows {
        var length = Double(row.hops) * hop + tail[row.lastRank]
        for chunk in 0..<chunks {
          length += counts[forwardPlace + chunk] * forward[chunk]
          length += counts[backwardPlace + chunk] * backward[chunk]
        }
        forwardPlace += 2 * chunks
        backwardPlace += 2 * chunks
        longest = max(longest, length)
      }
    }
    return longest
  }

  /// A lower bound on the step time in seconds at times of any schedule; as above.
  public func lowerBound(_ times: DividedTimes) -> Double {
    precondition(times.forward.count == shape.chunks, "one time for each chunk")
    precondition(times.tail.count == shape.stages, "one tail for each rank")
    return rows.reduce(0) { max($0, $1.value(times)) }
  }
}
