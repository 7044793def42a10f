/// A sum of products together with a bound on its rounding error.
///
/// Each addition and each product is split into its rounded value and its exact error, so sums of
/// small whole numbers have the error 0. Barring underflow, the true sum lies in
/// `lowerEnd...upperEnd`.
/// - Source: Ogita, Rump, Oishi 2005, "Accurate sum and dot product", algorithms 3.1 and 3.3.
struct ErrorFreeSum {
  private var value: Double
  private var error = 0.0

  init(_ value: Double = 0) {
    self.value = value
  }

  mutating func add(_ addend: Double) {
    let sum = value + addend
    let part = sum - value
    error += abs((value - (sum - part)) + (addend - part))
    value = sum
  }

  mutating func add(_ factor: Double, times other: Double) {
    let product = factor * other
    error += abs((-product).addingProduct(factor, other))
    add(product)
  }

  // Summing the errors rounds too; the factor covers more than a million additions.
  private var radius: Double { error * (1 + 0x1p-30) }

  /// A number that the true sum does not fall below.
  var lowerEnd: Double { error == 0 ? value : (value - radius).nextDown }
  /// A number that the true sum does not exceed.
  var upperEnd: Double { error == 0 ? value : (value + radius).nextUp }
}
