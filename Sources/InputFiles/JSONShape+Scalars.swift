extension JSONShape where Value == Bool {
  /// `true` or `false`.
  public static var bool: JSONShape {
    JSONShape("true or false") { node, log in
      if node.bool == nil { log.refuse(node, expected: "true or false") }
      return node.bool
    }
  }
}

extension JSONShape where Value == String {
  /// Any string, the empty one too.
  public static var string: JSONShape {
    JSONShape("a string") { node, log in
      let string = node.string
      if string == nil { log.refuse(node, expected: "a string") }
      return string
    }
  }

  /// A string with at least one character that can be seen.
  public static var name: JSONShape {
    string.compactMap("a string that is not blank") {
      $0.unicodeScalars.allSatisfy(\.properties.isWhitespace) ? nil : $0
    }
  }

  /// One of the names that exist; `noun` is what they name: "accelerator".
  public static func name(among names: [String], of noun: String) -> JSONShape {
    JSONShape("a known name") { node, log in
      guard let name = JSONShape.string.read(node, log) else { return nil }
      if names.contains(name) { return name }
      log.error(
        at: node,
        "\(node.subject) is \(name.quoted), which names no \(noun)"
          + Suggestion.words(forValue: name, among: names))
      return nil
    }
  }
}

extension JSONShape where Value == Int {
  /// A whole number within the limits; `8.0` and `8e0` count as whole.
  public static func integer(_ limits: Limits<Int> = .any) -> JSONShape {
    let range = limits.words
    let whole = limits.words(of: "a whole number")
    return JSONShape(whole) { node, log in
      guard let value = node.integer else {
        log.refuse(
          node, expected: node.isTooLargeForInt ? "a whole number of at most \(Int.max)" : whole)
        return nil
      }
      if limits.contains(value) { return value }
      log.refuse(node, expected: range)
      return nil
    }
  }
}

extension JSONShape where Value == Double {
  /// A number within the limits.
  public static func number(_ limits: Limits<Double> = .any) -> JSONShape {
    let range = limits.words
    let expectation = limits.words(of: "a number")
    return JSONShape(expectation) { node, log in
      guard let value = node.number else {
        log.refuse(node, expected: expectation)
        return nil
      }
      if limits.contains(value) { return value }
      log.refuse(node, expected: range)
      return nil
    }
  }
}

extension JSONShape where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
  /// One of the cases, by its raw value.
  public static func choice(_ type: Value.Type = Value.self) -> JSONShape {
    let allowed = type.allCases.map(\.rawValue)
    let list = allowed.map(\.quoted).listed()
    let expectation = allowed.count > 1 ? "one of \(list)" : list
    return JSONShape(expectation) { node, log in
      if let text = node.string, let value = Value(rawValue: text) { return value }
      let meant = node.string.flatMap { Suggestion.nearest(to: $0, among: allowed) }
      let hint = meant.map { "; did you mean \($0.quoted)?" } ?? ""
      log.refuse(node, expected: expectation + hint)
      return nil
    }
  }
}

extension JSONNode {
  fileprivate var isTooLargeForInt: Bool {
    guard let number else { return false }
    return number.magnitude >= 0x1p63
  }
}
