import CostModel
import InputFiles
import ParallelismVocabulary

extension ImportedLaunch {
  /// The launch that a configuration of DeepSpeed describes. It tells batch, precision and sharding; the
  /// model and what the user's script does with it are not told.
  ///
  /// - Source: DeepSpeed 0.19, `runtime/config.py` and `runtime/zero/config.py`, whose defaults stand where
  ///   a key is absent. Values of "auto" are those that a trainer fills in.
  static func deepSpeed(_ document: JSONDocument) throws(InputFaults) -> ImportedLaunch {
    let log = FaultLog(file: document.file)
    guard usualKeys.contains(where: { document.root[$0] != nil }) else {
      log.error(
        at: document.root,
        "has none of the keys of a DeepSpeed configuration: \(usualKeys.listedKeys())")
      throw InputFaults(reason: .malformed, faults: log.errors)
    }
    let reader = DeepSpeedReader(root: document.root, log: log)
    var launch = ImportedLaunch(stack: "deepspeed@0.19")
    launch.globalBatch = reader.count("train_batch_size")
    launch.microBatchSize = reader.count("train_micro_batch_size_per_gpu") ?? 1
    launch.sequencesPerReplica =
      reader.count("gradient_accumulation_steps").map { $0 * launch.microBatchSize }
    launch.degrees.tensor = reader.count("tensor_parallel", "autotp_size") ?? 1
    launch.degrees.context = reader.count("sequence_parallel_size") ?? 1
    if launch.degrees.context > 1 { launch.contextMethod = .allToAll }
    launch.readZeRO(reader)
    launch.precision =
      reader.flag("bf16", "enabled") ? .bf16 : reader.flag("fp16", "enabled") ? .fp16 : .fp32
    switch document.root["optimizer"]?["type"]?.string?.lowercased() {
    case "sgd": launch.optimizer = "sgd"
    case nil, "adam", "adamw", "onebitadam", "zerooneadam": launch.optimizer = "adam"
    case let other?:
      launch.optimizer = "adam"
      launch.notes.append("the optimiser \(other.quoted) is priced as adam")
    }
    launch.notes.append(
      "whether layers are recomputed is up to the training script; none is taken to be")
    for key in ["train_batch_size", "train_micro_batch_size_per_gpu"]
    where document.root[key]?.string == "auto" {
      launch.notes.append("\(key) is \"auto\", which a trainer fills in; name it by an option")
    }
    try log.throwIfFaulty()
    return launch
  }

  /// Keys of which a configuration has one at least.
  private static let usualKeys = [
    "train_batch_size", "train_micro_batch_size_per_gpu", "zero_optimization", "bf16", "fp16",
  ]

  private mutating func readZeRO(_ reader: DeepSpeedReader) {
    switch reader.count("zero_optimization", "stage", atLeast: 0) ?? 0 {
    case 0: sharding = .none
    case 1: sharding = .optimizer
    case 2: sharding = .gradients
    case 3: sharding = .parameters
    case let stage:
      if let node = reader.node("zero_optimization", "stage") {
        reader.log.error(at: node, "zero_optimization.stage is \(stage), but must be from 0 to 3")
      }
    }
    switch reader.node("zero_optimization", "offload_optimizer", "device")?.string {
    case nil, "none": break
    case "cpu": optimizerPlace = .host
    case let device?:
      notes.append(
        "zero_optimization.offload_optimizer.device is \(device.quoted): its state is taken to be in the "
          + "hosts' memory")
      optimizerPlace = .host
    }
    for (key, what) in [
      ("offload_param", "weights are taken to be on the device"),
      ("zero_hpz_partition_size", "weights are taken to be shared out over all replicas"),
    ] where reader.node("zero_optimization", key) != nil {
      notes.append("zero_optimization.\(key) is not followed: \(what)")
    }
  }
}

/// Values of a DeepSpeed configuration by their path; "auto" is as good as absent.
private struct DeepSpeedReader {
  let root: JSONNode
  let log: FaultLog

  func node(_ path: String...) -> JSONNode? { node(path) }

  private func node(_ path: [String]) -> JSONNode? {
    path.reduce(Optional(root)) { $0?[$1] }
  }

  func count(_ path: String..., atLeast least: Int = 1) -> Int? {
    guard let node = node(path), node.string != "auto" else { return nil }
    guard let value = node.integer, value >= least else {
      log.error(
        at: node,
        "\(path.joined(separator: ".")) must be a whole number of at least \(least), or \"auto\"")
      return nil
    }
    return value
  }

  func flag(_ path: String...) -> Bool {
    guard let node = node(path), node.string != "auto" else { return false }
    guard let value = node.bool else {
      log.error(at: node, "\(path.joined(separator: ".")) must be true or false")
      return false
    }
    return value
  }
}
