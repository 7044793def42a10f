import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary

/// A plan in the tables and keys of torchtitan's configuration, with all that it cannot express.
/// - Source: torchtitan 0.2.2, `config/job_config.py`, `distributed/parallel_dims.py`,
///   `models/llama3/infra/parallelize.py`.
struct TorchtitanConfiguration: Sendable {
  private(set) var tables: [TOMLText.Table] = []
  /// The options of every stage; all empty where the tables say the same for all.
  private(set) var stageOptions: [[String]]
  var faults: [String] = []
  private(set) var warnings: [String] = []

  init(_ launch: Launch) {
    let plan = launch.plan
    stageOptions = plan.stages.map { _ in [] }
    let flavor = flavor(launch)
    if let flavor {
      tables.append(
        .init(
          "model",
          [.init("name", .string(flavor.model)), .init("flavor", .string(flavor.name))]
            + converters(plan, flavor)))
    }
    tables.append(.init("training", training(plan)))
    tables.append(.init("parallelism", parallelism(plan, flavor)))
    tables.append(.init("activation_checkpoint", recompute(plan)))
    let isEager = plan.stack.version.hasSuffix("-eager")
    tables.append(.init("compile", [.init("enable", .bool(!isEager))]))
    quantisation(plan, flavor)
  }

  private mutating func flavor(_ launch: Launch) -> TorchtitanFlavor? {
    do {
      let reading = try DecoderReading(launch.model)
      if reading.furtherPredictors > 0 {
        faults.append("its models have no layers that predict further tokens")
      }
      if let flavor = TorchtitanFlavor.of(
        reading, hidden: launch.model.hiddenSize, vocabulary: launch.model.vocabularySize)
      {
        return flavor
      }
      faults.append(
        "none of its models has the sizes of \(launch.model.name.quoted); there are "
          + TorchtitanFlavor.listing)
    } catch {
      faults.append("\(launch.model.name.quoted) \(error.predicate), which none of its models has")
    }
    return nil
  }

  // MARK: Step

  private mutating func training(_ plan: LaunchPlan) -> [JSONValue.Member] {
    let (workload, parallelism) = (plan.inputs.workload, plan.parallelism)
    let isPipelined = parallelism.pipeline > 1
    let local = parallelism.microBatchSize * (isPipelined ? parallelism.microBatches : 1)
    let divisor = parallelism.tensor * parallelism.context * 2
    if !workload.sequenceLength.isMultiple(of: divisor) {
      faults.append(
        "sequences of \(workload.sequenceLength) tokens are no multiple of \(divisor), twice the "
          + "tensor degree times the context degree")
    }
    if workload.optimizer != "adam" {
      faults.append("the optimiser \(workload.optimizer) does not exist there; it has Adam")
    }
    if workload.optimizerPlace == .host {
      faults.append("it moves weights to the host too, not the optimiser's state alone")
    }
    if plan.offloadsActivations { faults.append("it keeps activations on the device") }
    if workload.adapterRank != nil {
      faults.append("it trains all weights; adapters of a low rank have no option")
    }
    return [
      .init("seq_len", .integer(workload.sequenceLength)),
      .init("local_batch_size", .integer(local)),
      .init("global_batch_size", .integer(workload.globalBatch)),
      .init("mixed_precision_param", .string(parameterType(plan))),
    ]
  }

  private mutating func parameterType(_ plan: LaunchPlan) -> String {
    let (precision, parallelism) = (plan.inputs.workload.precision, plan.parallelism)
    switch precision {
    case .fp32: return "float32"
    case .bf16, .fp8, .mxfp8: break
    case .fp16, .tf32, .nvfp4, .int8:
      faults.append("the precision \(precision.rawValue) has no option for training")
    }
    let isSharded = parallelism.sharding >= .gradients && parallelism.data > 1
    if !isSharded, parallelism.context == 1, parallelism.tensor * parallelism.pipeline > 1 {
      faults.append(
        "tensor and pipeline parallelism without sharded data parallelism or context parallelism "
          + "compute in single precision there, not in \(precision.rawValue)")
    }
    return "bfloat16"
  }

  // MARK: Recomputation

  /// One mode where all stages agree; options of the rank's own stage otherwise.
  private mutating func recompute(_ plan: LaunchPlan) -> [JSONValue.Member] {
    let modes = plan.stages.map { mode(of: $0) }
    guard let first = modes.first else { return [] }
    if modes.allSatisfy({ $0 == first }) {
      return first.map { .init($0.key, .string($0.value)) }
    }
    stageOptions = modes.map { mode in
      mode.flatMap { ["--activation_checkpoint.\($0.key)", $0.value] }
    }
    return []
  }

  private mutating func mode(of stage: LaunchPlan.Stage) -> [Setting] {
    let recompute = stage.recompute
    let longest = stage.layerRuns.map(\.count).max() ?? 0
    switch (recompute.fullLayers, recompute.modules) {
    case (0, []): return [Setting("mode", "none")]
    case (0, [.alternateProducts]):
      return [Setting("mode", "selective"), Setting("selective_ac_option", "op")]
    case (longest..., _): return [Setting("mode", "full")]
    case (let layers, []):
      // Every k-th layer of the stage, counted through its chunks.
      if stage.layerRuns.count == 1, let k = (2...longest).first(where: { longest / $0 == layers })
      {
        return [Setting("mode", "selective"), Setting("selective_ac_option", String(k))]
      }
      faults.append(
        "stage \(stage.stage) recomputes \(layers) of \(longest) layers in a chunk, but it "
          + "recomputes none, all, or every k-th")
    default:
      let names = recompute.modules.sorted().map(\.rawValue).listed(joinedBy: "and")
      faults.append(
        "stage \(stage.stage) recomputes \(names), but it recomputes whole layers, or all but "
          + "every second matrix product")
    }
    return []
  }

  private struct Setting: Hashable {
    var key: String
    var value: String
    init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
  }

  // MARK: Precision

  private func converters(_ plan: LaunchPlan, _ flavor: TorchtitanFlavor) -> [JSONValue.Member] {
    let format: String
    switch plan.inputs.workload.precision {
    case .fp8: format = "float8"
    case .mxfp8: format = "mx"
    default: return []
    }
    let names =
      ["quantize.linear.\(format)"]
      + (flavor.hasExperts ? ["quantize.grouped_mm.\(format)"] : [])
    return [.init("converters", .array(names.map(JSONValue.string)))]
  }

  private mutating func quantisation(_ plan: LaunchPlan, _ flavor: TorchtitanFlavor?) {
    let precision = plan.inputs.workload.precision
    guard precision == .fp8 || precision == .mxfp8 else { return }
    let format = precision == .fp8 ? "float8" : "mx"
    if precision == .fp8 {
      tables.append(.init("quantize.linear.float8", [.init("recipe_name", "rowwise")]))
    }
    if flavor?.hasExperts ?? false {
      tables.append(.init("quantize.grouped_mm.\(format)", [.init("fqns", ["experts"])]))
      warnings.append("torchtitan calls experts in \(precision.rawValue) a prototype")
    }
  }
}
