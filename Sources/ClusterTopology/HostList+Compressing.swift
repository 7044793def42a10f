extension HostList {
  /// Slurm's notation for some names in their order: `a[01-08],b1,a[09-16]`.
  ///
  /// Names that end in digits and count upward with one width make a range.
  public static func compressing(_ names: some Sequence<String>) -> String {
    var runs: [Run] = []
    for name in names {
      let next = Run(name)
      if let joined = runs.last?.followed(by: next) {
        runs[runs.count - 1] = joined
      } else {
        runs.append(next)
      }
    }
    return runs.map(\.text).joined(separator: ",")
  }

  /// Names that differ in their last number.
  private struct Run {
    let stem: String
    let width: Int
    let first: Int?
    var last: Int?

    init(_ name: String) {
      // A number of more digits could overflow, and is part of the name then.
      let digits = name.reversed().prefix { $0.isASCII && $0.isNumber }.prefix(15)
      width = digits.count
      stem = String(name.dropLast(width))
      first = Int(String(digits.reversed()))
      last = first
    }

    /// The run with one more name, where the other is the name that comes next.
    func followed(by other: Run) -> Run? {
      guard let last, let next = other.first, next == last + 1, other.stem == stem,
        other.width == width
      else { return nil }
      var longer = self
      longer.last = next
      return longer
    }

    var text: String {
      guard let first, let last else { return stem }
      let start = first.padded(to: width)
      return first == last ? stem + start : "\(stem)[\(start)-\(last.padded(to: width))]"
    }
  }
}
