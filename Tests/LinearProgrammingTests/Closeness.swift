/// Whether two numbers agree to `tolerance`, relative above 1 and absolute below.
func isClose(_ one: Double?, _ other: Double?, tolerance: Double = 1e-9) -> Bool {
  guard let one, let other else { return false }
  return one == other || abs(one - other) <= tolerance * max(1, abs(one), abs(other))
}
