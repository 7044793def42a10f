import ArgumentParser
import Quantities

/// How long a step, or the whole training, may take.
struct PaceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("The longest step that will do.", valueName: "seconds"),
    transform: parseSeconds)
  var step: Double?

  @Option(
    help: ArgumentHelp("Tokens to train on in all: 2e12.", valueName: "n"), transform: parseTotal)
  var tokens: Double?

  @Option(help: ArgumentHelp("The days for them.", valueName: "n"), transform: parseTotal)
  var days: Double?

  func validate() throws {
    if (tokens == nil) != (days == nil) {
      throw ValidationError("--tokens and --days belong together.")
    }
    if let tokens, let days, !(1e-6...1e12).contains(days * 86_400 / tokens * 1e9) {
      throw ValidationError("--tokens \(tokens) in --days \(days) is no pace of training.")
    }
  }

  var isGiven: Bool { step != nil || tokens != nil }

  /// The longest step that meets all of it, for steps of so many tokens.
  func longestStep(tokens stepTokens: Int) -> Seconds? {
    let paced = tokens.flatMap { all in
      days.map { Seconds($0 * 86_400 * Double(stepTokens) / all) }
    }
    return [step.map { Seconds($0) }, paced].compactMap(\.self).min()
  }
}

/// A positive number that may be large: `2e12`.
private func parseTotal(_ text: String) throws -> Double {
  guard let number = Double(text), number > 0, number <= 1e18 else {
    throw ValidationError("it must be a number above 0")
  }
  return number
}
