/// A number in decimal notation, as it was scanned from bytes.
///
/// The scan takes the widest form that JSON and CSV share (`-12.5e+3`, `.5`, `5.`, `007`) and
/// tells its parts apart, so that each reader refuses what its format does not allow.
struct Decimal {
  /// The offset behind the last byte that belongs to the number.
  private(set) var end = 0
  private(set) var isNegative = false
  private(set) var wholeDigits = 0
  private(set) var fractionDigits = 0
  private(set) var exponentDigits = 0
  private(set) var hasPoint = false
  private(set) var hasExponent = false
  /// The digits as one integer, exact while `isExact`.
  private var significand: UInt64 = 0
  private var exponent = 0

  /// Scans the number that starts at `start`; no digit at all makes `hasDigits` false.
  init(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    var next = start
    if next < text.count, text[next] == UInt8(ascii: "-") {
      isNegative = true
      next += 1
    }
    let whole = next
    while next < text.count, let digit = text[next].decimalDigit {
      take(digit)
      next += 1
    }
    wholeDigits = next - whole
    if next < text.count, text[next] == UInt8(ascii: ".") {
      hasPoint = true
      next += 1
      let fraction = next
      while next < text.count, let digit = text[next].decimalDigit {
        take(digit)
        next += 1
      }
      fractionDigits = next - fraction
    }
    end = next
    if next < text.count, text[next] | 0x20 == UInt8(ascii: "e"), hasDigits {
      next += 1
      scanExponent(text, from: next)
    }
    exponent -= fractionDigits
  }

  var hasDigits: Bool { wholeDigits + fractionDigits > 0 }

  /// Whether there are digits, and digits of the exponent where there is one.
  var isWellFormed: Bool { hasDigits && hasExponent == (exponentDigits > 0) }

  /// The number, if it is written as an integer and fits; minus zero is none.
  var integer: Int? {
    guard isExact, !hasPoint, !hasExponent else { return nil }
    if isNegative { return significand == 0 ? nil : Int(exactly: significand).map { -$0 } }
    return Int(exactly: significand)
  }

  /// The nearest double. Infinite when the number is too large, zero when it is too small.
  ///
  /// - Parameter text: the bytes that were scanned.
  func double(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Double {
    // A significand below 2⁵³ and a power of ten up to 10²² are exact, so that one operation on
    // them rounds correctly (Clinger 1990, §3).
    if isExact, significand <= 1 << 53, exponent.magnitude <= 22 {
      let power = Self.powersOfTen[Int(exponent.magnitude)]
      let magnitude = exponent < 0 ? Double(significand) / power : Double(significand) * power
      return isNegative ? -magnitude : magnitude
    }
    if isExact, significand != 0, (-19..<0).contains(exponent) {
      let magnitude = Self.quotient(significand, byTenTo: -exponent)
      return isNegative ? -magnitude : magnitude
    }
    return Double(String(decoding: text[start..<end], as: UTF8.self)) ?? .nan
  }

  /// Whether every digit before the exponent is zero.
  ///
  /// - Parameter text: the bytes that were scanned.
  func isZero(_ text: UnsafeBufferPointer<UInt8>, from start: Int) -> Bool {
    let digits = text[start..<end].prefix { $0 | 0x20 != UInt8(ascii: "e") }
    return digits.allSatisfy { ($0.decimalDigit ?? 0) == 0 }
  }

  /// Nineteen digits always fit 64 bits.
  private var isExact: Bool { wholeDigits + fractionDigits <= 19 }

  private mutating func take(_ digit: UInt8) {
    significand = significand &* 10 &+ UInt64(digit)
  }

  private mutating func scanExponent(_ text: UnsafeBufferPointer<UInt8>, from start: Int) {
    var next = start
    hasExponent = true
    var isBelowOne = false
    if next < text.count, text[next] == UInt8(ascii: "-") || text[next] == UInt8(ascii: "+") {
      isBelowOne = text[next] == UInt8(ascii: "-")
      next += 1
    }
    let digits = next
    while next < text.count, let digit = text[next].decimalDigit {
      // An exponent beyond this is out of range whatever it is.
      if exponent < 100_000 { exponent = exponent * 10 + Int(digit) }
      next += 1
    }
    exponentDigits = next - digits
    if isBelowOne { exponent = -exponent }
    end = next
  }

  /// The double nearest to `dividend` / 10^`power`, for a dividend above 0 and a power up to 19:
  /// what programs write that print all digits of a double.
  private static func quotient(_ dividend: UInt64, byTenTo power: Int) -> Double {
    let divisor = integerPowersOfTen[power]
    let (shift, divisorShift) = (dividend.leadingZeroBitCount, divisor.leadingZeroBitCount)
    let numerator = dividend << shift
    let (quotient, remainder) = (divisor << divisorShift)
      .dividingFullWidth((numerator >> 1, numerator << 63))
    // The quotient has at least 63 bits, ten more than a double: a last bit that is set when
    // there is a remainder makes the rounding to 53 bits that of the exact value.
    let significand = Double(quotient | (remainder == 0 ? 0 : 1))
    return Double(sign: .plus, exponent: divisorShift - shift - 63, significand: significand)
  }

  private static let integerPowersOfTen: [UInt64] = (0...19).map { power in
    (0..<power).reduce(1) { product, _ in product * 10 }
  }

  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
  ]
}

extension UInt8 {
  /// The digit's value, if the byte is one.
  var decimalDigit: UInt8? {
    let digit = self &- UInt8(ascii: "0")
    return digit < 10 ? digit : nil
  }
}
