import CostModel
import ParallelismVocabulary

/// Every frame that the search considers: the space that a certificate speaks about.
///
/// The rules, each of which an independent reader can apply again:
/// - tensor divides a scale-up domain of every node group and every dimension that it cuts;
/// - data divides the global batch;
/// - devices are whole nodes, the first that the cluster lists: of the first node group, the first two and
///   so on;
/// - micro-batches hold at most 8 sequences, or 128 where there is one stage and no pipeline to fill;
/// - context divides the sequence and leaves segments of at least 1,024 tokens;
/// - expert divides the experts; expert-tensor is 1 or the tensor degree; both divide a stage;
/// - interleaved schedules have 2 to 8 chunks a stage and whole groups of micro-batches;
/// - where groups have different accelerators, they may stand in any order; of those that are not
///   reached, in the order of their names;
/// - ranks are numbered `tp-cp-ep-dp-pp`; `tp-cp-ep-pp-dp` too where that may be faster (see
///   `rankOrders`);
/// - full sharding, on stacks with such groups, is in any number of groups that divides data and the
///   ranks that hold the same experts, each of at least two ranks; other shardings are so where that is
///   pinned;
/// - the stack can run it;
/// - where measured layers take the place of analytic figures, they tell of it (`MeasuredLayers`).
public struct SearchSpace: Sendable {
  public let model: CostModel
  public let pins: Pins
  /// What the best plan is best at.
  public let goal: Goal
  private let divisibility: ModelDivisibility

  /// The most sequences of a micro-batch, with one stage and with several.
  public static let mostSequences = (alone: 128, staged: 8)
  public static let virtualStages = 2...8
  public static let leastSegment = 1_024
  private static let wholeState = [1]

  public init(model: CostModel, pins: Pins = .none, goal: Goal = .time) {
    self.model = model
    self.pins = pins
    self.goal = goal
    divisibility = ModelDivisibility(model.model)
  }

  private var devices: Int { model.cluster.deviceCount }
  private var layers: Int { model.model.layers.count }
  private var workload: (batch: Int, length: Int) {
    (model.workload.globalBatch, model.workload.sequenceLength)
  }

  /// Every frame, in a fixed order.
  public func frames() -> [Frame] { families().flatMap { frames(of: $0) } }

  /// The families of all frames, in a fixed order; some may have none.
  public func families() -> [FrameFamily] {
    let replicas = divisors(of: workload.batch, pinned: pins.data).reversed()
    var families: [FrameFamily] = []
    for order in model.clusters.indices {
      for tensor in tensorDegrees() {
        for pipeline in pipelineDegrees(tensor) {
          for context in contextDegrees(devices / tensor / pipeline)
          where !contextMethods(context: context, tensor: tensor).isEmpty {
            for data in replicas
            where takesWholeNodes(tensor * pipeline * context * data, order) {
              families.append(
                FrameFamily(
                  tensor: tensor, context: context, data: data, pipeline: pipeline,
                  groupOrder: order))
            }
          }
        }
      }
    }
    return families
  }

  /// The frames of a family of the space, in a fixed order.
  public func frames(of family: FrameFamily) -> [Frame] {
    let degrees = family.degrees
    var frames: [Frame] = []
    for method in contextMethods(context: degrees.context, tensor: degrees.tensor) {
      appendFrames(degrees, method, family.groupOrder, to: &frames)
    }
    return frames
  }

  /// Whether so many devices are those of the first nodes of an order, which is the first that has them.
  private func takesWholeNodes(_ used: Int, _ order: Int) -> Bool {
    let cluster = model.clusters[order]
    return used <= devices
      && used == cluster.devices(ofNode: cluster.node(ofDevice: used - 1)).upperBound
      && isFirst(order, reaching: used)
  }

  /// Whether the groups of an order that so many devices do not reach stand by their names, so that
  /// the same nodes are not counted twice.
  private func isFirst(_ order: Int, reaching devices: Int) -> Bool {
    guard model.clusters.count > 1 else { return true }
    let groups = model.clusters[order].nodeGroups
    let rest = groups[(model.clusters[order].group(ofDevice: devices - 1) + 1)...].map(\.name)
    return zip(rest, rest.dropFirst()).allSatisfy(<)
  }

