import ParallelismVocabulary

/// Frames with the same tensor, context, data and pipeline degrees, in the same order of node groups:
/// those that use the same devices, cut alike.
public struct FrameFamily: Hashable, Sendable {
  /// Without the degrees of experts, in which its frames may differ.
  public let degrees: ParallelismDegrees
  /// In which order of the cluster's node groups its devices lie (see `Frame.groupOrder`).
  public let groupOrder: Int

  public init(tensor: Int, context: Int, data: Int, pipeline: Int, groupOrder: Int) {
    degrees = ParallelismDegrees(tensor: tensor, context: context, data: data, pipeline: pipeline)
    self.groupOrder = groupOrder
  }

  /// The family that a frame belongs to.
  public init(_ frame: Frame) {
    self.init(
      tensor: frame.degrees.tensor, context: frame.degrees.context, data: frame.degrees.data,
      pipeline: frame.degrees.pipeline, groupOrder: frame.groupOrder)
  }
}
