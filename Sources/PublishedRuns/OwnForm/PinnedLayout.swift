import CostModel
import InputFiles
import ParallelismVocabulary

/// The `parallelism` of a run as it stands in a file; degrees that are absent are 1, but `data`,
/// which is what the devices leave.
struct PinnedLayout {
  /// What the layout has to agree with.
  struct Context {
    var object: ObjectReader
    var devices: Int
    var layers: Int
    var globalBatch: Int
  }

  let object: ObjectReader
  private var degrees = ParallelismDegrees()
  private var data: Int?
  private var virtualStages: Int
  private var scheduleName: String
  private var microBatchSize: Int
  private var sharding: Sharding
  private var stateReplicas: Int
  private var contextMethod: ContextMethod?
  private var sequenceParallel: Bool?
  private(set) var recompute: MeasuredRun.Recompute
  private(set) var chunkLayers: [Int]?

  init?(_ object: ObjectReader) {
    // Degrees whose products cannot overflow.
    let count = JSONShape.integer(.between(1, 1 << 15))
    let tensor = object.optional("tensor", count, default: 1)
    let context = object.optional("context", count, default: 1)
    let expert = object.optional("expert", count, default: 1)
    let expertTensor = object.optional("expertTensor", count, default: 1)
    let pipeline = object.optional("pipeline", count, default: 1)
    let virtualStages = object.optional("virtualStages", count, default: 1)
    let size = object.optional("microBatchSize", count, default: 1)
    let usual = (virtualStages ?? 1) > 1 ? "interleaved" : "1f1b"
    let name = object.optional(
      "schedule", .name(among: Schedule.names, of: "schedule"), default: usual)
    let sharding = object.optional("sharding", .choice(Sharding.self), default: Sharding.none)
    let stateReplicas = object.optional("stateReplicas", count, default: 1)
    let recompute = object.optional("recompute", Self.recompute, default: .none)
    data = object.optional("data", count)
    contextMethod = object.optional("contextMethod", .choice(ContextMethod.self))
    sequenceParallel = object.optional("sequenceParallel", .bool)
    chunkLayers = object.optional(
      "chunkLayers", .array(of: .integer(.between(0, 1 << 14)), count: .between(1, 1 << 14)))
    object.finish()
    guard let tensor, let context, let expert, let expertTensor, let pipeline, let virtualStages,
      let size, let name, let sharding, let stateReplicas, let recompute
    else { return nil }
    self.object = object
    degrees = ParallelismDegrees(
      tensor: tensor, context: context, expert: expert, expertTensor: expertTensor,
      pipeline: pipeline)
    self.virtualStages = virtualStages
    self.scheduleName = name
    self.microBatchSize = size
    self.sharding = sharding
    self.stateReplicas = stateReplicas
    self.recompute = recompute
  }

  /// The frame, or nil once the log holds why there is none.
  func frame(_ context: Context) -> Frame? {
    guard let degrees = whole(context) else { return nil }
    let sequences = degrees.data * microBatchSize
    guard context.globalBatch.isMultiple(of: sequences) else {
      object.error(
        at: "microBatchSize",
        "is \(microBatchSize), but with data \(degrees.data) must divide the global batch of"
          + " \(context.globalBatch) sequences")
      return nil
    }
    guard let schedule = schedule(microBatches: context.globalBatch / sequences) else { return nil }
    let frame = Frame(
      degrees: degrees, microBatchSize: microBatchSize,
      microBatches: context.globalBatch / sequences, schedule: schedule, sharding: sharding,
      stateReplicas: stateReplicas,
      contextMethod: degrees.context > 1 ? contextMethod ?? .ring : nil,
      sequenceParallel: sequenceParallel ?? (degrees.tensor > 1))
    guard checkOptions(frame), checkChunks(frame, layers: context.layers) else { return nil }
    return frame
  }

  // MARK: Checks

