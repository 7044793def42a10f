#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `base` to the power of `exponent`.
func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func exponential(_ exponent: Double) -> Double { exp(exponent) }

func logarithm(_ number: Double) -> Double { log(number) }

func cosine(_ angle: Double) -> Double { cos(angle) }