  private func appendFrames(
    _ degrees: ParallelismDegrees, _ method: ContextMethod?, _ order: Int,
    to frames: inout [Frame]
  ) {
    let limits = model.stack.capabilities.limits
    let shardings = shardings(degrees)
    let perReplica = workload.batch / degrees.data
    let experts = expertDegrees(degrees)
    let rankOrders = rankOrders(degrees)
    let sequenceParallel = pins.sequenceParallel ?? (degrees.tensor > 1)
    guard !sequenceParallel || degrees.tensor > 1,
      sequenceParallel || degrees.tensor == 1 || !divisibility.hasExperts
    else { return }
    for size in microBatchSizes(perReplica, stages: degrees.pipeline) {
      for schedule in schedules(stages: degrees.pipeline, microBatches: perReplica / size) {
        for (expert, expertTensor) in experts {
          for sharding in shardings {
            var full = degrees
            full.expert = expert
            full.expertTensor = expertTensor
            var frame = Frame(
              degrees: full, microBatchSize: size, microBatches: perReplica / size,
              schedule: schedule, sharding: sharding, contextMethod: method,
              sequenceParallel: sequenceParallel, groupOrder: order)
            for stateReplicas in stateReplicas(frame) {
              frame.stateReplicas = stateReplicas
              for rankOrder in rankOrders {
                frame.rankOrder = rankOrder
                if limits.allSatisfy({ $0.allows(frame, of: model) }),
                  model.measuredLayers?.covers(frame) ?? true
                {
                  frames.append(frame)
                }
              }
            }
          }
        }
      }
    }
  }

  // MARK: Each axis

  private func tensorDegrees() -> [Int] {
    let domains = model.cluster.nodeGroups.map(\.scaleUp.accelerators)
    return divisors(of: domains[0], pinned: pins.tensor).filter { tensor in
      domains.allSatisfy { $0.isMultiple(of: tensor) } && divisibility.allows(tensor: tensor)
    }
  }

  private func pipelineDegrees(_ tensor: Int) -> [Int] {
    let most = min(layers, devices / tensor)
    if let pinned = pins.pipeline { return (1...max(1, most)).contains(pinned) ? [pinned] : [] }
    return most > 0 ? Array(1...most) : []
  }

  private func contextDegrees(_ ranks: Int) -> [Int] {
    divisors(of: workload.length, pinned: pins.context).filter {
      $0 <= ranks && ($0 == 1 || $0 * Self.leastSegment <= workload.length)
    }
  }

  private func contextMethods(context: Int, tensor: Int) -> [ContextMethod?] {
    guard context > 1 else { return [nil] }
    return ContextMethod.allCases.filter { method in
      pins.contextMethod ?? method == method
        && model.stack.capabilities.contextMethods.contains(method)
        && divisibility.allows(
          context: context, tensor: tensor, method: method, sequenceLength: workload.length)
        && (method != .hierarchical
          || HierarchicalContext(
            context: context, tensor: tensor, model: model.model, cluster: model.cluster) != nil)
    }
  }

  private func expertDegrees(_ degrees: ParallelismDegrees) -> [(expert: Int, expertTensor: Int)] {
    guard divisibility.hasExperts else {
      return pins.expert ?? 1 == 1 && pins.expertTensor ?? 1 == 1 ? [(1, 1)] : []
    }
    let ranks = degrees.devicesPerStage
    let tensors = degrees.tensor > 1 ? [1, degrees.tensor] : [1]
    return tensors.flatMap { expertTensor in
      divisors(of: ranks / expertTensor, pinned: pins.expert)
        .filter { expert in
          pins.expertTensor ?? expertTensor == expertTensor
            && (expert == 1 || model.stack.capabilities.supportsExpertParallelism)
            && divisibility.allows(expert: expert, expertTensor: expertTensor)
        }
        .map { ($0, expertTensor) }
    }
  }

  private func microBatchSizes(_ perReplica: Int, stages: Int) -> [Int] {
    let most = stages > 1 ? Self.mostSequences.staged : Self.mostSequences.alone
    return divisors(of: perReplica, pinned: pins.microBatchSize).filter {
      pins.microBatchSize != nil || $0 <= most
    }
  }

