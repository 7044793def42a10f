import CostModel
import LaunchPlan
import ParallelismVocabulary

/// The rules of the declared space, in groups that each need one further part of a frame.
///
/// A frame belongs to the space if and only if it obeys all of them. Each rule is stated as the
/// design states it and shares nothing with the search, so that both can be held against each other.
struct FrameRules: Sendable {
  /// On tensor, context, data and pipeline alone.
  let degrees: [FrameRule]
  /// On how sequences are cut.
  let context: [FrameRule]
  /// On how the tensor ranks share out tokens.
  let sequence: [FrameRule]
  let experts: [FrameRule]
  /// On micro-batches and their order.
  let steps: [FrameRule]
  let sharding: [FrameRule]
  /// On how ranks are numbered; with the other options, as the stack's limits join them.
  let ranks: [FrameRule]
  /// On what measured layers tell of.
  let measured: [FrameRule]

  /// The most sequences of a micro-batch where none is pinned.
  static func mostSequences(stages: Int) -> Int { stages == 1 ? 128 : 8 }
  /// The most chunks of a stage.
  static let mostVirtualStages = 8
  /// The fewest tokens of a sequence on one context rank.
  static let leastSegment = 1_024

  init(model: CostModel, pins: Certificate.Pins) {
    let dimensions = ModelDimensions(model.model)
    degrees =
      Self.degreeRules(model, dimensions) + [Self.wholeNodes(model), Self.unreachedGroups(model)]
    context = Self.contextRules(model, dimensions)
    sequence = Self.sequenceRules(dimensions, pinned: pins.sequenceParallel != nil)
    experts = Self.expertRules(model, dimensions)
    steps = Self.stepRules(model, pinnedSize: pins.microBatchSize)
    sharding = Self.shardingRules(model, pinnedGroups: pins.stateReplicas != nil)
    ranks = Self.rankRules(model, pinned: pins.rankOrder != nil)
    measured = Self.measuredRules(model)
  }

  var all: [FrameRule] {
    degrees + context + sequence + experts + steps + sharding + ranks + measured
  }

  // MARK: Degrees

  private static func degreeRules(
    _ model: CostModel, _ dimensions: ModelDimensions
  ) -> [FrameRule] {
    let devices = model.cluster.deviceCount
    let layers = model.model.layers.count
    let batch = model.workload.globalBatch
    let length = model.workload.sequenceLength
    let domains = model.cluster.nodeGroups.map(\.scaleUp.accelerators)
    let cut = dimensions.cut
    return [
      FrameRule(.devices) {
        $0.degrees.devices <= devices
      } complaint: {
        "parallelism makes \($0.degrees.devices.grouped) devices (tensor \($0.degrees.tensor) × "
          + "context \($0.degrees.context) × data \($0.degrees.data) × pipeline "
          + "\($0.degrees.pipeline)), but the cluster has \(devices.grouped)"
      },
      FrameRule(.tensor) {
        cut.divide(evenlyBy: $0.degrees.tensor)
      } complaint: {
        let tensor = $0.degrees.tensor
        let odd = cut.undivided(by: tensor)
        return "parallelism.tensor is \(tensor), but must divide the model's "
          + "\((odd?.count ?? 0).grouped) \(odd?.name ?? ""); nearest: "
          + nearestDivisors(of: cut.map(\.count), to: tensor)
      },
      FrameRule(.outsideSpace) {
        let tensor = $0.degrees.tensor
        return domains.allSatisfy { $0.isMultiple(of: tensor) }
      } complaint: {
        "parallelism.tensor is \($0.degrees.tensor), but the space keeps it inside a scale-up "
          + "domain of \(domains.map(String.init).joined(separator: " and ")) accelerators; "
          + "nearest: \(nearestDivisors(of: domains, to: $0.degrees.tensor))"
      },
      FrameRule(.pipeline) {
        $0.degrees.pipeline <= layers
      } complaint: {
        "parallelism.pipeline is \($0.degrees.pipeline), but must be at most the \(layers) layers"
      },
      FrameRule(.data) {
        batch.isMultiple(of: $0.degrees.data)
      } complaint: {
        "parallelism.data is \($0.degrees.data), but must divide the global batch of "
          + "\(batch.grouped) sequences; nearest: "
          + nearestDivisors(of: [batch], to: $0.degrees.data)
      },
      FrameRule(.outsideSpace) {
        $0.degrees.context == 1 || $0.degrees.context * leastSegment <= length
      } complaint: {
        "parallelism.context is \($0.degrees.context), but the space leaves each rank at least "
          + "\(leastSegment.grouped) of the \(length.grouped) tokens of a sequence"
      },
    ]
  }

  // MARK: Context

