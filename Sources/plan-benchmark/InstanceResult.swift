import InputFiles

/// What an optimiser reached on an instance, and what others reach on it.
struct InstanceResult {
  /// An answer's value and what finding it took.
  struct Outcome {
    /// In the instance's own unit; lower is better. Nil where the method finds no answer.
    var objective: Double?
    /// CPU seconds.
    var seconds: Double
  }

  /// The instance's own name.
  var instance: String
  /// Our answer's value, in the instance's unit.
  var objective: Double
  /// No answer has a lower value.
  var bound: Double
  /// CPU seconds to both.
  var seconds: Double
  /// Other methods on the same instance, by name, in order.
  var baselines: [(name: String, outcome: Outcome)] = []
  /// Further figures of the subject, after those that all have.
  var details: [JSONValue.Member] = []

  /// (objective − bound) / objective; 0 where they are equal, also where nothing fits.
  var gap: Double { objective == bound ? 0 : (objective - bound) / objective }

  /// `{"instance": …, "objective": …, "bound": …, "gap": …, "seconds": …, "baselines": {…}}`.
  var json: JSONValue {
    let baselines = baselines.map { baseline in
      JSONValue.Member(
        baseline.name,
        [
          "objective": baseline.outcome.objective.map { .number(orNull: $0) } ?? .null,
          "seconds": .number(orNull: baseline.outcome.seconds),
        ])
    }
    return .object(
      [
        .init("instance", .string(instance)), .init("objective", .number(orNull: objective)),
        .init("bound", .number(orNull: bound)), .init("gap", .number(orNull: gap)),
        .init("seconds", .number(orNull: seconds)), .init("baselines", .object(baselines)),
      ] + details)
  }

  /// `real16  8.5021  bound 8.4832  gap 0.22 %  0.013 s   identity 9.71 (+14.2 %)`
  var text: String {
    var line =
      "\(instance)  \(digits(objective))  bound \(digits(bound))  gap \(percent(gap))"
      + "  \(digits(seconds, 3)) s"
    for (name, outcome) in baselines {
      line += "\n    \(name): "
      line +=
        outcome.objective.map { "\(digits($0)) (\(signed($0 / objective - 1)))" } ?? "no answer"
      line += ", \(digits(outcome.seconds, 3)) s"
    }
    return line
  }

  private func percent(_ fraction: Double) -> String { digits(100 * fraction, 3) + " %" }

  private func signed(_ fraction: Double) -> String {
    (fraction < 0 ? "" : "+") + digits(100 * fraction, 2) + " %"
  }

  /// At most six significant digits, or a fixed number of places.
  private func digits(_ number: Double, _ places: Int? = nil) -> String {
    guard number.isFinite else { return "\(number)" }
    let whole = String(Int(abs(number).rounded(.down))).count
    let places = places ?? max(0, 6 - whole)
    let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
    let scaled = (abs(number) * scale).rounded()
    guard scaled < 9e15 else { return "\(number)" }
    let integer = Int(scaled)
    let unit = Int(scale)
    let fraction = String(integer % unit)
    let sign = number < 0 && integer > 0 ? "-" : ""
    if places == 0 { return sign + String(integer) }
    return sign + String(integer / unit) + "."
      + String(repeating: "0", count: places - fraction.count) + fraction
  }
}
