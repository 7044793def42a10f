import CostModel
import ParallelismVocabulary

/// A frame with the batch and the devices that it needs.
struct Layout {
  var frame: Frame
  var globalBatch: Int
  var devices: Int
}

extension RunDraft {
  /// The layout of the record, with whole micro-batches.
  mutating func layout() throws(LeftOut) -> Layout {
    let parallel = record.parallel
    let tensor = try degree("tp", "tensor")
    let context = try parallel.degree("cp")
    let pipeline = try degree("pp", "pipeline")
    let stated = record.experts.isEmpty ? 1 : try degree("ep", "expert")
    let sharding = sharding()
    let model = tensor * context * pipeline
    let expertTensor = record.experts.isEmpty ? 1 : try expertTensor(tensor: tensor)
    let devices = try devices(
      model: model, least: stated * expertTensor * pipeline, sharding: sharding)
    let data = devices / model
    let batch = wholeGroups(try batch(data: data, pipeline: pipeline), stages: pipeline)
    let expert = try expert(
      stated: stated, expertTensor: expertTensor, devices: tensor * context * data)
    let degrees = ParallelismDegrees(
      tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
      pipeline: pipeline)
    let frame = Frame(
      degrees: degrees, microBatchSize: batch.size, microBatches: batch.count,
      schedule: try schedule(pipeline: pipeline, microBatches: batch.count),
      sharding: sharding, stateReplicas: stateReplicas(degrees, sharding),
      contextMethod: context > 1 ? contextMethod() : nil,
      sequenceParallel: tensor > 1 && sequenceParallel())
    return Layout(
      frame: frame, globalBatch: data * batch.size * batch.count, devices: devices)
  }

  /// A degree that frameworks built on FSDP may leave out, since they mostly have none.
  private mutating func degree(_ key: String, _ noun: String) throws(LeftOut) -> Int {
    if record.parallel[key] != nil { return try record.parallel.degree(key) }
    guard Self.fullySharded.contains(where: stack.hasPrefix) else {
      throw LeftOut("the \(noun) degree is not recorded")
    }
    note("\(noun) degree 1: not recorded; the framework is built on FSDP")
    return 1
  }

  private static let fullySharded = [
    "llm-foundry@", "torchtitan", "fms-fsdp@", "nemo-automodel@", "easycontext@",
    "deepspeed-zero3@",
  ]

  // MARK: Devices

  private mutating func devices(
    model: Int, least: Int, sharding: Sharding
  ) throws(LeftOut) -> Int {
    if let devices = record.hardware.count("gpus") {
      guard devices.isMultiple(of: model) else {
        throw LeftOut(
          "\(devices) GPUs are no multiple of tensor × context × pipeline = \(model)")
      }
      if let data = record.parallel.count("dp", atMost: RecordSection.mostDegree),
        data != devices / model
      {
        note("data degree \(devices / model): by the GPUs; the record's \(data) counts otherwise")
      }
      return devices
    }
    if let node = record.hardware["gpus"] {
      throw LeftOut("the number of GPUs is \(node.asRead), which is no count")
    }
    if let data = record.parallel.count("dp", atMost: RecordSection.mostDegree) {
      return data * model
    }
    guard record.isContinuousIntegration, sharding == .none else {
      throw LeftOut("the number of GPUs is not recorded")
    }
    // What nothing is sharded over does not change the memory of a rank.
    let data = max(1, (least + model - 1) / model)
    note("data degree \(data): not recorded; nothing is shared out over replicas")
    return data * model
  }

  // MARK: Batch

