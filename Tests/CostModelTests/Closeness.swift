import Quantities

/// Whether two numbers agree but for rounding.
func isClose(_ value: Double, _ expected: Double, within relative: Double = 1e-9) -> Bool {
  abs(value - expected) <= relative * max(abs(expected), 1e-300)
}

/// Whether two amounts agree but for rounding.
func isClose<Amount: Quantity>(
  _ value: Amount, _ expected: Amount, within relative: Double = 1e-9
) -> Bool {
  isClose(value.value, expected.value, within: relative)
}
