// How quantities read in tables and sentences: three significant digits, the unit that fits.

extension Double {
  /// The number with a fixed count of decimals, rounded half away from zero, without a locale.
  ///
  /// Not-a-number and infinities are spelt `nan`, `inf` and `-inf`.
  public func spelled(decimals: Int) -> String {
    guard isFinite else { return isNaN ? "nan" : self < 0 ? "-inf" : "inf" }
    guard magnitude < 1e15 else { return description }
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    let scaled = (magnitude * scale).rounded()
    guard scaled < 9e18 else { return description }
    let digits = String(Int(scaled))
    let sign = self < 0 && scaled > 0 ? "-" : ""
    guard decimals > 0 else { return sign + digits }
    let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
    let split = padded.index(padded.endIndex, offsetBy: -decimals)
    return sign + padded[..<split] + "." + padded[split...]
  }

  /// The number with about three significant digits.
  public var spelled: String {
    switch magnitude {
    case 0: "0"
    case ..<0.01: spelled(decimals: 5)
    case ..<0.1: spelled(decimals: 4)
    case ..<1: spelled(decimals: 3)
    case ..<10: spelled(decimals: 2)
    case ..<100: spelled(decimals: 1)
    default: spelled(decimals: 0)
    }
  }

  /// The number without the noise of scalings and sums, to twelve significant digits: what was read
  /// with fewer is written as it was.
  public var withoutNoise: Double {
    guard isFinite, self != 0 else { return self }
    var scale = 1e11
    var rest = magnitude
    while rest >= 10 {
      rest /= 10
      scale /= 10
    }
    while rest < 1 {
      rest *= 10
      scale *= 10
    }
    guard scale.isFinite, scale > 0 else { return self }
    return (self * scale).rounded() / scale
  }

  /// A fraction as per cent, with one decimal.
  public var percent: String { (self * 100).spelled(decimals: 1) + " %" }
}

extension Int {
  /// The count with thousands separated by commas.
  public var grouped: String {
    let digits = String(magnitude)
    var result = ""
    for (offset, digit) in digits.enumerated() {
      if offset > 0, (digits.count - offset).isMultiple(of: 3) { result.append(",") }
      result.append(digit)
    }
    return (self < 0 ? "-" : "") + result
  }
}

extension Seconds: CustomStringConvertible {
  public var description: String {
    switch value.magnitude {
    case 0: "0 s"
    case ..<1e-3: microseconds.spelled + " µs"
    case ..<1: milliseconds.spelled + " ms"
    default: value.spelled + " s"
    }
  }
}

extension Bytes: CustomStringConvertible {
  public var description: String {
    switch value.magnitude {
    case ..<1024: value.spelled(decimals: 0) + " B"
    case ..<1_048_576: (value / 1024).spelled + " KiB"
    case ..<1_073_741_824: mebibytes.spelled + " MiB"
    default: gibibytes.spelled(decimals: 1) + " GiB"
    }
  }
}

extension BytesPerSecond: CustomStringConvertible {
  public var description: String { gigabytes.spelled + " GB/s" }
}

extension FLOPs: CustomStringConvertible {
  public var description: String {
    switch value.magnitude {
    case ..<1e12: (value / 1e9).spelled + " GFLOP"
    case ..<1e15: (value / 1e12).spelled + " TFLOP"
    default: (value / 1e15).spelled + " PFLOP"
    }
  }
}

extension FLOPsPerSecond: CustomStringConvertible {
  public var description: String { teraFLOPS.spelled + " TFLOP/s" }
}
