import ArgumentParser
import CostModel
import InputFiles
import PublishedRuns
import Reports

/// `plan calibrate RUNS`: coefficients of the cost model, fitted to measured steps.
struct Calibrate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Fit the cost model to measured steps of your own.",
    discussion: """
      RUNS is a file of measured runs ('plan schema run' tells the form of a line). The fit moves the \
      coefficients that concern them, each from its shipped value and only as far as the \
      measurements call for; a handful of steps is enough. Step times are used, memory is not.

        plan calibrate runs.jsonl -o calibration.json
        plan cluster.json model.json --calibration calibration.json
        plan calibrate --show
      """)

  @Argument(help: "Files of measured runs; '-' reads standard input.", completion: .file())
  var runs: [String] = []

  @Flag(help: "Print the coefficients of accelerators, networks and stacks, and fit nothing.")
  var show = false

  @Flag(
    help: ArgumentHelp(
      "Start from the defaults, as the fit of the shipped coefficients did.",
      visibility: .hidden))
  var fromDefaults = false

  @Option(help: ArgumentHelp("Give the calibration a name.", valueName: "text"))
  var name = ""

  @OptionGroup(title: "Output") var file: FileOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  @Flag(help: "No progress on standard error.")
  var quiet = false

  func validate() throws {
    if show != runs.isEmpty {
      throw ValidationError("Give a file of measured runs, or --show.")
    }
  }

  func run() throws {
    try reportingFaults {
      if show {
        let table = CoefficientTable(.shipped)
        try StandardOutput.write(format.isAsked ? format.text(table.json) : table.text)
        return
      }
      try fit()
    }
  }

  /// What the shipped coefficients are made from: every fitted value, and the runs that it concerns.
  private func everything(_ fit: CoefficientFit, at fitted: Calibration) -> JSONValue {
    .array(
      fit.coefficients.map { coefficient in
        [
          "name": .string(coefficient.name), "value": .number(coefficient.value(in: fitted)),
          "runs": .integer(fit.runs(concernedBy: coefficient)),
        ]
      })
  }

  private func fit() throws {
    let measured = try MeasuredRuns.read(paths: runs)
    let fit = CoefficientFit(runs: measured.runs, start: fromDefaults ? .defaults : .shipped)
    guard !fit.runs.isEmpty else {
      StandardError.write(
        "error: no run has a measured step time, so that there is nothing to fit\n")
      throw ExitStatus.badInput.code
    }
    let progress = ProgressLine(quiet: quiet)
    defer { progress.clear() }
    let before = fit.meanError(at: fit.start)
    let fitted = fit.fitted { progress.show("iteration \($0.iteration + 1)") }
    progress.clear()
    let calibration = CalibrationFile(
      name: name, fitted, coefficients: fit.coefficients)
    let text = format.text(fromDefaults ? everything(fit, at: fitted) : calibration.json)
    if let path = file.path { try OutputFile.replace(path: path, with: text) }
    let isForPeople = StandardOutput.isTerminal && !format.isAsked
    if isForPeople || file.path != nil {
      let report =
        "\(fit.runs.count) \(fit.runs.count == 1 ? "run" : "runs"), mean error \(before.percent) before and "
        + "\(fit.meanError(at: fitted).percent) after\n"
        + CoefficientTable(fitted, only: fit.coefficients).text
      if isForPeople { try StandardOutput.write(report) } else { StandardError.write(report) }
    }
    if !isForPeople && file.path == nil { try StandardOutput.write(text) }
  }
}
