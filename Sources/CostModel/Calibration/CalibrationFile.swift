import InputFiles

/// A calibration as a file or a plan states it: coefficients by name, on top of the shipped ones.
public struct CalibrationFile: Sendable, Hashable {
  /// What the user measured, for tables; empty where it is not said.
  public var name: String
  /// By coefficient's name, in its unit.
  public var coefficients: [String: Double]

  public init(name: String = "", coefficients: [String: Double]) {
    self.name = name
    self.coefficients = coefficients
  }

  /// Nothing on top of the shipped coefficients.
  public static let none = CalibrationFile(coefficients: [:])

  /// What a calibration has otherwise than the shipped one.
  public init(name: String, _ calibration: Calibration, coefficients: [Coefficient]) {
    self.name = name
    self.coefficients = [:]
    for coefficient in coefficients {
      let value = coefficient.value(in: calibration)
      if value != coefficient.value(in: .shipped) { self.coefficients[coefficient.name] = value }
    }
  }

  /// The shipped coefficients with these in their place.
  public var calibration: Calibration {
    var calibration = Calibration.shipped
    for (name, value) in coefficients {
      Coefficient.named(name)?.set(value, in: &calibration)
    }
    return calibration
  }
}

// MARK: Reading and writing

extension CalibrationFile {
  /// The calibration in a file, or on standard input when `path` is `-`.
  public static func read(path: String) throws(InputFaults) -> CalibrationFile {
    try JSONDocument.read(path: path, limit: InputLimit(kind: "a calibration file", mebibytes: 1))
      .read(shape)
  }

  /// A calibration object.
  public static var shape: JSONShape<CalibrationFile> { .object(read) }

  private static func read(_ object: ObjectReader) -> CalibrationFile? {
    _ = object.optional("formatVersion", .integer(.exactly(1)))
    _ = object.optional("kind", .choice(Kind.self))
    let name = object.optional("name", .string, default: "")
    let coefficients = object.required("coefficients", coefficients)
    object.finish()
    guard let name, let coefficients else { return nil }
    return CalibrationFile(name: name, coefficients: coefficients)
  }

  private enum Kind: String, CaseIterable { case calibration }

  /// No coefficient lies outside of these: from a tenth of a microsecond to thousands of passes.
  private static let range = Limits.between(1e-7, 1e4)

  private static var coefficients: JSONShape<[String: Double]> {
    JSONShape("an object of coefficients") { node, log in
      guard let members = node.members else {
        log.refuse(node, expected: "an object of coefficients")
        return nil
      }
      var values: [String: Double] = [:]
      for member in members {
        guard Coefficient.named(member.key) != nil else {
          let nearest = Suggestion.nearest(to: member.key, among: Coefficient.all.map(\.name))
          let hint = nearest.map { "; did you mean \($0.quoted)?" } ?? ""
          log.error(
            at: member.keyPosition,
            "\(node.subject) has no coefficient \(member.key.quoted)\(hint)")
          continue
        }
        if let value = JSONShape.number(range).read(member.value, log) {
          values[member.key] = value
        }
      }
      return values
    }
  }

  /// The file's content, its coefficients sorted by name.
  public var json: JSONValue {
    .object([
      .init("formatVersion", 1), .init("kind", "calibration"), .init("name", .string(name)),
      .init(
        "coefficients",
        .object(
          coefficients.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) })),
    ])
  }
}
