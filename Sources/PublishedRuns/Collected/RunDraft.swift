import ClusterTopology
import CostModel
import InputFiles
import ModelDescription
import ParallelismVocabulary

/// A collected record on its way to a run: each aspect fills what is missing from the one table of
/// assumptions, or throws the rule that leaves the record out.
struct RunDraft {
  let record: CollectedRecord
  let accelerator: RecordedAccelerator
  let stack: String
  var assumptions: [String] = []

  /// The run of a record.
  static func run(
    _ record: CollectedRecord, caches: RunCaches
  ) throws(LeftOut) -> MeasuredRun {
    var draft = try RunDraft(record)
    return try draft.run(caches)
  }

  private init(_ record: CollectedRecord) throws(LeftOut) {
    self.record = record
    guard record.kind == "train" else {
      throw LeftOut("measures \(record.kind), and only training is predicted")
    }
    guard !record.model.isEmpty, !record.parallel.isEmpty, !record.hardware.isEmpty else {
      throw LeftOut("the model, the hardware or the layout is not recorded")
    }
    if record.isHybrid { throw LeftOut("the layers of a hybrid model are not described") }
    guard let text = record.hardware.text("gpu") else {
      guard record.isContinuousIntegration, let usual = RecordedAccelerator.named("H100") else {
        throw LeftOut("the kind of GPU is not recorded")
      }
      accelerator = usual
      assumptions = ["H100 of 80 GB: not recorded; the memory does not depend on it"]
      stack = Self.stack(of: record, on: usual)
      return
    }
    guard !RecordedAccelerator.namesSeveral(text) else {
      throw LeftOut("the places of different kinds of GPU are not recorded")
    }
    guard let known = RecordedAccelerator.named(text) else {
      throw LeftOut("\(text) is no GPU whose training stacks are modelled")
    }
    accelerator = known
    stack = Self.stack(of: record, on: known)
  }

  private static func stack(
    of record: CollectedRecord, on accelerator: RecordedAccelerator
  ) -> String {
    RecordedStack.identity(
      framework: record.framework,
      context: [record.id, record.note, record.parallel.text("precision") ?? ""]
        .joined(separator: " "),
      accelerator: accelerator)
  }

  private mutating func run(_ caches: RunCaches) throws(LeftOut) -> MeasuredRun {
    let measured = try measurement()
    if let rule = record.ruleAgainst { throw LeftOut(rule) }
    let layout = try layout()
    let workload = try workload(of: layout)
    let document = try modelDocument(tensor: layout.frame.degrees.tensor)
    let clusterDocument = clusterDocument(devices: layout.devices)
    let model = try caches.model(document)
    let split = try chunkLayers(layout.frame, layers: model.layers.count)
    let recompute = recompute(stages: layout.frame.degrees.pipeline)
    return MeasuredRun(
      id: record.id, source: record.source, citation: record.citation,
      cluster: try caches.cluster(clusterDocument), model: model, workload: workload,
      stack: stack, frame: layout.frame, chunkLayers: split, recompute: recompute,
      measured: measured.at(stages: layout.frame.degrees.pipeline, record),
      assumptions: assumptions, clusterDocument: clusterDocument, modelDocument: document)
  }

  /// The value that the table has for a field, with its sentence noted.
  mutating func assumed(_ field: PublishedAssumption.Field) -> PublishedAssumption.Value? {
    let row = PublishedAssumption.find(
      field, stack: stack, node: accelerator.node, source: record.source,
      hidden: record.model.count("hidden") ?? 0)
    if let row { note(row.sentence) }
    return row?.value
  }

  mutating func note(_ sentence: String) {
    if !assumptions.contains(sentence) { assumptions.append(sentence) }
  }
}

extension CollectedRecord {
  /// Whether layers of state spaces or linear attention are mixed in, which no record describes.
  var isHybrid: Bool {
    [attention, modelName, source, id].joined(separator: " ").mentions(Self.hybridWords)
  }

  private static let hybridWords = [
    "hybrid", "mamba", "deltanet", "nemotron3_", "nemotron3-", "nemotron-3-", "nemotron_3_",
    "nemotron 3 ", "nemotron-h", "nemotronh", "qwen3-next", "qwen3_next", "linear attention",
  ]

  /// Why a record cannot be used although its fields are there.
  var ruleAgainst: String? {
    let isOffloaded = flags["fine-grained-activation-offloading"] != nil
    if isOffloaded { return "its activations are offloaded to the host's memory" }
    if let step = derived.amount("step_time_s"), let reduction = gradientReduction,
      abs(reduction / step - 1) < 1e-3
    {
      return "its step time is the gradient-reduction time of its note, so the row is mis-filed"
    }
    let isBridge = framework.mentions("megatron-bridge")
    let stages = parallel.count("pp") ?? 1
    if isBridge, stages > 1, parallel.count("vpp") == nil, experts.isEmpty {
      return "the virtual pipeline degree of a dense model is not recorded"
    }
    return nil
  }

  /// The gradient-reduction time in seconds that a note prints.
  private var gradientReduction: Double? {
    note.text(behind: "red_grads(s)=").flatMap { Double($0.prefix { $0.isNumber || $0 == "." }) }
  }
}
