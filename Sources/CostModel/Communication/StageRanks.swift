import ParallelismVocabulary

/// The ranks of one pipeline stage, by their numbers in the job: runs of neighbours at regular distances.
///
/// With data before pipeline in the order of the axes they are one run; with pipeline before data, one
/// for each replica. Counted through the runs, their order is the same: tensor ranks fastest, then
/// context, then data.
public struct StageRanks: Hashable, Sendable {
  /// The first rank.
  public let first: Int
  public let count: Int
  /// The ranks of a run; a divisor of their number.
  public let run: Int
  /// How far a run's first rank is from the one before.
  public let spacing: Int

  /// One run of neighbours.
  public init(first: Int, count: Int) {
    (self.first, self.count, run, spacing) = (first, count, count, count)
  }

  /// The ranks of a stage of a frame.
  public init(stage: Int, of frame: Frame) {
    let degrees = frame.degrees
    first = stage * frame.rankOrder.stageStride(degrees)
    count = degrees.devicesPerStage
    let isOneRun = frame.rankOrder == .pipelineOutermost
    run = isOneRun ? count : degrees.tensor * degrees.context
    spacing = isOneRun ? count : frame.rankOrder.replicaStride(degrees)
  }

  /// A rank by its place among them.
  @inline(__always)
  public subscript(place: Int) -> Int { first + place % run + place / run * spacing }

  /// The most of them that lie on `width` neighbouring devices which begin at a multiple of it.
  func most(among width: Int) -> Int {
    let runs = spacing < width ? (width + spacing - 1) / spacing : 1
    return min(width, count, runs * run)
  }

  /// The place of each run's first rank.
  var runs: StrideTo<Int> { stride(from: 0, to: count, by: run) }

  /// How far the members of groups of `size` ranks, `stride` apart in place, are from one another; `nil`
  /// where that is not the same for all neighbours.
  func distance(stride: Int, size: Int) -> Int? {
    if run.isMultiple(of: stride * size) { return stride }
    return stride.isMultiple(of: run) ? stride / run * spacing : nil
  }

  /// Calls `body` with the place of the first member of every `step`-th group.
  func forEachGroup(stride: Int, size: Int, step: Int, _ body: (Int) -> Void) {
    for block in Swift.stride(from: 0, to: count, by: stride * size) {
      for base in Swift.stride(from: block, to: block + stride, by: step) { body(base) }
    }
  }
}
