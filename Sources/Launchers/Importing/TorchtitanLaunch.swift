import CostModel
import InputFiles
import ParallelismVocabulary

extension ImportedLaunch {
  /// The launch that a configuration of torchtitan describes. The model is named there, not told.
  ///
  /// - Source: torchtitan 0.2.2, `job_config.py`, whose defaults stand where a key is absent.
  static func torchtitan(_ text: String, file: String) throws(InputFaults) -> ImportedLaunch {
    let document = try TOMLDocument.parse(text, file: file)
    let log = FaultLog(file: file)
    let reader = TOMLReader(document: document, log: log)
    let isCompiled = reader.flag("compile.enable") ?? false
    var launch = ImportedLaunch(stack: isCompiled ? "torchtitan@0.2" : "torchtitan@0.2-eager")
    launch.readDegrees(reader)
    launch.readSchedule(reader)
    launch.readStep(reader)
    launch.readActivations(reader)
    try log.throwIfFaulty()
    return launch
  }

  private mutating func readDegrees(_ reader: TOMLReader) {
    degrees.tensor = reader.count("parallelism.tensor_parallel_degree") ?? 1
    degrees.pipeline = reader.count("parallelism.pipeline_parallel_degree") ?? 1
    degrees.context = reader.count("parallelism.context_parallel_degree") ?? 1
    degrees.expert = reader.count("parallelism.expert_parallel_degree") ?? 1
    degrees.expertTensor = reader.count("parallelism.expert_tensor_parallel_degree") ?? 1
    // torchtitan always has sequence parallelism with tensor parallelism.
    sequenceParallel = degrees.tensor > 1
    if degrees.context > 1 {
      let method = reader.name(
        "parallelism.context_parallel_rotate_method", among: ["allgather", "alltoall"])
      contextMethod = method == "alltoall" ? .ring : .allGather
    }
    let shards = reader.integer("parallelism.data_parallel_shard_degree") ?? -1
    let replicas = reader.count("parallelism.data_parallel_replicate_degree") ?? 1
    // The ranks of a sequence always join the shards.
    sharding = shards == 1 && degrees.context == 1 ? .none : .parameters
    if sharding == .parameters { stateReplicas = replicas }
  }

  private mutating func readSchedule(_ reader: TOMLReader) {
    guard degrees.pipeline > 1 else { return }
    let name = reader.name(
      "parallelism.pipeline_parallel_schedule", among: ["1F1B", "GPipe", "Interleaved1F1B"])
    let perStage = reader.count("parallelism.pipeline_parallel_layers_per_stage")
    switch name ?? "1F1B" {
    case "GPipe": schedule = .gpipe
    case "Interleaved1F1B": schedule = .interleaved(virtualStages: 2)
    default: schedule = .oneForwardOneBackward
    }
    if schedule.isInterleaved {
      notes.append("Interleaved1F1B is taken with two chunks a stage")
    } else if let perStage {
      notes.append("pipeline_parallel_layers_per_stage \(perStage): layers are shared out evenly")
    }
  }

  private mutating func readStep(_ reader: TOMLReader) {
    sequenceLength = reader.count("training.seq_len") ?? 2048
    let local =
      reader.count("training.local_batch_size") ?? reader.count("training.batch_size") ?? 8
    globalBatch = reader.integer("training.global_batch_size").flatMap { $0 > 0 ? $0 : nil }
    microBatchSize =
      degrees.pipeline > 1
      ? reader.count("parallelism.pipeline_parallel_microbatch_size") ?? 1 : local
    if globalBatch == nil { sequencesPerReplica = local }
    precision =
      reader.has("quantize.linear.float8.enable_fsdp_float8_all_gather")
        || reader.has("quantize.linear.float8.recipe_name")
      ? .fp8
      : reader.text("training.mixed_precision_param") == "float32" ? .fp32 : .bf16
    optimizer = "adam"
  }

  private mutating func readActivations(_ reader: TOMLReader) {
    let mode = reader.name("activation_checkpoint.mode", among: ["none", "selective", "full"])
    switch mode ?? "selective" {
    case "none": recompute = [.modules([])]
    case "full": recompute = [.layers(nil)]
    default:
      let option = reader.text("activation_checkpoint.selective_ac_option") ?? "2"
      if option == "op" {
        recompute = [.modules([.alternateProducts])]
      } else {
        recompute = [.modules([])]
        notes.append(
          "selective_ac_option \(option): every layer is priced as if it kept its activations")
      }
    }
  }
}

/// Typed values of a TOML file; what has another type is a fault.
struct TOMLReader {
  let document: TOMLDocument
  let log: FaultLog

  func has(_ path: String) -> Bool { document.entries[path] != nil }

  func integer(_ path: String) -> Int? {
    guard let entry = document.entries[path] else { return nil }
    if case .integer(let value) = entry.value { return value }
    fault(entry, "\(path) must be a whole number")
    return nil
  }

  func count(_ path: String) -> Int? {
    guard let value = integer(path), let entry = document.entries[path] else { return nil }
    guard value >= 1 else {
      fault(entry, "\(path) is \(value), but must be at least 1")
      return nil
    }
    return value
  }

  func text(_ path: String) -> String? {
    guard let entry = document.entries[path] else { return nil }
    switch entry.value {
    case .string(let value): return value
    case .integer(let value): return String(value)
    default:
      fault(entry, "\(path) must be a string")
      return nil
    }
  }

  func flag(_ path: String) -> Bool? {
    guard let entry = document.entries[path] else { return nil }
    if case .bool(let value) = entry.value { return value }
    fault(entry, "\(path) must be true or false")
    return nil
  }

  func name(_ path: String, among names: [String]) -> String? {
    guard let value = text(path), let entry = document.entries[path] else { return nil }
    guard names.contains(value) else {
      fault(entry, "\(path) is \(value.quoted), but must be \(names.listed())")
      return nil
    }
    return value
  }

  private func fault(_ entry: TOMLDocument.Entry, _ message: String) {
    log.error(at: SourcePosition(line: entry.line, column: 1), message)
  }
}
