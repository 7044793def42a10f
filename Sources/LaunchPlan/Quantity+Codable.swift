import Quantities

// In documents a quantity is a bare number; its key names the unit (`stepSeconds`, `peakBytes`).

extension Seconds: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(value)
  }
}

extension Bytes: Codable {
  public init(from decoder: any Decoder) throws {
    self.init(try decoder.singleValueContainer().decode(Double.self))
  }

  /// Whole bytes are written without a fraction.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if let whole = Int(exactly: value) {
      try container.encode(whole)
    } else {
      try container.encode(value)
    }
  }
}
