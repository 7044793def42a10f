import ClusterTopology
import CostModel
import ParallelismVocabulary

extension FrameRules {
  // MARK: How ranks are numbered

  static func rankRules(_ model: CostModel, pinned: Bool) -> [FrameRule] {
    let stack = model.stack
    let isScattered = model.workload.lengths != nil
    let kinds = Set(model.cluster.nodeGroups.map(\.accelerator)).count
    let domain = model.cluster.domainOfUniformNetwork
    return [
      FrameRule(.rankOrder) {
        stack.capabilities.rankOrders.contains($0.rankOrder)
      } complaint: {
        "parallelism.rankOrder is \($0.rankOrder.rawValue), but \(stack.identity) numbers ranks "
          + AxisOrder.allCases.filter(stack.capabilities.rankOrders.contains).map(\.rawValue)
          .joined(separator: " or ")
      },
      FrameRule(.stack) {
        stack.capabilities.brokenLimits($0, of: model).isEmpty
      } complaint: {
        stack.capabilities.brokenLimits($0, of: model)
          .map { "\(stack.identity) \($0.complaint)" }.joined(separator: "; ")
      },
      FrameRule(.rankOrder) {
        $0.rankOrder == .pipelineOutermost || $0.degrees.pipeline > 1 && $0.degrees.data > 1
      } complaint: {
        "parallelism.rankOrder is \($0.rankOrder.rawValue), but with data \($0.degrees.data) and "
          + "pipeline \($0.degrees.pipeline) it numbers no rank otherwise; leave it out"
      },
      FrameRule(.outsideSpace) {
        $0.rankOrder == .pipelineOutermost || kinds == 1 && !isScattered
      } complaint: {
        "parallelism.rankOrder is \($0.rankOrder.rawValue), which the space has "
          + (isScattered ? "not where sequences are scattered" : "on one kind of accelerator only")
      },
      FrameRule(.outsideSpace) { frame in
        guard frame.rankOrder != .pipelineOutermost, !pinned, let domain else { return true }
        let replica = frame.degrees.tensor * frame.degrees.context * frame.degrees.pipeline
        return domain % replica == 0 && frame.degrees.devices > domain
      } complaint: {
        "parallelism.rankOrder is \($0.rankOrder.rawValue), which the space has, where all domains are "
          + "joined alike, only for replicas that divide a scale-up domain of \(domain ?? 0) "
          + "accelerators"
      },
    ]
  }
}

extension ClusterTopology {
  /// The accelerators of a scale-up domain, where all pairs in it and all pairs of domains are alike, and
  /// no devices share a card.
  fileprivate var domainOfUniformNetwork: Int? {
    guard hasUniformNetwork, let group = nodeGroups.first, group.scaleUp.innerLevels.isEmpty,
      !group.sharesCards
    else { return nil }
    return group.scaleUp.accelerators
  }
}
