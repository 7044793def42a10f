extension JSONShape {
  /// An object, which `read` turns into a value; nil means that it reported what is wrong.
  public static func object(_ read: @escaping (ObjectReader) -> Value?) -> JSONShape {
    JSONShape("an object") { node, log in
      guard let reader = ObjectReader(node, log) else { return nil }
      return read(reader)
    }
  }

  /// An array whose elements all have one shape.
  public static func array<Element>(
    of element: JSONShape<Element>, count: Limits<Int> = .any
  ) -> JSONShape where Value == [Element] {
    JSONShape("an array") { node, log in
      guard let elements = node.checkedElements(count, log) else { return nil }
      var values: [Element] = []
      values.reserveCapacity(elements.count)
      for node in elements {
        if let value = element.read(node, log) { values.append(value) }
      }
      return values.count == elements.count ? values : nil
    }
  }

  /// An object whose keys are cases of an enumeration: `{ "bf16": 989, "fp8": 1979 }`.
  public static func table<Key, Element>(
    _ keys: Key.Type, of element: JSONShape<Element>
  ) -> JSONShape
  where
    Value == [Key: Element], Key: RawRepresentable & CaseIterable & Hashable,
    Key.RawValue == String
  {
    object { object in
      var table: [Key: Element] = [:]
      for key in Key.allCases {
        table[key] = object.optional(ObjectKey(key.rawValue), element)
      }
      object.finish()
      return table
    }
  }

  /// An object with keys of the user's own choice, in the order of the text.
  public static func members<Element>(
    of element: JSONShape<Element>
  ) -> JSONShape where Value == [(key: String, value: Element)] {
    JSONShape("an object") { node, log in
      guard let members = node.members else {
        log.refuse(node, expected: "an object")
        return nil
      }
      var values: [(key: String, value: Element)] = []
      for member in members {
        if let value = element.read(member.value, log) { values.append((member.key, value)) }
      }
      return values.count == members.count ? values : nil
    }
  }
}

extension JSONShape where Value == JSONNode {
  /// Whatever stands there, for a reader that looks at it itself.
  public static var node: JSONShape { JSONShape("a value") { node, _ in node } }
}

extension JSONNode {
  /// The elements of an array that has an allowed number of them.
  func checkedElements(_ count: Limits<Int>, _ log: FaultLog) -> JSONElements? {
    guard let elements else {
      log.refuse(self, expected: "an array")
      return nil
    }
    guard count.contains(elements.count) else {
      let noun = elements.count == 1 ? "element" : "elements"
      log.error(at: self, "\(subject) has \(elements.count) \(noun), but must have \(count.words)")
      return nil
    }
    return elements
  }
}
