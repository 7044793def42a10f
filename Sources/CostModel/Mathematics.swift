#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

extension Double {
  /// The logarithm to base two; zero and below give negative infinity or not-a-number.
  var log2: Double { _log2(self) }
  var cubeRoot: Double { cbrt(self) }
  var exponential: Double { exp(self) }
  func power(_ exponent: Double) -> Double { pow(self, exponent) }
}

private func _log2(_ value: Double) -> Double {
  #if canImport(Glibc)
    Glibc.log2(value)
  #else
    Darwin.log2(value)
  #endif
}
