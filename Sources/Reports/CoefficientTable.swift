import CostModel
import InputFiles

/// The coefficients of the cost model: value, unit, meaning and where each comes from.
public struct CoefficientTable {
  private let calibration: Calibration
  private let coefficients: [Coefficient]

  /// - Parameter only: the coefficients to show; all by default.
  public init(_ calibration: Calibration, only coefficients: [Coefficient] = Coefficient.all) {
    self.calibration = calibration
    self.coefficients = coefficients
  }

  /// For terminals, one line a coefficient under a line for each owner.
  public var text: String {
    var lines: [String] = []
    var owner = ""
    for coefficient in coefficients {
      let (group, own) = Self.split(coefficient.name)
      if group != owner {
        owner = group
        lines.append(group)
      }
      let value = Self.spelled(coefficient.value(in: calibration), unit: coefficient.unit)
      lines.append(
        "  " + own.padded(to: 18) + value.leftPadded(to: 11) + "  " + coefficient.meaning)
      lines.append("  " + String(repeating: " ", count: 31) + origin(of: coefficient))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// For machines, in the same order.
  public var json: JSONValue {
    .array(
      coefficients.map { coefficient in
        [
          "name": .string(coefficient.name),
          "value": .number(coefficient.value(in: calibration)),
          "unit": .string(coefficient.unit),
          "meaning": .string(coefficient.meaning),
          "default": .number(coefficient.defaultValue),
          "origin": .string(origin(of: coefficient)),
        ]
      })
  }

  private func origin(of coefficient: Coefficient) -> String {
    let value = coefficient.value(in: calibration)
    if value == coefficient.value(in: .shipped) { return coefficient.origin }
    let shipped = Self.spelled(coefficient.value(in: .shipped), unit: coefficient.unit)
    return "moved from \(shipped) by the measured runs"
  }

  /// A name's owner and its last part: `stacks.nemo@24` and `launch`.
  private static func split(_ name: String) -> (String, String) {
    guard let dot = name.lastIndex(of: ".") else { return ("", name) }
    // Versions of stacks hold dots of their own, names of coefficients do not.
    return (String(name[..<dot]), String(name[name.index(after: dot)...]))
  }

  private static func spelled(_ value: Double, unit: String) -> String {
    unit == "s"
      ? (value * 1e3).spelled(decimals: 3) + " ms" : value.spelled(decimals: 3) + " " + unit
  }
}
