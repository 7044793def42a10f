/// The order in which a pipeline's stages run the forward and backward passes of micro-batches.
@frozen public enum Schedule: Hashable, Sendable, Codable, Comparable {
  /// All forward passes, then all backward passes.
  case gpipe
  /// One forward, one backward, after a warm-up.
  case oneForwardOneBackward
  /// One forward, one backward, with several chunks of layers on every stage.
  case interleaved(virtualStages: Int)
  /// 1F1B whose weight gradients wait for idle time, within the memory of 1F1B.
  case zeroBubbleH1
  /// Twice the warm-up of 1F1B, so that weight gradients fill all idle time; twice its memory.
  case zeroBubbleH2
  /// Zero bubble with two chunks on every stage, laid out as a V, within the memory of 1F1B.
  case zeroBubbleV
  /// Micro-batches from both ends, with the model held twice and passes of both ends overlapped.
  case dualPipe
  /// DualPipe on half the stages, which hold two chunks each, laid out as a V.
  case dualPipeV

  /// The chunks into which the layers are cut, for each stage.
  ///
  /// DualPipe cuts them into one chunk a stage, though each stage holds two of them.
  @inlinable public var virtualStages: Int {
    switch self {
    case .interleaved(let count): count
    case .zeroBubbleV, .dualPipeV: 2
    case .gpipe, .oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleH2, .dualPipe: 1
    }
  }

  /// Whether every stage holds several chunks, one after the other's round of all stages.
  @inlinable public var isInterleaved: Bool {
    if case .interleaved = self { true } else { false }
  }

  /// Whether weight gradients are computed apart from the rest of the backward pass.
  @inlinable public var dividesBackward: Bool {
    switch self {
    case .gpipe, .oneForwardOneBackward, .interleaved: false
    case .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe, .dualPipeV: true
    }
  }

  /// The name in plans, flags and tables.
  public var name: String {
    switch self {
    case .gpipe: "gpipe"
    case .oneForwardOneBackward: "1f1b"
    case .interleaved: "interleaved"
    case .zeroBubbleH1: "zb-h1"
    case .zeroBubbleH2: "zb-h2"
    case .zeroBubbleV: "zb-v"
    case .dualPipe: "dualpipe"
    case .dualPipeV: "dualpipe-v"
    }
  }

  public static let names = [
    "gpipe", "1f1b", "interleaved", "zb-h1", "zb-h2", "zb-v", "dualpipe", "dualpipe-v",
  ]

  /// The schedules without a number of chunks to choose.
  private static let fixed: [Schedule] = [
    .gpipe, .oneForwardOneBackward, .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe,
    .dualPipeV,
  ]

  /// The schedule of a name; `nil` where the name is unknown or the count of chunks does not suit.
  ///
  /// - Parameter virtualStages: needed for `interleaved`; elsewhere it must be the schedule's own, if
  ///   given.
  public init?(name: String, virtualStages: Int?) {
    if name == "interleaved" {
      guard let virtualStages, virtualStages >= 2 else { return nil }
      self = .interleaved(virtualStages: virtualStages)
    } else {
      guard let schedule = Self.fixed.first(where: { $0.name == name }),
        virtualStages ?? schedule.virtualStages == schedule.virtualStages
      else { return nil }
      self = schedule
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let count = parts.count == 2 ? Int(parts[1]) : nil
    guard parts.count == 1 || (parts.count == 2 && count != nil),
      let schedule = Schedule(name: String(parts[0]), virtualStages: count)
    else {
      let names = Self.fixed.map(\.name).joined(separator: ", ")
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "is '\(text)', but must be one of \(names), or interleaved:N with N of at least 2")
    }
    self = schedule
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if case .interleaved(let count) = self {
      try container.encode("\(name):\(count)")
    } else {
      try container.encode(name)
    }
  }
}
