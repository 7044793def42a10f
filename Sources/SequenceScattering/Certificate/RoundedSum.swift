/// A sum of products, with what rounding may have changed in it.
///
/// Each addition, and each of the few operations in a term, errs by at most 2⁻⁵³ of its size. A sum that
/// overflows has no limits.
struct RoundedSum {
  private var sum: Double
  private var size: Double
  private var count = 1.0

  init(_ first: Double) {
    sum = first
    size = abs(first)
  }

  mutating func add(_ term: Double) {
    sum += term
    size += abs(term)
    count += 1
  }

  private var error: Double { (count + 16) * 0x1p-53 * size }
  var atLeast: Double { size.isFinite ? sum - error : -.infinity }
  var atMost: Double { size.isFinite ? sum + error : .infinity }
}
