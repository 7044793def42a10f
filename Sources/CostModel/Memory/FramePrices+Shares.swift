/// The bytes that an element of a rank's weights takes: of the weight itself, and of the optimiser's
/// state for what of it the rank updates, be that on the device or in its host's memory.
public struct WeightShare: Sendable, Hashable {
  public let weight: Double
  public let optimizer: Double
}

extension FramePrices {
  /// A dense weight's share on one rank.
  public var denseShare: WeightShare { share(members: frame.denseShards) }

  /// The share of a routed expert's weight on one rank.
  public var expertShare: WeightShare { share(members: frame.expertShards) }

  private func share(members: Int) -> WeightShare {
    let parts = StateBytes(model: model, frame: frame, place: .device)
      .parts(frame.sharding, over: members)
    return WeightShare(weight: parts.weight, optimizer: parts.optimizer)
  }
}
