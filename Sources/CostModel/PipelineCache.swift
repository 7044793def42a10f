import ParallelismVocabulary

/// Task graphs, path rows and peaks in flight of the schedules that frames share.
///
/// Belongs to one thread. Keeps a bounded number of graphs, the largest of which take megabytes.
public final class PipelineCache {
  private var peaks: [PipelineShape: [[[Int]]]] = [:]
  private var simulators: [PipelineShape: PipelineSimulator] = [:]
  private var rows: [PipelineShape: PathRows] = [:]
  private var operations = 0

  /// Operations in all kept graphs, at 24 bytes each.
  private static let operationBudget = 1 << 22

  /// Operations simulated to find the canonical rows of a shape; the least of probes are always
  /// made.
  private static let probeBudget = 200_000

  public init() {}

  /// The pipeline of a frame, which must be one that can run.
  ///
  /// The search declares only such frames; a plan from a file is checked before it is priced.
  public static func shape(of frame: Frame) -> PipelineShape? {
    try? PipelineShape(
      frame.schedule, stages: frame.degrees.pipeline, microBatches: frame.microBatches,
      singleGroupOrder: .alternating)
  }

  func inFlight(of frame: Frame) -> [[[Int]]] {
    guard let shape = Self.shape(of: frame) else { return [] }
    if let known = peaks[shape] { return known }
    let result = (0..<shape.stages).map { shape.inFlight(rank: $0) }
    peaks[shape] = result
    return result
  }

  /// The simulator of a shape.
  public func simulator(_ shape: PipelineShape) -> PipelineSimulator {
    if let known = simulators[shape] { return known }
    let size = shape.operations
    if operations + size > Self.operationBudget {
      simulators.removeAll(keepingCapacity: true)
      operations = 0
    }
    let simulator = PipelineSimulator(shape)
    simulators[shape] = simulator
    operations += size
    return simulator
  }

  /// Rows of a shape to start programs from: the critical paths at a fixed set of probes.
  public func pathRows(_ shape: PipelineShape) -> PathRows {
    if let known = rows[shape] { return known }
    let result = PathRows(probing: simulator(shape).graph, operationBudget: Self.probeBudget)
    rows[shape] = result
    return result
  }
}