  private func schedules(stages: Int, microBatches: Int) -> [Schedule] {
    var all: [Schedule] = [.oneForwardOneBackward]
    if stages > 1 {
      all.append(.gpipe)
      if microBatches.isMultiple(of: stages) {
        all += Self.virtualStages.filter { stages * $0 <= layers }.map {
          .interleaved(virtualStages: $0)
        }
      }
    }
    return all.filter { schedule in
      model.stack.capabilities.schedules.contains(schedule.name)
        && pins.schedule ?? schedule.name == schedule.name
        && pins.virtualStages ?? schedule.virtualStages == schedule.virtualStages
    }
  }

  private func shardings(_ degrees: ParallelismDegrees) -> [Sharding] {
    let possible =
      degrees.pipeline > 1
      ? model.stack.capabilities.shardingsWithPipeline : model.stack.capabilities.shardings
    let useful = degrees.context * degrees.data > 1 ? possible : [.none]
    return useful.filter {
      pins.sharding ?? $0 == $0
        && model.stack.capabilities.canHoldState(
          model.workload.optimizerPlace, degrees, $0)
    }.sorted()
  }

  /// In how many groups that each hold the state it may be shared out.
  ///
  /// Groups of the optimiser's state alone take memory, and save no more than latency.
  private func stateReplicas(_ frame: Frame) -> [Int] {
    guard frame.sharding == .parameters || pins.stateReplicas != nil,
      model.stack.capabilities.hybridShardings.contains(frame.sharding)
    else { return pins.stateReplicas ?? 1 == 1 ? Self.wholeState : [] }
    let degrees = frame.degrees
    return divisors(of: degrees.data, pinned: pins.stateReplicas).filter {
      $0 == 1 || $0 < degrees.context * degrees.data && degrees.divide(into: $0)
    }
  }

  /// The orders in which ranks may be numbered.
  ///
  /// With data outermost, a replica's stages are neighbours, and the ranks that share gradients are
  /// farther apart. Where nodes are joined alike and in the same neighbourhoods, and links inside a domain
  /// are much faster than its devices' share of the network, that can only pay if no pipeline leaves its
  /// scale-up domain: otherwise the slowest hop is the same, and gradients cross the network with fewer
  /// members a domain. It is left out of the space there, unless it is pinned or
  /// devices share cards, of which fewer senders have more; on several kinds of accelerator, where every
  /// stage would lie on all of them; and where sequences are scattered.
  private func rankOrders(_ degrees: ParallelismDegrees) -> [AxisOrder] {
    guard degrees.dependOnAxisOrder else { return [.pipelineOutermost] }
    return AxisOrder.allCases.filter { order in
      guard model.stack.capabilities.rankOrders.contains(order), pins.rankOrder ?? order == order
      else { return false }
      return order == .pipelineOutermost
        || canRenumber
          && (pins.rankOrder != nil || mayGainByRenumbering(degrees))
    }
  }

  private var canRenumber: Bool { !model.isMixed && model.workload.lengths == nil }

  private func mayGainByRenumbering(_ degrees: ParallelismDegrees) -> Bool {
    let nodes = model.cluster.nodeGroups[0]
    let scaleUp = nodes.scaleUp
    guard model.cluster.hasUniformNetwork, scaleUp.innerLevels.isEmpty, !nodes.sharesCards
    else { return true }
    let replica = degrees.tensor * degrees.context * degrees.pipeline
    return scaleUp.accelerators.isMultiple(of: replica)
      && degrees.devices > scaleUp.accelerators
  }

  /// The divisors of a count in rising order, or the pinned one where it divides.
  private func divisors(of count: Int, pinned: Int?) -> [Int] {
    guard let pinned else { return divisors(of: count) }
    return pinned > 0 && count.isMultiple(of: pinned) ? [pinned] : []
  }

  private func divisors(of count: Int) -> [Int] {
    var small: [Int] = []
    var large: [Int] = []
    var candidate = 1
    while candidate * candidate <= count {
      if count.isMultiple(of: candidate) {
        small.append(candidate)
        if candidate * candidate != count { large.append(count / candidate) }
      }
      candidate += 1
    }
    return small + large.reversed()
  }
}