  private func whole(_ context: Context) -> ParallelismDegrees? {
    var degrees = degrees
    let ways = degrees.tensor * degrees.context * degrees.pipeline
    degrees.data = data ?? max(1, context.devices / ways)
    guard degrees.devices <= context.devices else {
      object.error(
        "makes \(degrees.devices) devices (tensor \(degrees.tensor) × context \(degrees.context) × "
          + "data \(degrees.data) × pipeline \(degrees.pipeline)), but the cluster has "
          + "\(context.devices)")
      return nil
    }
    let experts = degrees.expert * degrees.expertTensor
    guard degrees.devicesPerStage.isMultiple(of: experts) else {
      object.error(
        at: "expert",
        "× expertTensor is \(experts), but must divide the \(degrees.devicesPerStage) devices of a"
          + " stage")
      return nil
    }
    return degrees
  }

  private func schedule(microBatches: Int) -> Schedule? {
    guard let schedule = Schedule(name: scheduleName, virtualStages: virtualStages) else {
      object.error(
        at: "virtualStages", "is \(virtualStages), which does not suit the schedule \(scheduleName)"
      )
      return nil
    }
    do throws(PipelineShapeError) {
      _ = try PipelineShape(
        schedule, stages: degrees.pipeline, microBatches: microBatches,
        singleGroupOrder: .alternating)
      return schedule
    } catch {
      object.error("cannot run: \(error)")
      return nil
    }
  }

  private func checkOptions(_ frame: Frame) -> Bool {
    let replicas = frame.degrees.context * frame.degrees.data
    if stateReplicas > 1, frame.sharding == .none || stateReplicas >= replicas {
      object.error(
        at: "stateReplicas",
        "is \(stateReplicas), but needs sharded state and groups of at least two of the \(replicas) "
          + "ranks that hold the same weights")
      return false
    }
    if !frame.degrees.divide(into: stateReplicas) {
      object.error(
        at: "stateReplicas",
        "is \(stateReplicas), but must divide data, \(frame.degrees.data), and the "
          + "\(frame.degrees.expertData) ranks that hold the same experts")
      return false
    }
    if frame.degrees.context == 1, contextMethod != nil {
      object.error(at: "contextMethod", "is there, but sequences are not cut (context is 1)")
      return false
    }
    if frame.sequenceParallel, frame.degrees.tensor == 1 {
      object.error(at: "sequenceParallel", "is true, but needs a tensor degree above 1")
      return false
    }
    return true
  }

  private func checkChunks(_ frame: Frame, layers: Int) -> Bool {
    guard let chunkLayers else {
      if layers.isMultiple(of: frame.chunks) { return true }
      object.error(
        "needs the key 'chunkLayers', since \(layers) layers do not divide into \(frame.chunks)"
          + " chunks")
      return false
    }
    let sum = chunkLayers.reduce(0, +)
    guard chunkLayers.count == frame.chunks, sum == layers else {
      object.error(
        at: "chunkLayers",
        "has \(sum) layers in \(chunkLayers.count) chunks, but must have \(layers) in "
          + "\(frame.chunks)")
      return false
    }
    return true
  }

  /// `"none"`, `"full"`, an array of module names, or an array of what each stage recomputes.
  private static var recompute: JSONShape<MeasuredRun.Recompute> {
    JSONShape("\"none\", \"full\" or an array of modules or stages") { node, log in
      switch node.string {
      case "none": return MeasuredRun.Recompute.none
      case "full": return .full
      default: break
      }
      guard let elements = node.elements else {
        log.refuse(node, expected: "\"none\", \"full\" or an array of modules or stages")
        return nil
      }
      if elements.first(where: { _ in true })?.members != nil {
        return JSONShape<[Recompute]>.array(of: .object(stage)).read(node, log)
          .map(MeasuredRun.Recompute.byStage)
      }
      return JSONShape<[RecomputeModule]>.array(of: .choice(RecomputeModule.self)).read(node, log)
        .map { .modules(Set($0)) }
    }
  }

  private static func stage(_ object: ObjectReader) -> Recompute? {
    let modules = object.optional("modules", .array(of: .choice(RecomputeModule.self)), default: [])
    let layers = object.optional("fullLayers", .integer(.between(0, 1 << 14)), default: 0)
    let offload = object.optional("offload", .array(of: .choice(OffloadModule.self)), default: [])
    object.finish()
    guard let modules, let layers, let offload else { return nil }
    return Recompute(modules: Set(modules), fullLayers: layers, offload: Set(offload))
  }
}
