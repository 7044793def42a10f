/// The micro-batches of a rank that run through one of its chunks, in their order.
struct Lane {
  var chunk: Int
  var firstMicroBatch: Int
}

/// A rank's order in the making: every method appends the next operation of its kind in a lane.
struct RankOrder {
  private(set) var operations: [PipelineOperation] = []
  private let lanes: [Lane]
  /// By lane, how many forward passes, input gradients and weight gradients there are.
  private var forward: [Int]
  private var inputs: [Int]
  private var weights: [Int]
  /// The lanes of the input gradients whose weight gradients wait, first to last.
  private var waiting: [Int] = []
  private var firstWaiting = 0

  init(lanes: [Lane], capacity: Int) {
    self.lanes = lanes
    forward = Array(repeating: 0, count: lanes.count)
    (inputs, weights) = (forward, forward)
    operations.reserveCapacity(capacity)
  }

  /// How many forward passes of a lane there are.
  func forwardPasses(_ lane: Int) -> Int { forward[lane] }

  mutating func forward(_ lane: Int) { appendForward(.forward, lane) }

  /// A whole backward pass.
  mutating func backward(_ lane: Int) { appendBackward(.backward, lane) }

  /// A forward pass beside a whole backward pass.
  mutating func overlapped(forward lane: Int, backward other: Int) {
    appendForward(.overlappedForward, lane)
    appendBackward(.overlappedBackward, other)
  }

  /// An input gradient, whose weight gradient waits.
  mutating func inputGradient(_ lane: Int) {
    append(.inputGradient, lane, inputs[lane])
    inputs[lane] += 1
    waiting.append(lane)
  }

  /// An input gradient and the lane's next weight gradient.
  mutating func dividedBackward(_ lane: Int) {
    inputGradient(lane)
    weightGradient(lane)
  }

  /// The weight gradient that has waited longest.
  mutating func weightGradient() {
    let lane = waiting[firstWaiting]
    firstWaiting += 1
    append(.weightGradient, lane, weights[lane])
    weights[lane] += 1
  }

  /// The weight gradient that has waited longest in a lane.
  mutating func weightGradient(_ lane: Int) {
    append(.weightGradient, lane, weights[lane])
    weights[lane] += 1
    guard let place = waiting[firstWaiting...].firstIndex(of: lane) else { return }
    waiting.remove(at: place)
  }

  /// All weight gradients that wait, in the order of their input gradients.
  mutating func remainingWeightGradients() {
    while firstWaiting < waiting.count { weightGradient() }
  }

  /// All weight gradients that wait in a lane.
  mutating func remainingWeightGradients(_ lane: Int) {
    while weights[lane] < inputs[lane] { weightGradient(lane) }
  }

  private mutating func appendForward(_ kind: PassKind, _ lane: Int) {
    append(kind, lane, forward[lane])
    forward[lane] += 1
  }

  private mutating func appendBackward(_ kind: PassKind, _ lane: Int) {
    append(kind, lane, inputs[lane])
    inputs[lane] += 1
    weights[lane] += 1
  }

  private mutating func append(_ kind: PassKind, _ lane: Int, _ index: Int) {
    operations.append(
      PipelineOperation(
        kind, microBatch: lanes[lane].firstMicroBatch + index, chunk: lanes[lane].chunk))
  }
}
