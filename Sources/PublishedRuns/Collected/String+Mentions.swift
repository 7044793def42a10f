extension String {
  /// Whether some words stand in the text, whatever the case of their ASCII letters.
  ///
  /// O(length of the text); words are in lower case.
  func mentions(_ words: String...) -> Bool { mentions(words) }

  func mentions(_ words: [String]) -> Bool { words.contains { end(of: $0) != nil } }

  /// What stands behind the first mention of a word.
  func text(behind word: String) -> Substring? {
    end(of: word).map { self[utf8.index(startIndex, offsetBy: $0)...] }
  }

  /// The offset in UTF-8 behind the first mention.
  private func end(of word: String) -> Int? {
    func search(
      _ text: UnsafeBufferPointer<UInt8>, _ word: UnsafeBufferPointer<UInt8>
    ) -> Int? {
      guard let first = word.first, text.count >= word.count else { return nil }
      for start in 0...text.count - word.count where text[start].lowercased == first {
        let isWhole = word.indices.allSatisfy { text[start + $0].lowercased == word[$0] }
        if isWhole { return start + word.count }
      }
      return nil
    }
    let known = utf8.withContiguousStorageIfAvailable { text in
      word.utf8.withContiguousStorageIfAvailable { search(text, $0) }
    }
    if case .some(.some(let result)) = known { return result }
    return Array(utf8).withUnsafeBufferPointer { text in
      Array(word.utf8).withUnsafeBufferPointer { search(text, $0) }
    }
  }
}

extension UInt8 {
  fileprivate var lowercased: UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self
  }
}
