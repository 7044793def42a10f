import ClusterTopology
import ParallelismVocabulary

/// What no order of a cluster's hosts exceeds: links that stand in prices for those of the hosts' places,
/// so that what is priced with them holds in every order.
public protocol AnyOrderLinks: Sendable {
  /// A device's link that is, in either respect, at least as good as the slowest of some that join nodes.
  ///
  /// - Parameters:
  ///   - groups: disjoint groups of nodes, each of which these links join to one another.
  ///   - nodes: the nodes of each, at least 2.
  ///   - senders: how many nodes send over one of them; as many receive.
  func slowest(groups: Int, nodes: Int, senders: Int) -> Link
}

extension AnyOrderLinks {
  /// A link that no pair of nodes beats.
  var best: Link { slowest(groups: 1, nodes: 2, senders: 1) }

  /// The slowest link of the groups of one kind that a stage's ranks form, or those of several stages.
  ///
  /// Where groups lie regularly, their sets of nodes are the same or have no node in common, and every
  /// node of the stage has a member in one of them.
  func slowest(ofGroupsOver domains: Int, isRegular: Bool, nodes: Int) -> Link {
    isRegular
      ? slowest(groups: max(1, nodes / domains), nodes: domains, senders: max(nodes, domains))
      : slowest(groups: 1, nodes: domains, senders: domains)
  }

  /// The slowest hop between the stages of a frame's pipelines; `nil` where no hop need leave its node,
  /// or stages straddle nodes in an irregular way.
  ///
  /// A pipeline passes through the nodes of each of its stages, or, where several share a node, through
  /// one node after another.
  ///
  /// - Parameter width: the devices of a node.
  func slowestHop(of frame: Frame, width: Int) -> Link? {
    let (ranks, stages) = (StageRanks(stage: 0, of: frame), frame.degrees.pipeline)
    let (chains, nodes): (Int, Int)
    if ranks.run.isMultiple(of: width) {
      (chains, nodes) = (ranks.count / width, stages)
    } else if width.isMultiple(of: ranks.run) {
      let reach = ranks.run * stages
      guard ranks.run == ranks.count || reach.isMultiple(of: width) else { return nil }
      (chains, nodes) = (ranks.count / ranks.run, (reach + width - 1) / width)
    } else {
      return nil
    }
    guard nodes > 1 else { return nil }
    return slowest(groups: chains, nodes: nodes, senders: chains * (nodes - 1))
  }
}
