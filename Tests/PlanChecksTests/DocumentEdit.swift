import InputFiles
import LaunchPlan

extension JSONValue {
  /// Where a value stands in a document: keys and indices from the root.
  enum Step: Hashable {
    case key(String)
    case index(Int)
  }

  /// The steps of a path such as `certificate.evidence.frames[0].boundSeconds`.
  static func steps(_ path: String) -> [Step] {
    path.split(separator: ".").flatMap { part -> [Step] in
      let pieces = part.split(separator: "[")
      return [.key(String(pieces[0]))]
        + pieces.dropFirst().compactMap { Int($0.dropLast()).map(Step.index) }
    }
  }

  /// The document with one value changed; `nil` where the path leads nowhere.
  func editing(_ steps: ArraySlice<Step>, _ change: (JSONValue) -> JSONValue?) -> JSONValue? {
    guard let step = steps.first else { return change(self) }
    switch (self, step) {
    case (.object(var members), .key(let key)):
      guard let place = members.firstIndex(where: { $0.key == key }),
        let value = members[place].value.editing(steps.dropFirst(), change)
      else { return nil }
      members[place] = Member(key, value)
      return .object(members)
    case (.array(var elements), .index(let index)) where elements.indices.contains(index):
      guard let value = elements[index].editing(steps.dropFirst(), change) else { return nil }
      elements[index] = value
      return .array(elements)
    default: return nil
    }
  }

  func editing(_ path: String, _ change: (JSONValue) -> JSONValue?) -> JSONValue? {
    editing(Self.steps(path)[...], change)
  }

  func value(at path: String) -> JSONValue? {
    var found: JSONValue?
    _ = editing(path) { value in
      found = value
      return value
    }
    return found
  }

  var number: Double? {
    switch self {
    case .integer(let count): Double(count)
    case .number(let number): number
    default: nil
    }
  }

  /// All scalars below, with their paths.
  func leaves(at steps: [Step] = []) -> [(steps: [Step], value: JSONValue)] {
    switch self {
    case .object(let members):
      members.flatMap { $0.value.leaves(at: steps + [.key($0.key)]) }
    case .array(let elements):
      elements.enumerated().flatMap { $1.leaves(at: steps + [.index($0)]) }
    default: [(steps, self)]
    }
  }
}
