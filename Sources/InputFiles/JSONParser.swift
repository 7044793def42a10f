/// Turns text into tokens.
struct JSONParser {
  init(_ bytes: [UInt8], file: String) {}
  mutating func document() throws(InputFaults) -> JSONNode {
    throw InputFaults(reason: .malformed, faults: [])
  }
}

enum JSONEscapes {
  static func decode(_ raw: ArraySlice<UInt8>) -> String { "" }
}

extension JSONTape {
  func numberText(at index: Int) -> String { "" }
}
