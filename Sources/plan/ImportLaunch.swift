import ArgumentParser
import CostModel
import InputFiles
import LaunchPlan
import Launchers
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Planner
import Reports

/// `plan import launch FILE`: a launch that somebody already runs, as a plan.
struct ImportLaunch: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "launch",
    abstract:
      "Read a launch that you already run: what it costs, whether it fits, what would be better.",
    discussion: """
        plan import launch train.sh --cluster cluster.json
        plan import launch arguments.txt --cluster cluster.json -o plan.json
        plan import launch train.sh --cluster cluster.json | jq .changes
        plan import launch llama3_8b.toml --cluster cluster.json --model config.json
        plan import launch ds_config.json --cluster cluster.json --model config.json

      The file is a script or a list of arguments of Megatron-LM, a configuration of torchtitan or \
      one of DeepSpeed; what it says of the model, the batch and every degree is taken as it stands. \
      Variables that a script sets itself are followed; nothing is run. The result is a plan with all of that pinned, and beside it the best \
      plan with each choice freed in turn.

      Exit status: 0 the launch runs; 5 it does not fit, or the stack cannot run it.
      """)

  @Argument(help: "The script or the arguments; '-' reads standard input.", completion: .file())
  var launch: String

  @Option(
    help: ArgumentHelp("The cluster that it runs on.", valueName: "file"), completion: .file())
  var cluster: String

  @Option(
    help: ArgumentHelp("The model, where the launch does not tell it.", valueName: "file"),
    completion: .file())
  var model: String?

  @OptionGroup(title: "Workload") var workload: WorkloadOptions

  @Option(
    help: ArgumentHelp("What runs the launch, in place of what is assumed.", valueName: "name"),
    transform: Stack.parse)
  var stack: Stack?

  @OptionGroup(title: "Cost model") var costs: CalibrationOptions
  @OptionGroup(title: "Output") var file: FileOptions
  @OptionGroup(title: "Output") var format: JSONOptions

  @Flag(help: "No notes and no warnings on standard error.")
  var quiet = false

  func validate() throws {
    try requireOneStandardInput([launch, cluster, model, workload.file, costs.path])
  }

  func run() throws {
    try reportingFaults {
      let imported = try ImportedLaunch.read(path: launch)
      let calibration = try costs.calibration()
      let cluster = try ClusterInput.read(path: self.cluster)
      let model = try self.model(of: imported)
      let review = try review(imported, cluster, model, calibration)
      let report = LayoutReviewReport(review, style: StandardOutput.style)
      if !quiet {
        cluster.warnings.forEach { StandardError.write("\($0)\n") }
        imported.notes.forEach { StandardError.write("note: \($0.onOneLine)\n") }
      }
      if let path = file.path {
        try OutputFile.replace(path: path, with: format.text(try review.plan.json()))
      }
      try StandardOutput.write(
        StandardOutput.isTerminal && !format.isAsked ? report.text : format.text(try report.json()))
      if !review.violations.isEmpty { throw ExitCode(5) }
    }
  }

  private func review(
    _ imported: ImportedLaunch, _ cluster: ClusterInput, _ model: ModelInput,
    _ calibration: CalibrationFile
  ) throws -> LayoutReview {
    let given = WorkloadSettings(
      globalBatch: imported.globalBatch.map(WorkloadSettings.GlobalBatch.sequences),
      sequenceLength: imported.sequenceLength, precision: imported.precision,
      optimizer: imported.optimizer.flatMap(Optimizer.init),
      optimizerPlace: imported.optimizerPlace, activationPlace: imported.activationPlace)
    var settings = try workload.settings().over(given).over(model.workload)
    let degrees = try imported.degrees(
      onDevices: cluster.topology.deviceCount, file: launch.inputName)
    if settings.globalBatch == nil {
      let perReplica = imported.sequencesPerReplica ?? imported.microBatchSize
      settings.globalBatch = .sequences(degrees.data * perReplica)
    }
    let completed = settings.completed(for: model.model)
    guard let stack = stack ?? Stack.named(imported.stack) else {
      throw ValidationError("No stack is called \(imported.stack).")
    }
    let request = PlanRequest(
      cluster: cluster.topology, model: model.model, workload: completed.workload, stack: stack,
      calibration: calibration.calibration, effort: .explanation,
      assumptions: completed.defaults
        + (self.stack == nil ? ["stack \(stack.identity): not given"] : []))
    let inputs = PlanInputs(
      cluster: cluster.document, model: model.document,
      workload: PlanInputs.Workload(completed.workload), calibration: costs.document(calibration))
    return try Planner.review(
      try imported.layout(
        degrees, batch: completed.workload.globalBatch, layers: model.model.layers.count,
        file: launch.inputName),
      request, inputs: inputs)
  }

  private func model(of imported: ImportedLaunch) throws -> ModelInput {
    if let model { return try ModelInput.read(path: model) }
    guard let document = imported.model else {
      throw ValidationError(
        "The launch does not tell its model; name its file: --model config.json.")
    }
    return try ModelInput.read(document, file: launch.inputName)
  }
}

extension ImportedLaunch {
  /// The launch in a file, or on standard input.
  static func read(path: String) throws(InputFaults) -> ImportedLaunch {
    let text = try TextFile.read(path: path, limit: InputLimit(kind: "a launch", mebibytes: 16))
    guard text.isText else {
      throw text.fault("is no text, but must be a script, a list of arguments or a configuration")
    }
    return try .read(String(decoding: text.bytes, as: UTF8.self), file: text.file)
  }
}
