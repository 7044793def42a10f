/// The notations of Megatron-LM for lists of layers.
enum LayerPattern {
  /// `--moe-layer-freq`: a list expression such as `([0]*3+[1]*11)`, or N for every N-th layer.
  static func expertLayers(_ text: String, _ layers: Int) -> [Bool]? {
    if let step = Int(text), step > 0 { return (0..<layers).map { $0.isMultiple(of: step) } }
    var result: [Bool] = []
    let terms = text.filter { $0 != "(" && $0 != ")" && !$0.isWhitespace }.split(separator: "+")
    for term in terms {
      let parts = term.split(separator: "*", omittingEmptySubsequences: false)
      guard let list = parts.first, list.hasPrefix("["), list.hasSuffix("]") else { return nil }
      let values = list.dropFirst().dropLast().split(separator: ",").map { $0 == "1" }
      let count = parts.count == 2 ? Int(parts[1]) : parts.count == 1 ? 1 : nil
      guard let count, count >= 0, count <= 1 << 14 else { return nil }
      for _ in 0..<count { result += values }
      guard result.count <= 1 << 14 else { return nil }
    }
    return result.isEmpty ? nil : result
  }

  /// `--pipeline-model-parallel-layout`: the decoder layers of each chunk.
  ///
  /// `E`, `t`, `m` and `L` are the embedding, a layer, an extra prediction and the loss, `|` ends a
  /// chunk, `(…)*3` repeats, and so does `t*3`.
  static func chunkLayers(_ text: String) -> [Int]? {
    var rest = Substring(text.filter { !$0.isWhitespace && $0 != "," })
    guard let flat = expand(&rest), rest.isEmpty else { return nil }
    return flat.split(separator: "|", omittingEmptySubsequences: false).map { chunk in
      chunk.count { $0 == "t" }
    }
  }

  private static func expand(_ text: inout Substring) -> String? {
    var result = ""
    while let character = text.first, character != ")" {
      text.removeFirst()
      var unit = String(character)
      if character == "(" {
        guard let inner = expand(&text), text.popFirst() == ")" else { return nil }
        unit = inner
      }
      if text.first == "*" {
        text.removeFirst()
        let digits = text.prefix { $0.isNumber }
        guard let count = Int(digits), count <= 1 << 14 else { return nil }
        text = text[digits.endIndex...]
        unit = String(repeating: unit, count: count)
      }
      result += unit
      guard result.utf8.count <= 1 << 16 else { return nil }
    }
    return result
  }
}
