/// The times of one step's operations in seconds, with the backward pass in its two parts.
///
/// Schedules that do not divide the backward pass run both parts in one. A pair of a forward pass of
/// time f beside a backward pass of time b takes f + b − `hiddenShare`·min(f, b): nothing is gained
/// at 0, and the shorter one is free at 1. How much two passes gain, by hiding the communication of
/// either behind the other's computation, is a property of the kernels, not of the schedule.
public struct DividedTimes: Hashable, Sendable {
  /// One micro-batch's forward pass, by chunk.
  public var forward: [Double]
  /// The part of its backward pass that the chunk before waits for, by chunk.
  public var inputGradient: [Double]
  /// The part of its backward pass that no other rank waits for, by chunk.
  public var weightGradient: [Double]
  /// What a result takes from one rank to another.
  public var hop: Double
  /// What follows a rank's last operation, by rank.
  public var tail: [Double]
  /// How much of the shorter pass of an overlapped pair is hidden, from 0 to 1.
  public var hiddenShare: Double

  public init(
    forward: [Double], inputGradient: [Double], weightGradient: [Double], hop: Double,
    tail: [Double], hiddenShare: Double = 0
  ) {
    precondition(
      inputGradient.count == forward.count && weightGradient.count == forward.count,
      "one time for each chunk")
    precondition((0...1).contains(hiddenShare), "a share from 0 to 1")
    self.forward = forward
    self.inputGradient = inputGradient
    self.weightGradient = weightGradient
    self.hop = hop
    self.tail = tail
    self.hiddenShare = hiddenShare
  }

  /// One micro-batch's whole backward pass through a chunk.
  @inlinable public func backward(chunk: Int) -> Double {
    inputGradient[chunk] + weightGradient[chunk]
  }

  /// What a chunk's forward pass takes beside another one's whole backward pass.
  @inlinable public func pair(forward chunk: Int, backward other: Int) -> Double {
    let (forward, backward) = (forward[chunk], backward(chunk: other))
    return forward + backward - hiddenShare * min(forward, backward)
  }
}
