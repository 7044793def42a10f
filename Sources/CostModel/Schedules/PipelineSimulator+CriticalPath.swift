extension PipelineSimulator {
  /// The longest path at given times (seconds, see `PipelineSimulator`): the tightest row there.
  ///
  /// Of equally long paths it takes the one that stays on its rank longest, seen from the end.
  public func criticalPath(
    forward: [Double], backward: [Double], hop: Double, tail: [Double]
  ) -> PathRow {
    run(forward: forward, backward: backward, hop: hop)
    let lastRank = finish(tail: tail).rank
    let chunks = shape.chunks
    var passes = [Int](repeating: 0, count: 2 * chunks)
    var hops = 0
    var index = Int(graph.lastOfRank[lastRank])
    while index > 0 {
      let node = graph.nodes[index]
      passes[Int(node.work)] += 1
      let ready = ends[Int(node.source)] + (node.hops == 0 ? 0 : hop)
      if ends[Int(node.predecessor)] >= ready {
        index = Int(node.predecessor)
      } else {
        index = Int(node.source)
        hops += Int(node.hops)
      }
    }
    return PathRow(
      forwardPasses: Array(passes[..<chunks]), backwardPasses: Array(passes[chunks...]),
      hops: hops, lastRank: lastRank)
  }
}
