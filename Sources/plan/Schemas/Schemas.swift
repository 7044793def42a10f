import InputFiles

/// The JSON Schemas (draft 2020-12) of the documents that the program reads and writes.
///
/// They hold what a schema can say; the readers check more, and with better words.
enum Schemas {
  /// A whole schema document, with the definitions that `reference` names.
  static func document(
    title: String, _ schema: JSONValue, definitions: KeyValuePairs<String, JSONValue> = [:]
  ) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("$schema", "https://json-schema.org/draft/2020-12/schema"),
      .init("title", .string(title)),
    ]
    if case .object(let own) = schema { members += own }
    if !definitions.isEmpty {
      members.append(
        .init("$defs", .object(definitions.map { JSONValue.Member($0.key, $0.value) })))
    }
    return .object(members)
  }

  static func reference(_ name: String) -> JSONValue { ["$ref": .string("#/$defs/\(name)")] }

  /// An object with properties of which some must be there.
  ///
  /// - Parameter isOpen: whether it may have others: inputs refuse them, plans of a newer minor
  ///   version have them.
  static func object(
    _ required: KeyValuePairs<String, JSONValue> = [:],
    optional: KeyValuePairs<String, JSONValue> = [:], isOpen: Bool = false
  ) -> JSONValue {
    let properties = Array(required) + Array(optional)
    var members: [JSONValue.Member] = [
      .init("type", "object"),
      .init("properties", .object(properties.map { JSONValue.Member($0.key, $0.value) })),
    ]
    if !required.isEmpty {
      members.append(.init("required", .array(required.map { .string($0.key) })))
    }
    if !isOpen { members.append(.init("additionalProperties", false)) }
    return .object(members)
  }

  static func array(of element: JSONValue, least: Int = 0) -> JSONValue {
    least == 0
      ? ["type": "array", "items": element]
      : ["type": "array", "items": element, "minItems": .integer(least)]
  }

  /// A string that is not blank.
  static let name: JSONValue = ["type": "string", "pattern": "\\S"]
  static let string: JSONValue = ["type": "string"]
  static let bool: JSONValue = ["type": "boolean"]

  static func integer(_ least: Int, _ most: Int? = nil) -> JSONValue {
    guard let most else { return ["type": "integer", "minimum": .integer(least)] }
    return ["type": "integer", "minimum": .integer(least), "maximum": .integer(most)]
  }

  static func number(above bound: Int, atMost most: Int) -> JSONValue {
    ["type": "number", "exclusiveMinimum": .integer(bound), "maximum": .integer(most)]
  }

  static func number(_ least: Int, _ most: Int? = nil) -> JSONValue {
    guard let most else { return ["type": "number", "minimum": .integer(least)] }
    return ["type": "number", "minimum": .integer(least), "maximum": .integer(most)]
  }

  static func choice<Value>(_ type: Value.Type) -> JSONValue
  where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
    ["enum": .array(type.allCases.map { .string($0.rawValue) })]
  }

  static func choice(_ names: [String]) -> JSONValue {
    ["enum": .array(names.map(JSONValue.string))]
  }

  static func constant(_ text: String) -> JSONValue { ["const": .string(text)] }
}
