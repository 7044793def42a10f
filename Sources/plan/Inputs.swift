import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismSearch
import PlanChecks
import Planner

/// A cluster that was read, with what stands for it in a plan.
struct ClusterInput {
  let topology: ClusterTopology
  let warnings: [InputFault]
  let document: PlanInputs.Document

  /// The cluster in a file, or on standard input.
  static func read(path: String) throws(InputFaults) -> ClusterInput {
    let file = try ClusterFile.read(path: path)
    return ClusterInput(
      topology: file.topology, warnings: file.warnings,
      document: .init(
        name: file.topology.name, file: path.inputName, content: file.topology.normalised))
  }

  /// The cluster that a plan was made for.
  static func read(_ plan: LaunchPlan, file: String) throws(InputFaults) -> ClusterInput {
    let document = plan.inputs.cluster
    let name = "\(file) (inputs.cluster)"
    let folder = document.file.lastIndex(of: "/").map { String(document.file[...$0]) } ?? ""
    let cluster = try ClusterFile.parse(
      JSONText.compact(document.content), file: name, folder: folder)
    return ClusterInput(topology: cluster.topology, warnings: [], document: document)
  }
}

/// A model that was read, with what stands for it in a plan.
struct ModelInput {
  let model: ModelDescription
  let workload: WorkloadSettings
  let document: PlanInputs.Document

  /// The model in a file, or on standard input.
  static func read(path: String) throws(InputFaults) -> ModelInput {
    try read(ModelFile.document(path: path), file: path.inputName)
  }

  /// The model that a plan was made for.
  static func read(_ plan: LaunchPlan, file: String) throws(InputFaults) -> ModelInput {
    let document = plan.inputs.model
    let text = JSONText.compact(document.content)
    let input = try read(
      JSONDocument.parse(text, file: "\(file) (inputs.model)", dialect: .python),
      file: document.file)
    // A file without a name gave the model its own, which only the plan remembers.
    var model = input.model
    model.name = document.name
    return ModelInput(model: model, workload: input.workload, document: input.document)
  }

  /// The model of a document that another file implies.
  static func read(_ document: JSONValue, file: String) throws(InputFaults) -> ModelInput {
    let text = JSONText.compact(document)
    return try read(JSONDocument.parse(text, file: "\(file) (its model)"), file: file)
  }

  private static func read(
    _ document: JSONDocument, file: String
  ) throws(InputFaults) -> ModelInput {
    let model = try ModelFile.read(document)
    return ModelInput(
      model: model.model, workload: model.workload,
      document: .init(name: model.model.name, file: file, content: document.root.value))
  }
}

extension PlanInputs.Workload {
  /// - Parameter file: the plan's, for the message where the optimiser is unknown.
  func workload(file: String) throws(InputFaults) -> Workload {
    guard let optimizer = Optimizer(rawValue: optimizer) else {
      let allowed = Optimizer.allCases.map { $0.rawValue.quoted }.listed()
      let message =
        "inputs.workload.optimizer is \(self.optimizer.quoted), but must be one of \(allowed)"
      throw InputFaults(malformed: message, in: file)
    }
    return Workload(
      globalBatch: globalBatch, sequenceLength: sequenceLength, precision: precision,
      optimizer: optimizer, optimizerPlace: optimizerPlace ?? .device,
      activationPlace: activationPlace ?? .device, adapterRank: adapterRank,
      lengths: lengths?.lengths, expertUse: expertUse ?? [])
  }
}

extension PlanInputs.Lengths {
  /// As the cost model takes them; the plan's invariants leave no other.
  fileprivate var lengths: SequenceLengths? {
    LengthHistogram(histogram.map { .init(tokens: $0.tokens, count: $0.count) })
      .map { SequenceLengths(sequences: sequences, histogram: $0) }
  }
}

extension String {
  /// A path as messages and plans name it.
  var inputName: String { self == "-" ? "<stdin>" : self }
}

extension PlanRequest {
  /// What a plan was made from, as it states it.
  init(_ plan: LaunchPlan, file: String, effort: Effort) throws(InputFaults) {
    guard let stack = Stack.named(plan.stack.identity) else {
      let known = Stack.all.map(\.identity).joined(separator: ", ")
      let message =
        "stack is \(plan.stack.identity.onOneLine), but must be one of \(known)"
      throw InputFaults(malformed: message, in: file)
    }
    self.init(
      cluster: try ClusterInput.read(plan, file: file).topology,
      model: try ModelInput.read(plan, file: file).model,
      workload: try plan.inputs.workload.workload(file: file), stack: stack,
      calibration: try plan.inputs.calibrationFile().calibration,
      pins: Pins(plan.certificate.scope.pins), effort: effort)
    goal = plan.certificate.scope.goal ?? .time
  }
}
