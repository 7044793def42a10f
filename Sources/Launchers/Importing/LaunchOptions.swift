import InputFiles

/// The options of a launch, by name, with what stands after each.
struct LaunchOptions {
  struct Option: Sendable, Hashable {
    var name: String
    var values: [ShellWords.Word]
    var line: Int
  }

  /// In the order of their last mention, which is the one that counts.
  let options: [String: Option]
  let log: FaultLog

  /// The options in `--name value…` and `--name=value`, underscores in names read as hyphens.
  init(_ words: [ShellWords.Word], log: FaultLog) {
    var options: [String: Option] = [:]
    var current: Option?
    for word in words {
      if word.text.hasPrefix("--"), word.text.count > 2 {
        if let option = current { options[option.name] = option }
        let parts = word.text.dropFirst(2).split(separator: "=", maxSplits: 1)
        let name = String(parts[0]).replacing("_", with: "-")
        current = Option(name: name, values: [], line: word.line)
        if parts.count == 2 {
          var value = word
          value.text = String(parts[1])
          current?.values.append(value)
        }
      } else {
        current?.values.append(word)
      }
    }
    if let option = current { options[option.name] = option }
    self.options = options
    self.log = log
  }

  func has(_ name: String) -> Bool { options[name] != nil }

  /// The first value of an option, or nil where the option is absent; a fault where its value is not
  /// in the script.
  func text(_ name: String) -> String? {
    guard let option = options[name] else { return nil }
    guard let value = option.values.first else {
      fault(option, "--\(name) has no value")
      return nil
    }
    guard !value.isUnknown else {
      fault(
        option,
        "--\(name) depends on something that only running the script tells; "
          + "write its value instead")
      return nil
    }
    return value.text
  }

  /// A whole number of at least `least`.
  func count(_ name: String, atLeast least: Int = 1) -> Int? {
    guard let text = text(name), let option = options[name] else { return nil }
    guard let value = Int(text.replacing("_", with: "")), value >= least else {
      fault(option, "--\(name) is \(text.quoted), but must be a whole number of at least \(least)")
      return nil
    }
    return value
  }

  /// One of some names.
  func name(_ name: String, among allowed: [String]) -> String? {
    guard let text = text(name), let option = options[name] else { return nil }
    guard allowed.contains(text) else {
      fault(option, "--\(name) is \(text.quoted), but must be \(allowed.listed())")
      return nil
    }
    return text
  }

  /// All values of an option.
  func texts(_ name: String) -> [String] { options[name]?.values.map(\.text) ?? [] }

  func fault(_ option: Option, _ message: String) {
    log.error(at: SourcePosition(line: option.line, column: 1), message)
  }
}
