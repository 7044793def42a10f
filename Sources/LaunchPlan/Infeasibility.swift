import Quantities

/// The answer when nothing fits: what is needed, why, and which changes would do.
public struct Infeasibility: Sendable, Equatable, Codable {
  /// What fails, in one sentence with its numbers.
  public var summary: String
  /// The most loaded device of the plan that misses by least; `nil` where memory is not the reason.
  public var need: Bytes?
  public var capacity: Bytes?
  public var stage: Int?
  /// What the need is made of.
  public var parts: [Part]
  /// The nearest changes with which a plan would fit.
  public var remedies: [Remedy]
  /// The limits that exclude every plan together: pins, memory, divisibility.
  public var bindingLimits: [String]

  public init(
    summary: String, need: Bytes? = nil, capacity: Bytes? = nil, stage: Int? = nil,
    parts: [Part] = [], remedies: [Remedy] = [], bindingLimits: [String] = []
  ) {
    self.summary = summary
    self.need = need
    self.capacity = capacity
    self.stage = stage
    self.parts = parts
    self.remedies = remedies
    self.bindingLimits = bindingLimits
  }

  private enum CodingKeys: String, CodingKey {
    case summary
    case need = "needBytes"
    case capacity = "capacityBytes"
    case stage, parts, remedies, bindingLimits
  }

  /// A part of the need, with what it comes from.
  public struct Part: Sendable, Hashable, Codable {
    /// What takes the memory, in a word: `state`.
    public var name: String
    public var bytes: Bytes
    /// What the memory holds, as the object of a sentence, with the choices that it follows from:
    /// `weights and optimiser state (tensor 8, pipeline 8, no sharding)`.
    public var reason: String

    public init(name: String, bytes: Bytes, reason: String) {
      self.name = name
      self.bytes = bytes
      self.reason = reason
    }
  }

  /// A change after which a plan would fit.
  public struct Remedy: Sendable, Hashable, Codable {
    /// What to do, for people: `recompute attention`.
    public var sentence: String
    /// The same as a flag or an edit of the files, where there is one.
    public var change: String?
    /// The need after it.
    public var need: Bytes?

    public init(sentence: String, change: String? = nil, need: Bytes? = nil) {
      self.sentence = sentence
      self.change = change
      self.need = need
    }

    private enum CodingKeys: String, CodingKey {
      case sentence, change
      case need = "needBytes"
    }
  }
}
