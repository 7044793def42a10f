import ArgumentParser
import CostModel
import InputFiles
import LaunchPlan

/// Which coefficients the cost model prices with.
struct CalibrationOptions: ParsableArguments {
  @Option(
    name: .customLong("calibration"),
    help: ArgumentHelp(
      "Price with a user's own coefficients ('plan calibrate' writes them).", valueName: "file"),
    completion: .file())
  var path: String?

  /// The coefficients of the file; nothing on top of the shipped ones without one.
  func calibration() throws(InputFaults) -> CalibrationFile {
    guard let path else { return .none }
    return try CalibrationFile.read(path: path)
  }

  /// What stands for the file in a plan.
  func document(_ calibration: CalibrationFile) -> PlanInputs.Document? {
    path.map {
      PlanInputs.Document(name: calibration.name, file: $0.inputName, content: calibration.json)
    }
  }
}
