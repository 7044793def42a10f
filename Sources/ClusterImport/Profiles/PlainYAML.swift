import InputFiles

/// The scalars of a configuration in YAML: `key: value`, nested or not, by their last key.
///
/// References such as `${SEQ_LENGTH}` are replaced by the value of that key. Lists, anchors and text
/// over several lines are passed over.
struct PlainYAML {
  let file: String
  private var values: [String: (text: String, position: SourcePosition)] = [:]

  init(path: String) throws(InputFaults) {
    let text = try TextFile.read(path: path, limit: ProfileImport.limit)
    file = text.file
    for line in text.lines {
      let plain = line.text.prefix { $0 != "#" }
      guard let colon = plain.firstIndex(of: ":") else { continue }
      let key = plain[..<colon].trimmed
      let value = plain[plain.index(after: colon)...].trimmed
      guard !key.isEmpty, !value.isEmpty else { continue }
      values[key] = (value, SourcePosition(line: line.number, column: 1))
    }
    for (key, entry) in values {
      guard let name = entry.text.between("${", "}"), let other = values[name] else { continue }
      values[key] = (other.text, entry.position)
    }
  }

  func has(_ key: String) -> Bool { values[key] != nil }

  func text(_ key: String) -> String? {
    values[key].flatMap { ["null", "~"].contains($0.text) ? nil : $0.text }
  }

  func bool(_ key: String) -> Bool { ["true", "1"].contains(text(key)?.lowercased()) }

  /// A whole number of at least 1.
  func count(_ key: String) throws(InputFaults) -> Int {
    guard let entry = values[key] else {
      throw InputFaults(malformed: "has no key '\(key)', a whole number of at least 1", in: file)
    }
    guard let count = Int(entry.text), (1...(1 << 30)).contains(count) else {
      throw InputFaults(
        malformed: "\(key) is \(entry.text.quoted), but must be a whole number of at least 1",
        in: file, at: entry.position)
    }
    return count
  }
}

extension Substring {
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
