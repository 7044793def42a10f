import ArgumentParser
import InputFiles
import Quantities

// How the words of the command line become values; every refusal says what is allowed.

/// A whole number from 1 up: `8`.
func parseCount(_ text: String) throws -> Int {
  guard let count = Int(text), (1...largestCount).contains(count) else {
    throw ValidationError("it must be a whole number from 1 to \(largestCount.grouped)")
  }
  return count
}

/// Refuses to read two inputs from standard input, which has but one.
func requireOneStandardInput(_ paths: [String?]) throws {
  if paths.count(where: { $0 == "-" }) > 1 {
    throw ValidationError("Only one of the inputs can be read from standard input ('-').")
  }
}

/// As large as a file may say; products of two such counts fit an `Int`.
private let largestCount = 1 << 30

/// A count with an optional binary suffix: `8192`, `8k`, `4M`.
func parseLargeCount(_ text: String) throws -> Int { try parseLargeCount(text, most: 1 << 30) }

/// A count of tokens with an optional binary suffix.
func parseTokens(_ text: String) throws -> Int { try parseLargeCount(text, most: 1 << 50) }

private func parseLargeCount(_ text: String, most: Int) throws -> Int {
  let suffixes: [Character: Int] = ["k": 1 << 10, "K": 1 << 10, "m": 1 << 20, "M": 1 << 20]
  let unit = text.last.flatMap { suffixes[$0] }
  let digits = unit == nil ? text[...] : text.dropLast()
  guard let count = Int(digits), count >= 1,
    case let (product, overflows) = count.multipliedReportingOverflow(by: unit ?? 1), !overflows,
    product <= most
  else {
    throw ValidationError(
      "it must be a whole number from 1 to \(most.grouped), where k stands for 1,024 and M for "
        + "1,048,576")
  }
  return product
}

/// A share from 0 to below 1: `0.01` or `1%`.
func parseFraction(_ text: String) throws -> Double {
  let isPercent = text.hasSuffix("%")
  guard let number = Double(isPercent ? text.dropLast() : text[...]),
    case let share = isPercent ? number / 100 : number, share >= 0, share < 1
  else {
    throw ValidationError("it must be from 0 to below 1, such as 0.01 or 1%")
  }
  return share
}

/// A positive number of seconds: `30`, `0.5`.
func parseSeconds(_ text: String) throws -> Double {
  guard let seconds = Double(text), seconds > 0, seconds <= 1e9 else {
    throw ValidationError("it must be a number of seconds above 0")
  }
  return seconds
}

/// A positive rate: `400`.
func parseRate(_ text: String) throws -> Double {
  guard let rate = Double(text), rate > 0, rate <= 1e6 else {
    throw ValidationError("it must be a number above 0 and at most 1,000,000")
  }
  return rate
}

/// One of some named values; case, hyphens and underscores do not count.
struct Choice<Value: Sendable>: Sendable {
  let values: [(name: String, value: Value)]
  /// Further names, by which people know a value.
  let aliases: [String: String]

  init(_ values: [(name: String, value: Value)], aliases: [String: String] = [:]) {
    self.values = values
    self.aliases = aliases
  }

  var allowed: String { values.map(\.name).listed() }

  func parse(_ text: String) throws -> Value {
    let key = Self.essence(text)
    let meant = aliases[key].map(Self.essence) ?? key
    if let match = values.first(where: { Self.essence($0.name) == meant }) { return match.value }
    let nearest = Suggestion.nearest(to: text, among: values.map(\.name))
    throw ValidationError(
      "it must be one of \(allowed)" + (nearest.map { "; did you mean \($0)?" } ?? ""))
  }

  private static func essence(_ text: String) -> String {
    text.lowercased().filter { $0 != "-" && $0 != "_" }
  }
}

extension Choice where Value: CaseIterable & RawRepresentable, Value.RawValue == String {
  init(aliases: [String: String] = [:]) {
    self.init(Value.allCases.map { ($0.rawValue, $0) }, aliases: aliases)
  }
}
