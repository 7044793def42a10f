/// Arguments of Megatron-LM: an option and its values, one after another.
struct MegatronFlags: Sendable, Hashable {
  private(set) var options: [[String]] = []

  /// Adds an option with its values.
  mutating func set(_ option: String, _ values: String...) { options.append([option] + values) }

  /// Adds an option with a number.
  mutating func set(_ option: String, _ value: Int) { options.append([option, String(value)]) }

  /// Adds an option with several values.
  mutating func set(_ option: String, all values: [String]) { options.append([option] + values) }

  static func + (left: MegatronFlags, right: MegatronFlags) -> MegatronFlags {
    var sum = left
    sum.options += right.options
    return sum
  }

  /// Every word.
  var words: [String] { options.flatMap(\.self) }

  /// One option a line, as bash reads it.
  func lines(indentation: String) -> String {
    options.map { indentation + $0.map(\.shellWord).joined(separator: " ") }
      .joined(separator: "\n")
  }
}

/// All that a launch says to Megatron: what every rank gets, and what those of each stage get beside.
struct MegatronOptions: Sendable {
  let common: MegatronFlags
  let byStage: [MegatronFlags]
  /// What cannot be expressed; a sentence each.
  let faults: [String]
  let warnings: [String]

  init(_ launch: Launch) {
    var faults: [String] = []
    var warnings: [String] = []
    common =
      MegatronFlags.model(of: launch, faults: &faults, warnings: &warnings)
      + MegatronFlags.parallelism(of: launch, faults: &faults)
      + MegatronFlags.scattering(of: launch.plan, warnings: &warnings)
    byStage = launch.plan.stages.map { MegatronFlags.recompute(of: $0, faults: &faults) }
    self.faults = faults
    self.warnings = warnings
  }
}
