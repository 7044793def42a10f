import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities

/// How long a step of any frame of a family takes at least: as long as its devices need for the work of the
/// model, were all of them busy all the time.
///
/// There are two such bounds, a quick one and, for experts, a better one (`stepWithExchanges`). In the quick
/// one, ranks exchange only what they do inside of a scale-up domain wherever the family lies. Let a
/// micro-batch of b sequences take a rank in node group g the time τₗ(g) for both passes through part l of
/// the model (a layer, the embedding or the head), least over all that a frame may choose, and let vₗ be
/// any shares of the parts that add up to 1. A stage in group g does at most the share `maxₗ vₗ/τₗ(g)` of a
/// micro-batch's work a second. In a step of length T, all stages of a replica together do all work of its
/// `batch / (data · b)` micro-batches:
///
///     T · Σ over stages of maxₗ vₗ/τₗ(g) ≥ batch / (data · b).
///
/// A stage is made of `tensor · context` devices for each replica, so that, summed over the devices in use,
/// `T ≥ batch · tensor · context / Σ over devices of maxₗ b·vₗ/τₗ(g)`. Where stages may lie in several groups,
/// τₗ(g) is the least also over what they are then priced on. The shares are those of the first group, for
/// which the maximum is then 1 over its time for the whole model.
///
/// Belongs to one thread.
public final class WorkBound {
  let pricer: FramePricer
  private let sizes: (alone: [Int], staged: [Int])
  /// Whether tensor ranks share out tokens; `nil` where they do so wherever there are several.
  private let sequenceParallel: Bool?
  private var times: [Key: [Double]] = [:]

  private struct Key: Hashable {
    var tensor: Int
    var context: Int
    var microBatchSize: Int
    /// The node group's place in the listed order, and the groups that a stage in it covers.
    var group: Int
    var span: [Int]
    /// Whether the ranks of one sequence are known to share a scale-up domain, and its tensor ranks.
    var isContextTogether: Bool
    var isTensorTogether: Bool
    /// The share of its nominal rate that a node has left.
    var health: Double
  }

  /// - Parameters:
  ///   - mostSequences: the largest micro-batches of frames with one stage and with several.
  ///   - microBatchSize: the pinned size, which may be larger.
  ///   - sequenceParallel: whether that is pinned.
  public init(
    _ pricer: FramePricer, mostSequences: (alone: Int, staged: Int), microBatchSize: Int? = nil,
    sequenceParallel: Bool? = nil
  ) {
    self.pricer = pricer
    self.sequenceParallel = sequenceParallel
    let batch = pricer.model.workload.globalBatch
    func sizes(_ most: Int) -> [Int] {
      microBatchSize.map { [$0] } ?? (1...most).filter { batch.isMultiple(of: $0) }
    }
    self.sizes = (sizes(mostSequences.alone), sizes(mostSequences.staged))
  }

  /// The least step of a family; zero where it has no frames.
  public func step(of family: FrameFamily) -> Seconds {
    let model = pricer.model
    let cluster = model.clusters[family.groupOrder]
    let degrees = family.degrees
    let sizes = microBatchSizes(degrees)
    guard !sizes.isEmpty else { return .zero }
    var shares: [Double] = []
    var sequencesPerSecond = 0.0
    for (group, health, used) in devices(of: family, cluster) {
      // A stage that covers several groups is priced on what stands for them all.
      let parts = sizes.flatMap { size in
        spans(of: group, reaching: degrees.devices, cluster).map {
          self.parts(family, microBatchSize: size, group: group, span: $0, health: health)
        }
      }
      let least = parts.dropFirst().reduce(parts[0]) { zip($0, $1).map(min) }
      if shares.isEmpty {
        let whole = least.reduce(0, +)
        shares = least.map { $0 / whole }
      }
      // Parts without work bound no rate.
      let rate = zip(shares, least).reduce(0) { $1.1 > 0 ? max($0, $1.0 / $1.1) : $0 }
      sequencesPerSecond += rate * Double(used)
    }
    guard sequencesPerSecond > 0, sequencesPerSecond.isFinite else { return .zero }
    let work =
      Double(model.workload.globalBatch * degrees.tensor * degrees.context) / sequencesPerSecond
    return model.step(
      makespan: work, devices: degrees.devices, groupOrder: family.groupOrder)
  }

  /// How many devices of each node group a family uses, by what their nodes have left of their nominal rate:
  /// all that the best node has, where hosts may stand in any order.
  private func devices(
    of family: FrameFamily, _ cluster: ClusterTopology
  ) -> [(group: Int, health: Double, count: Int)] {
    var counted: [(group: Int, health: Double, count: Int)] = []
    for group in cluster.nodeGroups.indices {
      let used = cluster.devices(ofGroup: group).clamped(to: 0..<family.degrees.devices)
      guard !used.isEmpty else { break }
      guard cluster.hasSlowNodes, !pricer.isOrderOpen else {
        counted.append((group, cluster.leastComputeFactor(ofBest: 1), used.count))
        continue
      }
      let nodes =
        cluster.node(ofDevice: used.lowerBound)..<cluster.node(
          ofDevice: used.upperBound - 1) + 1
      for (health, nodes) in Dictionary(grouping: nodes, by: { cluster.computeFactor(ofNode: $0) })
        .sorted(by: { $0.key < $1.key })
      {
        counted.append((group, health, nodes.count * cluster.nodeGroups[group].acceleratorsPerNode))
      }
    }
    return counted
  }

