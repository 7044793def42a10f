/// Pipeline stages by data-parallel replicas, each cell of which one node serves.
///
/// Cells are numbered stage by stage, replica by replica within a stage: the order in which
/// Megatron-Core numbers ranks (`tp-dp-pp`), so that the nodes by cell are the hosts in launch order.
public struct MappingGrid: Sendable, Hashable {
  /// The number of pipeline stages.
  public let stages: Int
  /// The number of replicas, each of which is one pipeline.
  public let replicas: Int

  /// - Precondition: both are at least 1.
  public init(stages: Int, replicas: Int) {
    precondition(stages >= 1 && replicas >= 1, "a grid has at least one cell")
    self.stages = stages
    self.replicas = replicas
  }

  /// The number of nodes that the grid takes.
  public var cells: Int { stages * replicas }

  /// The cell of a stage of a replica, all counted from 0.
  @inline(__always)
  public func cell(stage: Int, replica: Int) -> Int { stage * replicas + replica }

  @inline(__always)
  public func stage(ofCell cell: Int) -> Int { cell / replicas }

  @inline(__always)
  public func replica(ofCell cell: Int) -> Int { cell % replicas }

  /// The cell that follows on its stage's ring, which closes from the last replica to the first.
  @inline(__always)
  func next(onRing cell: Int) -> Int {
    replica(ofCell: cell) == replicas - 1 ? cell - replicas + 1 : cell + 1
  }

  /// The cell before on its stage's ring.
  @inline(__always)
  func previous(onRing cell: Int) -> Int {
    replica(ofCell: cell) == 0 ? cell + replicas - 1 : cell - 1
  }
}
