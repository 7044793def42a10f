import InputFiles

/// Writes TOML 1.0: tables of keys, whose values stand as in JSON.
///
/// A JSON string is a basic string of TOML: its escapes are TOML's, and `JSONText` writes only those
/// of four digits. TOML has no null.
enum TOMLText {
  /// A table by its name, such as `parallelism`.
  struct Table: Sendable, Hashable {
    var name: String
    var members: [JSONValue.Member]

    init(_ name: String, _ members: [JSONValue.Member]) {
      self.name = name
      self.members = members
    }
  }

  /// Tables one after another, below comments of one line each; those without members are left out.
  static func document(_ tables: [Table], comments: [String]) -> String {
    let head = comments.map { "# \($0.onOneLine)\n" }.joined()
    return head
      + tables.filter { !$0.members.isEmpty }.map { table in
        "\n[\(table.name)]\n"
          + table.members.map { "\($0.key) = \(value($0.value))\n" }.joined()
      }.joined()
  }

  /// A value on one line, an array of arrays with one of them a line.
  private static func value(_ value: JSONValue) -> String {
    guard case .array(let rows) = value, case .array? = rows.first else {
      return JSONText.compact(value)
    }
    return "[\n" + rows.map { "  \(JSONText.compact($0)),\n" }.joined() + "]"
  }
}
