import InputFiles

/// How often sequences of each length occur.
public struct LengthHistogram: Hashable, Sendable {
  /// A length, and how many sequences of a sample have it.
  public struct Entry: Hashable, Sendable {
    /// Tokens of a sequence.
    public let tokens: Int
    public let count: Int

    public init(tokens: Int, count: Int) {
      self.tokens = tokens
      self.count = count
    }
  }

  /// By ascending length, each once.
  public let entries: [Entry]

  /// The most lengths that are told apart.
  public static let mostLengths = 1024

  /// - Returns: `nil` without an entry, or where lengths or counts are below 1 or too large to add up.
  public init?(_ entries: [Entry]) {
    let sound = entries.allSatisfy {
      (1...1 << 30).contains($0.tokens) && (1...1 << 30).contains($0.count)
    }
    guard sound, !entries.isEmpty, entries.count <= Self.mostLengths else { return nil }
    var counts: [Int: Int] = [:]
    for entry in entries { counts[entry.tokens, default: 0] += entry.count }
    self.entries = counts.sorted { $0.key < $1.key }.map { Entry(tokens: $0.key, count: $0.value) }
  }

  /// The histogram of a sample; where it has many lengths, each is rounded up to a number of five
  /// binary digits, by at most 1/16.
  ///
  /// - Returns: `nil` for an empty sample, or a length below 1 or above 2³⁰.
  public init?(sample: [Int]) {
    guard sample.allSatisfy({ (1...1 << 30).contains($0) }) else { return nil }
    let isFine = Set(sample).count <= 256
    var counts: [Int: Int] = [:]
    for length in sample { counts[isFine ? length : length.roundedUp, default: 0] += 1 }
    self.init(counts.map { Entry(tokens: $0.key, count: $0.value) })
  }

  /// The sequences counted.
  public var total: Int { entries.reduce(0) { $0 + $1.count } }
  public var longest: Int { entries.last?.tokens ?? 1 }
  /// Mean tokens of a sequence.
  public var mean: Double {
    entries.reduce(0) { $0 + Double($1.tokens) * Double($1.count) } / Double(total)
  }

  /// The least length such that half of all tokens are in sequences of at most it.
  public var medianByTokens: Int {
    var left = mean * Double(total) / 2
    for entry in entries {
      left -= Double(entry.tokens) * Double(entry.count)
      if left <= 0 { return entry.tokens }
    }
    return longest
  }
}

extension Int {
  /// The least number of five binary digits and zeros that is at least this.
  fileprivate var roundedUp: Int {
    let unit = 1 << Swift.max(0, Int.bitWidth - leadingZeroBitCount - 5)
    return (self + unit - 1) / unit * unit
  }
}

extension JSONShape<LengthHistogram> {
  /// `[{"tokens": 512, "count": 900}, …]`: sequences of that many tokens, and how often they occur.
  public static var lengthHistogram: Self {
    let entry = JSONShape<LengthHistogram.Entry>.object { object in
      let tokens = object.required("tokens", .integer(.between(1, 1 << 30)))
      let count = object.required("count", .integer(.between(1, 1 << 30)))
      object.finish()
      guard let tokens, let count else { return nil }
      return LengthHistogram.Entry(tokens: tokens, count: count)
    }
    let entries = JSONShape<[LengthHistogram.Entry]>.array(
      of: entry, count: .between(1, LengthHistogram.mostLengths))
    return JSONShape("a histogram of lengths") { node, log in
      entries.read(node, log).flatMap(LengthHistogram.init)
    }
  }
}
