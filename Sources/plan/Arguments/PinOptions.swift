import ArgumentParser
import CostModel
import ParallelismSearch
import ParallelismVocabulary

/// The choices that the user makes instead of the search.
struct PinOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp("Pin the ways of tensor parallelism.", valueName: "n"), transform: parseCount
  )
  var tensor: Int?

  @Option(
    help: ArgumentHelp("Pin the ways of context parallelism.", valueName: "n"),
    transform: parseCount)
  var context: Int?

  @Option(
    help: ArgumentHelp("Pin the ways of expert parallelism.", valueName: "n"), transform: parseCount
  )
  var expert: Int?

  @Option(
    help: ArgumentHelp("Pin the tensor parallelism inside an expert.", valueName: "n"),
    transform: parseCount)
  var expertTensor: Int?

  @Option(help: ArgumentHelp("Pin the number of replicas.", valueName: "n"), transform: parseCount)
  var data: Int?

  @Option(
    help: ArgumentHelp("Pin the number of pipeline stages.", valueName: "n"), transform: parseCount)
  var pipeline: Int?

  @Option(
    help: ArgumentHelp("Pin the chunks of layers on each stage.", valueName: "n"),
    transform: parseCount)
  var virtualStages: Int?

  @Option(
    help: ArgumentHelp(
      "Pin the pipeline schedule: \(ScheduleArgument.names.allowed), or interleaved:N for N chunks.",
      valueName: "name"),
    transform: ScheduleArgument.parse)
  var schedule: ScheduleArgument?

  @Option(
    help: ArgumentHelp("Pin the sequences in a micro-batch.", valueName: "n"), transform: parseCount
  )
  var microBatchSize: Int?

  @Option(
    help: ArgumentHelp(
      "Pin what replicas share out: none, optimizer (zero-1), gradients (zero-2) or parameters "
        + "(zero-3, fsdp).", valueName: "what"),
    transform: Choice<Sharding>.sharding.parse)
  var sharding: Sharding?

  @Option(
    help: ArgumentHelp(
      "Pin the groups of replicas that each hold the sharded state (hybrid sharding).",
      valueName: "n"),
    transform: parseCount)
  var stateReplicas: Int?

  @Option(
    help: ArgumentHelp(
      "Pin how sequences are cut: \(Choice<ContextMethod>.contextMethod.allowed).",
      valueName: "method"),
    transform: Choice<ContextMethod>.contextMethod.parse)
  var contextMethod: ContextMethod?

  @Flag(
    inversion: .prefixedNo,
    help: "Pin whether tensor ranks share out the tokens between matrix products.")
  var sequenceParallel: Bool?

  @Option(
    help: ArgumentHelp(
      "Pin how ranks are numbered: \(Choice<AxisOrder>().allowed).", valueName: "order"),
    transform: Choice<AxisOrder>().parse)
  var rankOrder: AxisOrder?

  @Option(
    help: ArgumentHelp(
      "Pin what is recomputed: none, full, or modules joined by commas "
        + "(\(Choice<RecomputeModule>().allowed)); host:attention and host:experts wait in the hosts' "
        + "memory instead.", valueName: "what"),
    transform: RecomputePolicy.parse)
  var recompute: RecomputePolicy?

  func validate() throws {
    guard let fromSchedule = schedule?.virtualStages, let virtualStages,
      fromSchedule != virtualStages
    else { return }
    throw ValidationError(
      "--schedule interleaved:\(fromSchedule) and --virtual-stages \(virtualStages) contradict "
        + "each other.")
  }

  var pins: Pins {
    Pins(
      tensor: tensor, context: context, expert: expert, expertTensor: expertTensor, data: data,
      pipeline: pipeline, virtualStages: virtualStages ?? schedule?.virtualStages,
      schedule: schedule?.name, microBatchSize: microBatchSize, sharding: sharding,
      stateReplicas: stateReplicas, contextMethod: contextMethod,
      sequenceParallel: sequenceParallel, rankOrder: rankOrder,
      recompute: recompute)
  }
}
