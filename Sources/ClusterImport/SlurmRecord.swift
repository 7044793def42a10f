import InputFiles

/// One record of a Slurm text: its keys, which know no case, with their values.
struct SlurmRecord {
  /// The key that the record starts with, in small letters.
  let name: String
  let position: SourcePosition
  private var values: [String: Substring] = [:]

  private init(name: String, at position: SourcePosition) {
    self.name = name
    self.position = position
  }

  /// The value of a key, given in small letters.
  subscript(key: String) -> Substring? { values[key] }

  /// The records of a text: a line each, with the lines that are indented below it or that a `\`
  /// continues.
  static func all(_ text: TextFile) -> [SlurmRecord] {
    var records: [SlurmRecord] = []
    var isContinued = false
    for line in text.lines {
      let isIndented = line.text.first == " " || line.text.first == "\t"
      var isFirst = !isIndented && !isContinued
      isContinued = false
      for word in line.words {
        // An operating system's version holds a '#' that starts no comment.
        if word.text.hasPrefix("#"), !isIndented || isFirst { break }
        if word.text == "\\" {
          isContinued = true
          break
        }
        guard let sign = word.text.firstIndex(of: "="), sign > word.text.startIndex else {
          continue
        }
        let key = word.text[..<sign].lowercased()
        if isFirst || records.isEmpty { records.append(SlurmRecord(name: key, at: word.position)) }
        isFirst = false
        let value = word.text[word.text.index(after: sign)...]
        // The first value stands: scontrol repeats some keys in other meanings.
        if records[records.count - 1].values[key] == nil {
          records[records.count - 1].values[key] = value.trimmingQuotes
        }
      }
    }
    return records
  }
}

extension Substring {
  fileprivate var trimmingQuotes: Substring {
    count > 1 && first == "\"" && last == "\"" ? dropFirst().dropLast() : self
  }
}
