/// The order of the axes in which the ranks of a job are numbered, the axis whose index changes fastest
/// first.
///
/// Expert ranks are numbered within those of one stage, and take no part in the choice.
/// - Source: Megatron-LM `megatron/training/initialize.py`, whose spelling the names are.
public enum AxisOrder: String, CaseIterable, Codable, Sendable, Hashable {
  /// A stage's replicas stand side by side, one stage after another: how ranks are numbered where
  /// nothing else is said.
  case pipelineOutermost = "tp-cp-ep-dp-pp"
  /// A replica's stages stand side by side, one replica after another.
  case dataOutermost = "tp-cp-ep-pp-dp"

  /// The axes from the fastest to the slowest.
  public var axes: [Axis] {
    switch self {
    case .pipelineOutermost: [.tensor, .context, .data, .pipeline]
    case .dataOutermost: [.tensor, .context, .pipeline, .data]
    }
  }

  /// How far a rank is from the one with the same indices in the next stage.
  @inlinable public func stageStride(_ degrees: ParallelismDegrees) -> Int {
    self == .pipelineOutermost ? degrees.devicesPerStage : degrees.tensor * degrees.context
  }

  /// How far a rank is from the one with the same indices in the next replica.
  @inlinable public func replicaStride(_ degrees: ParallelismDegrees) -> Int {
    let ranks = degrees.tensor * degrees.context
    return self == .pipelineOutermost ? ranks : ranks * degrees.pipeline
  }

  /// The stage of a rank, and its number among the ranks of that stage.
  @inlinable public func place(
    ofRank rank: Int, _ degrees: ParallelismDegrees
  ) -> (stage: Int, inStage: Int) {
    let ranks = degrees.tensor * degrees.context
    return (
      rank / stageStride(degrees) % degrees.pipeline,
      rank / replicaStride(degrees) % degrees.data * ranks + rank % ranks
    )
  }
}

extension ParallelismDegrees {
  /// Whether ranks have other numbers in another order of the axes.
  @inlinable public var dependOnAxisOrder: Bool { pipeline > 1 && data > 1 }
}