  private mutating func batch(
    data: Int, pipeline: Int
  ) throws(LeftOut) -> (size: Int, count: Int) {
    let stated = record.parallel.count("microbatch")
    let accumulation = record.parallel.count("grad_accum")
    var total = record.parallel.count("globalbatch", atMost: 1 << 30)
    if total == nil, let stated, let accumulation { total = stated * accumulation * data }
    guard var total else { throw LeftOut("the global batch is not recorded") }
    guard total >= data else {
      throw LeftOut("the global batch of \(total) is smaller than the data degree of \(data)")
    }
    if !total.isMultiple(of: data) {
      let whole = (total + data / 2) / data * data
      guard abs(whole - total) * 20 <= total else {
        throw LeftOut("the global batch of \(total) is not shared evenly by \(data) replicas")
      }
      note("global batch \(whole): the recorded \(total) is not shared evenly by \(data) replicas")
      total = whole
    }
    let share = total / data
    let size = stated ?? assumedMicroBatch(share: share, pipeline: pipeline)
    return grouped(evenly(share: share, size: size), share: share, pipeline: pipeline)
  }

  /// A smaller micro-batch where the stated one leaves too few for an interleaved schedule, which
  /// takes them in groups of the stages.
  private mutating func grouped(
    _ batch: (size: Int, count: Int), share: Int, pipeline: Int
  ) -> (size: Int, count: Int) {
    guard pipeline > 1, !record.isContinuousIntegration,
      record.parallel.count("vpp") ?? 1 > 1, !batch.count.isMultiple(of: pipeline),
      let size = stride(from: batch.size - 1, through: 1, by: -1).first(where: {
        share.isMultiple(of: $0 * pipeline)
      })
    else { return batch }
    note(
      "micro-batch size \(size): the recorded \(batch.size) makes \(batch.count) micro-batches, which"
        + " \(pipeline) interleaved stages cannot run")
    return (size, share / size)
  }

  private mutating func assumedMicroBatch(share: Int, pipeline: Int) -> Int {
    assumed(.microBatchSize)?.count ?? (pipeline > 1 ? max(1, share / pipeline) : share)
  }

  /// Equal micro-batches as near as possible to the stated size.
  private mutating func evenly(share: Int, size: Int) -> (size: Int, count: Int) {
    if share.isMultiple(of: size) { return (size, share / size) }
    let least = min(size, share)
    let nearest = stride(from: least, through: 1, by: -1).first { share.isMultiple(of: $0) } ?? 1
    note("micro-batch size \(nearest): the recorded \(size) does not divide a replica's \(share)")
    return (nearest, share / nearest)
  }

  // MARK: Options

  private mutating func sharding() -> Sharding {
    guard let text = record.parallel.text("zero") else {
      return assumed(.sharding)?.word.flatMap(Sharding.init) ?? .none
    }
    if text.mentions("shard_grad") { return .gradients }
    if text.mentions("fsdp") || text.mentions("zero-3") || text.hasPrefix("3") {
      return .parameters
    }
    if text.mentions("zero-2") || text.hasPrefix("2") { return .gradients }
    return text.mentions("1") || text.mentions("distributed") ? .optimizer : .none
  }

  /// The stated degree, or the largest part of it that a stage has devices for.
  private mutating func expert(
    stated: Int, expertTensor: Int, devices: Int
  ) throws(LeftOut) -> Int {
    if devices.isMultiple(of: stated * expertTensor) { return stated }
    let largest = stride(from: stated - 1, through: 1, by: -1).first {
      stated.isMultiple(of: $0) && devices.isMultiple(of: $0 * expertTensor)
    }
    guard let largest, largest > 1 else {
      throw LeftOut(
        "expert \(stated) × expert tensor \(expertTensor) does not divide the \(devices) devices of"
          + " a stage")
    }
    note(
      "expert degree \(largest): the recorded \(stated) does not fit the \(devices) devices of a stage"
    )
    return largest
  }

  /// The groups of replicas that each hold the state; one, with a note, where the recorded size of a
  /// group does not divide the replicas.
  private mutating func stateReplicas(_ degrees: ParallelismDegrees, _ sharding: Sharding) -> Int {
    guard let text = record.parallel.text("zero"), let rest = text.text(behind: "group") else {
      return 1
    }
    let replicas = degrees.data * degrees.context
    let size = Int(rest.drop { !$0.isNumber }.prefix { $0.isNumber })
    if let size, size > 1, sharding != .none, replicas.isMultiple(of: size),
      degrees.divide(into: replicas / size)
    {
      return replicas / size
    }
    note("sharding: the groups of its \(text) are predicted as one over all \(replicas) replicas")
    return 1
  }

