import ArgumentParser
import InputFiles
import ModelDescription

/// The flag that says how busy experts are; it wins over files.
struct RoutingOptions: ParsableArguments {
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "How tokens are routed to experts: statistics of 'plan import routing' or a NumPy array, once a "
        + "workload; power-law[:exponent], assumed loads; or uniform.", valueName: "file"))
  var routing: [String] = []

  func validate() throws { _ = try source }

  /// The routing of the flags; `nil` where there are none.
  var source: RoutingSource? {
    get throws {
      guard let first = routing.first else { return nil }
      let words = first.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
      guard first == "uniform" || words[0] == "power-law" else { return .files(routing) }
      guard routing.count == 1 else {
        throw ValidationError("--routing \(first) is an assumption; give it alone, or files.")
      }
      if first == "uniform" { return .uniform }
      guard words.count == 2 else { return .powerLaw(exponent: 0.7) }
      guard let exponent = Double(words[1]), RoutingSource.exponents.contains(exponent) else {
        throw ValidationError(
          "--routing \(first.onOneLine) has no exponent from 0 to 4, such as power-law:0.7.")
      }
      return .powerLaw(exponent: exponent)
    }
  }
}
