import ClusterTopology
import InputFiles

/// Names of hosts: which are allowed, and how many of them are written shortly.
enum HostNames {
  /// Whether a text can be the name of a host: letters, digits, `.`, `-` and `_`, at most 253.
  ///
  /// What is imported ends in host files and scripts, so that nothing else is let through.
  /// - Source: RFC 1123, §2.1; underscores, which resolvers know too.
  static func isAllowed(_ name: some StringProtocol) -> Bool {
    guard (1...253).contains(name.utf8.count), name.utf8.first != UInt8(ascii: "-") else {
      return false
    }
    return name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        true
      default: false
      }
    }
  }

  /// What is wrong with a name, as a sentence.
  static func refusal(of name: some StringProtocol) -> String {
    "\(String(name).quoted) is no name of a host: those have letters, digits, '.', '-' and '_'"
  }

  /// The names that a host list in Slurm's notation stands for, each with its place.
  ///
  /// - Throws: one fault, for a list that cannot be expanded or has a name that is not allowed.
  static func expand(
    _ text: some StringProtocol, in file: TextFile, at position: SourcePosition?
  ) throws(InputFaults) -> [Fact<String>] {
    let list: HostList
    do throws(HostList.Malformed) {
      list = try HostList(String(text))
    } catch {
      throw file.fault(at: position, "\(String(text).quoted) \(error.reason)")
    }
    let names = (0..<list.count).map { list[$0] }
    if let bad = names.first(where: { !isAllowed($0) }) {
      throw file.fault(at: position, refusal(of: bad))
    }
    return names.map { file.fact($0, at: position) }
  }

  /// The names in Slurm's notation, in their order: `a[001-016,020],b7`.
  static func compressed(_ names: [String]) -> String {
    var terms: [String] = []
    var run: Run?
    for name in names {
      let digits = String(name.reversed().prefix { $0.isASCII && $0.isNumber }.prefix(9).reversed())
      guard let number = Int(digits) else {
        if let run { terms.append(run.text) }
        run = nil
        terms.append(name)
        continue
      }
      let stem = String(name.dropLast(digits.count))
      if run?.stem == stem, run?.takes(number, digits) == true {
        run?.add(number)
      } else {
        if let run { terms.append(run.text) }
        run = Run(stem: stem, number, digits)
      }
    }
    if let run { terms.append(run.text) }
    return terms.joined(separator: ",")
  }

  /// Names that differ in the number at their end.
  private struct Run {
    let stem: String
    /// The width that zeros fill numbers up to; 1 where no zero is needed.
    private var width: Int
    private var ranges: [ClosedRange<Int>]

    init(stem: String, _ number: Int, _ digits: String) {
      self.stem = stem
      width = digits.hasPrefix("0") ? digits.count : 1
      ranges = [number...number]
    }

    /// Whether the number, written as `digits`, is what the run's width makes of it.
    func takes(_ number: Int, _ digits: String) -> Bool {
      String(repeating: "0", count: max(0, width - String(number).count)) + String(number) == digits
    }

    mutating func add(_ number: Int) {
      let last = ranges[ranges.count - 1]
      if last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }

    var text: String {
      if ranges.count == 1, ranges[0].count == 1 { return stem + digits(ranges[0].lowerBound) }
      let parts = ranges.map { range in
        range.count == 1
          ? digits(range.lowerBound) : digits(range.lowerBound) + "-" + digits(range.upperBound)
      }
      return stem + "[" + parts.joined(separator: ",") + "]"
    }

    private func digits(_ number: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
  }
}