  private mutating func expertTensor(tensor: Int) throws(LeftOut) -> Int {
    if record.parallel["etp"] != nil { return try record.parallel.degree("etp") }
    guard tensor > 1 else { return 1 }
    return assumed(.expertTensor)?.count ?? tensor
  }

  private mutating func sequenceParallel() -> Bool {
    if let stated = record.parallel.flag("sp") { return stated || !record.experts.isEmpty }
    return assumed(.sequenceParallel)?.flag ?? false || !record.experts.isEmpty
  }

  private mutating func contextMethod() -> ContextMethod {
    let text = record.id + " " + record.framework + " " + record.note
    if text.mentions("ulysses") { return .allToAll }
    if record.isContinuousIntegration, text.mentions("a2a"), !text.mentions("p2p") {
      return .allToAll
    }
    if text.mentions("ring attention", "ring_attention") { return .ring }
    return assumed(.contextMethod)?.word.flatMap(ContextMethod.init) ?? .ring
  }

  /// A batch whose micro-batches make whole groups for an interleaved schedule.
  ///
  /// Continuous integration also runs others, of which only memory is used; that is as great with a
  /// few micro-batches more.
  private mutating func wholeGroups(
    _ batch: (size: Int, count: Int), stages: Int
  ) -> (size: Int, count: Int) {
    guard record.isContinuousIntegration, record.parallel.count("vpp") ?? 1 > 1,
      !batch.count.isMultiple(of: stages)
    else { return batch }
    let count = (batch.count + stages - 1) / stages * stages
    note("\(count) micro-batches: the recorded \(batch.count) make no whole groups")
    return (batch.size, count)
  }

  // MARK: Schedule

  private mutating func schedule(
    pipeline: Int, microBatches: Int
  ) throws(LeftOut) -> Schedule {
    guard pipeline > 1 else { return .oneForwardOneBackward }
    let text = record.parallel.text("schedule") ?? ""
    if text.mentions("gpipe") { return .gpipe }
    let chunks = virtualStages(
      text: text, pipeline: pipeline, tensor: record.parallel.count("tp") ?? 1)
    let isPlain =
      text.isEmpty || text.mentions("1f1b") || text == "none" || text.mentions("interleaved")
    if !isPlain {
      guard let named = Schedule(name: text.lowercased(), virtualStages: chunks) else {
        throw LeftOut("the schedule '\(text)' is not known")
      }
      return named
    }
    guard chunks > 1 else { return .oneForwardOneBackward }
    guard microBatches.isMultiple(of: pipeline) else {
      note(
        "1f1b: interleaving needs micro-batches in groups of the \(pipeline) stages, and there are"
          + " \(microBatches)")
      return .oneForwardOneBackward
    }
    return .interleaved(virtualStages: chunks)
  }

  private mutating func virtualStages(text: String, pipeline: Int, tensor: Int) -> Int {
    if let stated = record.parallel.count("vpp") { return stated }
    if let layout = record.flags.text("pipeline-model-parallel-layout"),
      let chunks = LayerPattern.chunkLayers(layout)?.count, chunks.isMultiple(of: pipeline)
    {
      return chunks / pipeline
    }
    let isDescribed = text.mentions("1f1b") && !text.mentions("interleav")
    if isDescribed, !text.mentions("not stated") { return 1 }
    guard let value = assumed(.virtualStages) else { return 1 }
    if let count = value.count {
      // The default for an interleaved schedule does not make others interleaved.
      return count == 2 && !text.mentions("interleav") ? 1 : count
    }
    let layers = record.model.count("layers") ?? 1
    return tensor >= 4 ? 5 : layers == 40 ? 10 : layers == 80 ? 20 : 1
  }
}