  /// The runs of groups that a stage which lies in a group may cover, as far as devices are used.
  private func spans(
    of group: Int, reaching devices: Int, _ cluster: ClusterTopology
  ) -> [Range<Int>] {
    guard pricer.model.isMixed else { return [group..<group + 1] }
    let last = cluster.group(ofDevice: devices - 1)
    return (0...group).flatMap { first in (group...last).map { first..<$0 + 1 } }
  }

  // MARK: What frames may choose

  /// The sizes that divide the sequences of a replica.
  func microBatchSizes(_ degrees: ParallelismDegrees) -> [Int] {
    let sequences = pricer.model.workload.globalBatch / degrees.data
    return (degrees.pipeline > 1 ? sizes.staged : sizes.alone)
      .filter { sequences.isMultiple(of: $0) }
  }

  func sharesTokens(tensor: Int) -> Bool { tensor > 1 && sequenceParallel ?? true }

  func contextMethods(_ context: Int) -> [ContextMethod?] {
    context > 1
      ? ContextMethod.allCases.filter(pricer.model.stack.capabilities.contextMethods.contains)
      : [nil]
  }

  /// Every way to divide experts.
  func expertDegrees(tensor: Int) -> [(expert: Int, expertTensor: Int)] {
    let counts = pricer.model.model.expertCounts
    guard let most = counts.min() else { return [(1, 1)] }
    let experts = (1...most).filter { expert in counts.allSatisfy { $0.isMultiple(of: expert) } }
    return Set([1, tensor]).flatMap { expertTensor in experts.map { ($0, expertTensor) } }
  }

  // MARK: Passes

  /// The seconds that both passes of one sequence take through each kind of layer, times the layers of
  /// the kind, and through either end, in a node group of the family's order.
  private func parts(
    _ family: FrameFamily, microBatchSize: Int, group: Int, span: Range<Int>, health: Double
  ) -> [Double] {
    let (tensor, context) = (family.degrees.tensor, family.degrees.context)
    let cluster = pricer.model.clusters[family.groupOrder]
    let key = Key(
      tensor: tensor, context: context, microBatchSize: microBatchSize,
      group: pricer.model.groupOrders[family.groupOrder][group],
      span: span.map { pricer.model.groupOrders[family.groupOrder][$0] },
      isContextTogether: cluster.keepsTogether(tensor * context),
      isTensorTogether: cluster.keepsTogether(tensor), health: health)
    if let known = times[key] { return known }
    let model = pricer.model.model
    let counts = model.kinds.indices.map { kind in model.layers.count { $0 == kind } }
    let policy = pricer.model.pinnedPolicy.map { pricer.model.policies[$0] } ?? .modules([])
    let device = pricer.device(ofSpan: span, inOrder: family.groupOrder, health: health)
    var least = [Double](repeating: .infinity, count: counts.count + 2)
    for shape in shapes(key, in: cluster.nodeGroups[group]) {
      let layers = pricer.lonePricer(shape, on: device)
      let kinds = zip(counts, model.kinds).map { count, kind in
        Double(count) * layers.prices(of: kind, under: [policy])[0].both
      }
      let ends = [layers.embedding(of: model), layers.head(of: model, holdsTable: false)]
      least = zip(least, kinds + ends.map(\.both)).map(min)
    }
    let result = least.map { $0 / Double(microBatchSize) }
    times[key] = result
    return result
  }

  /// All that layers may be priced by, where only ranks that are together exchange anything.
  private func shapes(_ key: Key, in group: NodeGroup) -> [LayerShape] {
    func links(stride: Int, size: Int, _ areTogether: Bool) -> GroupLinks {
      areTogether
        ? IdentityPlacement.links(stride: stride, size: size, inDomainOf: group) : .alone
    }
    // Without links, no way to cut sequences takes less than none.
    let methods = key.isContextTogether ? contextMethods(key.context) : [nil]
    return methods.flatMap { method in
      expertDegrees(tensor: key.tensor).map { expert, expertTensor in
        LayerShape(
          tensor: key.tensor, context: key.context, expert: expert, expertTensor: expertTensor,
          shardedOver: 1, microBatchSize: key.microBatchSize, contextMethod: method,
          sequenceParallel: sharesTokens(tensor: key.tensor),
          tensorLinks: links(stride: 1, size: key.tensor, key.isTensorTogether),
          contextLinks: links(stride: key.tensor, size: key.context, key.isContextTogether),
          expertLinks: .alone, expertTensorLinks: .alone, shardingLinks: .alone)
      }
    }
  }
}

extension ClusterTopology {
  /// Whether so many neighbouring ranks share a scale-up domain wherever they begin at a multiple of their
  /// number.
  fileprivate func keepsTogether(_ ranks: Int) -> Bool {
    hasWholeDomains
      && nodeGroups.indices.allSatisfy {
        nodeGroups[$0].scaleUp.accelerators.isMultiple(of: ranks)
          && devices(ofGroup: $0).lowerBound.isMultiple(of: ranks)
      }
  }
}

extension EndPrice {
  /// Both passes of a micro-batch, in seconds.
  var both: Double { forward.total.value + backward.total.value }
}

extension FramePricer {
  /// What ranks of a stage that covers some groups are priced on, whose slowest node has such health.
  fileprivate func device(
    ofSpan span: Range<Int>, inOrder order: Int, health: Double
  ) -> PricedDevice {
    model.hasUnlikeDevices
      ? device(ofGroups: span, inOrder: order, health: health) : model.anyDevice
  }
}
