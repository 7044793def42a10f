import InputFiles

/// Single values of a user's document, by the first of some spellings that stands there.
extension JSONValue {
  subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }

  func number(at keys: String...) -> Double? {
    first(keys) {
      switch $0 {
      case .integer(let value): Double(value)
      case .number(let value): value
      default: nil
      }
    }
  }

  func integer(at keys: String...) -> Int? {
    first(keys) { if case .integer(let value) = $0 { value } else { nil } }
  }

  func string(at keys: String...) -> String? {
    first(keys) { if case .string(let value) = $0 { value } else { nil } }
  }

  func bool(at keys: String...) -> Bool? {
    first(keys) { if case .bool(let value) = $0 { value } else { nil } }
  }

  private func first<Value>(_ keys: [String], _ read: (JSONValue) -> Value?) -> Value? {
    for key in keys {
      if let value = self[key].flatMap(read) { return value }
    }
    return nil
  }
}
