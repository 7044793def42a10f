/// The order in which a pipeline's stages run the forward and backward passes of micro-batches.
@frozen public enum Schedule: Hashable, Sendable, Codable, Comparable {
  /// All forward passes, then all backward passes.
  case gpipe
  /// One forward, one backward, after a warm-up.
  case oneForwardOneBackward
  /// One forward, one backward, with several chunks of layers on every stage.
  case interleaved(virtualStages: Int)

  /// The chunks of layers that each stage holds.
  @inlinable public var virtualStages: Int {
    if case .interleaved(let count) = self { count } else { 1 }
  }

  /// The name in plans, flags and tables.
  public var name: String {
    switch self {
    case .gpipe: "gpipe"
    case .oneForwardOneBackward: "1f1b"
    case .interleaved: "interleaved"
    }
  }

  public static let names = ["gpipe", "1f1b", "interleaved"]

  /// The schedule of a name; `nil` where the name is unknown or the count of chunks does not suit.
  public init?(name: String, virtualStages: Int) {
    switch (name, virtualStages) {
    case ("gpipe", 1): self = .gpipe
    case ("1f1b", 1): self = .oneForwardOneBackward
    case ("interleaved", 2...): self = .interleaved(virtualStages: virtualStages)
    default: return nil
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let virtualStages = parts.count == 2 ? Int(parts[1]) : parts.count == 1 ? 1 : nil
    guard let virtualStages,
      let schedule = Schedule(name: String(parts[0]), virtualStages: virtualStages)
    else {
      throw DecodingError.dataCorruptedError(
        in: container,
        debugDescription:
          "is '\(text)', but must be one of gpipe, 1f1b, or interleaved:N with N of at least 2")
    }
    self = schedule
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(virtualStages > 1 ? "\(name):\(virtualStages)" : name)
  }
}
