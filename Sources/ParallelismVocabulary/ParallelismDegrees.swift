/// How many ways each axis is split.
///
/// `tensor · context · data · pipeline` devices run the job. Experts are laid over the ranks of
/// one stage: `expert · expertTensor` divides `tensor · context · data`.
/// - Source: the group construction of Megatron-Core's `parallel_state`.
@frozen public struct ParallelismDegrees: Hashable, Sendable, Codable {
  public var tensor: Int
  public var context: Int
  public var expert: Int
  public var expertTensor: Int
  public var data: Int
  public var pipeline: Int

  @inlinable public init(
    tensor: Int = 1, context: Int = 1, expert: Int = 1, expertTensor: Int = 1, data: Int = 1,
    pipeline: Int = 1
  ) {
    self.tensor = tensor
    self.context = context
    self.expert = expert
    self.expertTensor = expertTensor
    self.data = data
    self.pipeline = pipeline
  }

  /// The devices of one stage over all replicas.
  @inlinable public var devicesPerStage: Int { tensor * context * data }

  /// The devices of the whole job.
  @inlinable public var devices: Int { devicesPerStage * pipeline }

  /// How many times each routed expert is held: the ranks that share its gradient.
  @inlinable public var expertData: Int { devicesPerStage / (expert * expertTensor) }

  /// Whether replicas divide into so many groups that each hold all dense weights and all experts.
  @inlinable public func divide(into groups: Int) -> Bool {
    data.isMultiple(of: groups) && expertData.isMultiple(of: groups)
  }
}
