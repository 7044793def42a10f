/// An amount cut into named parts, with one entry for each case of `Part`.
///
/// In documents it is an object whose keys are the parts' names, in the order of the cases. A part
/// that is not there is zero.
public struct Parts<Part, Amount>: Sendable, Equatable
where
  Part: CaseIterable & RawRepresentable & Hashable & Sendable, Part.RawValue == String,
  Amount: AdditiveArithmetic & Sendable
{
  private var amounts: [Part: Amount]

  public init(_ amounts: [Part: Amount] = [:]) {
    self.amounts = amounts.filter { $0.value != .zero }
  }

  public subscript(part: Part) -> Amount {
    get { amounts[part] ?? .zero }
    set { amounts[part] = newValue == .zero ? nil : newValue }
  }

  public var total: Amount { Part.allCases.reduce(.zero) { $0 + self[$1] } }
}

extension Parts: Codable where Amount: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    var parts = Parts()
    for part in Part.allCases {
      let key = Key(stringValue: part.rawValue)
      parts[part] = try container.decodeIfPresent(Amount.self, forKey: key) ?? .zero
    }
    self = parts
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    for part in Part.allCases {
      try container.encode(self[part], forKey: Key(stringValue: part.rawValue))
    }
  }
}