  private static func contextRules(
    _ model: CostModel, _ dimensions: ModelDimensions
  ) -> [FrameRule] {
    let length = model.workload.sequenceLength
    let stack = model.stack
    let heads = dimensions.heads
    return [
      FrameRule(.context) {
        ($0.contextMethod != nil) == ($0.degrees.context > 1)
      } complaint: {
        "parallelism.contextMethod \($0.contextMethod == nil ? "is absent" : "is there"), but "
          + "sequences are cut \($0.degrees.context) ways"
      },
      FrameRule(.context) {
        $0.contextMethod.map(stack.capabilities.contextMethods.contains) ?? true
      } complaint: {
        "parallelism.contextMethod is \($0.contextMethod?.rawValue ?? "absent"), but "
          + "\(stack.identity) runs "
          + stack.capabilities.contextMethods.map(\.rawValue).sorted().joined(separator: ", ")
      },
      FrameRule(.context) {
        switch $0.contextMethod {
        case nil: true
        case .ring, .allGather, .hierarchical: length.isMultiple(of: 2 * $0.degrees.context)
        case .allToAll: length.isMultiple(of: $0.degrees.context)
        }
      } complaint: {
        let pieces = ($0.contextMethod == .allToAll ? 1 : 2) * $0.degrees.context
        return "parallelism.context is \($0.degrees.context), but a sequence of \(length.grouped) "
          + "tokens has no \(pieces) equal pieces"
      },
      FrameRule(.context) {
        $0.contextMethod != .allToAll
          || heads.divide(evenlyBy: $0.degrees.tensor * $0.degrees.context)
      } complaint: {
        let ways = $0.degrees.tensor * $0.degrees.context
        let odd = heads.undivided(by: ways)
        return "parallelism.context is \($0.degrees.context), but all-to-all must share out the "
          + "\(odd?.count ?? 0) \(odd?.name ?? "heads") over tensor × context = \(ways) ranks; try "
          + "another contextMethod"
      },
      FrameRule(.context) {
        guard $0.contextMethod == .hierarchical else { return true }
        let (tensor, context) = ($0.degrees.tensor, $0.degrees.context)
        // Some ranks, but not all, exchange heads inside a domain.
        return (2..<max(2, context)).contains { inside in
          context.isMultiple(of: inside) && heads.divide(evenlyBy: tensor * inside)
            && model.cluster.nodeGroups.allSatisfy {
              $0.scaleUp.accelerators.isMultiple(of: tensor * inside)
            }
        }
      } complaint: {
        "parallelism.context is \($0.degrees.context), but no part of it, with tensor "
          + "\($0.degrees.tensor), divides both the heads and a scale-up domain; try another "
          + "contextMethod"
      },
    ]
  }

  private static func sequenceRules(
    _ dimensions: ModelDimensions, pinned: Bool
  ) -> [FrameRule] {
    let hasExperts = dimensions.hasExperts
    return [
      FrameRule(.sequenceParallel) {
        !$0.sequenceParallel || $0.degrees.tensor > 1
      } complaint: { _ in
        "parallelism.sequenceParallel is true, but needs a tensor degree above 1"
      },
      FrameRule(.sequenceParallel) {
        $0.sequenceParallel || $0.degrees.tensor == 1 || !hasExperts
      } complaint: {
        "parallelism.sequenceParallel is false, but routed experts need it with tensor "
          + "\($0.degrees.tensor)"
      },
      FrameRule(.outsideSpace) {
        pinned || $0.sequenceParallel == ($0.degrees.tensor > 1)
      } complaint: { _ in
        "parallelism.sequenceParallel is false, but the space has it wherever tensor is above 1"
      },
    ]
  }

  // MARK: Experts

  private static func expertRules(
    _ model: CostModel, _ dimensions: ModelDimensions
  ) -> [FrameRule] {
    let stack = model.stack
    let (counts, widths) = (dimensions.experts, dimensions.expertWidths)
    return [
      FrameRule(.expert) {
        dimensions.hasExperts || $0.degrees.expert * $0.degrees.expertTensor == 1
      } complaint: {
        "parallelism.expert is \($0.degrees.expert) and expertTensor \($0.degrees.expertTensor), "
          + "but the model has no routed experts; both must be 1"
      },
      FrameRule(.expert) {
        counts.divide(evenlyBy: $0.degrees.expert)
      } complaint: {
        "parallelism.expert is \($0.degrees.expert), but must divide the model's "
          + "\(counts.undivided(by: $0.degrees.expert)?.count ?? 0) routed experts; nearest: "
          + nearestDivisors(of: counts.map(\.count), to: $0.degrees.expert)
      },
      FrameRule(.expert) {
        widths.divide(evenlyBy: $0.degrees.expertTensor)
      } complaint: {
        "parallelism.expertTensor is \($0.degrees.expertTensor), but must divide the "
          + "intermediate width \(widths.undivided(by: $0.degrees.expertTensor)?.count ?? 0) of "
          + "an expert"
      },
      FrameRule(.expert) {
        let ways = $0.degrees.expert * $0.degrees.expertTensor
        return ways > 0 && $0.degrees.devicesPerStage.isMultiple(of: ways)
      } complaint: {
        "parallelism.expert × expertTensor is \($0.degrees.expert * $0.degrees.expertTensor), but "
          + "must divide the \($0.degrees.devicesPerStage) devices of a stage"
      },
      FrameRule(.expert) {
        $0.degrees.expert == 1 || stack.capabilities.supportsExpertParallelism
      } complaint: {
        "parallelism.expert is \($0.degrees.expert), but \(stack.identity) has no expert "
          + "parallelism; it must be 1"
      },
      FrameRule(.outsideSpace) {
        $0.degrees.expertTensor == 1 || $0.degrees.expertTensor == $0.degrees.tensor
      } complaint: {
        "parallelism.expertTensor is \($0.degrees.expertTensor), but the space has 1 and the tensor "
          + "degree, \($0.degrees.tensor)"
      },
    ]
  }
}
