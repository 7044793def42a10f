extension JSONParser {
  /// Passes white space, and comments, which are faults.
  mutating func skipBlanks() throws(Stop) {
    while next < text.count {
      switch text[next] {
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"): next += 1
      case UInt8(ascii: "\n"): passNewline()
      case UInt8(ascii: "/"), UInt8(ascii: "#"): try comment()
      default: return
      }
    }
  }

  mutating func skipByteOrderMark() throws(Stop) {
    if text.count >= 2, (text[0], text[1]) == (0xFF, 0xFE) || (text[0], text[1]) == (0xFE, 0xFF) {
      try stop(at: 0, "the text is UTF-16; save the file as UTF-8")
    }
    if text.starts(with: [0xEF, 0xBB, 0xBF]) {
      try note(at: 0, "remove the byte order mark: save the file as UTF-8 without one")
      next = 3
    }
  }

  private mutating func comment() throws(Stop) {
    let start = next
    let follower = next + 1 < text.count ? text[next + 1] : 0
    switch (text[next], follower) {
    case (UInt8(ascii: "#"), _), (UInt8(ascii: "/"), UInt8(ascii: "/")):
      while next < text.count, text[next] != UInt8(ascii: "\n") { next += 1 }
    case (UInt8(ascii: "/"), UInt8(ascii: "*")):
      next += 2
      while next < text.count,
        !(text[next] == UInt8(ascii: "/") && text[next - 1] == UInt8(ascii: "*")
          && next > start + 2)
      {
        if text[next] == UInt8(ascii: "\n") { passNewline() } else { next += 1 }
      }
      next = min(next + 1, text.count)
    default:
      try stop(at: next, "found '/', which stands for nothing in JSON")
    }
    try note(at: start, "remove the comment: JSON has none")
  }

  private mutating func passNewline() {
    next += 1
    lines.startLine(at: next)
  }
}
