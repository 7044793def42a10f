extension PipelineSimulator {
  /// The longest path at given times (seconds, see `PipelineSimulator`): the tightest row there.
  ///
  /// Of equally long paths it takes the one that stays on its rank longest, seen from the end.
  public func criticalPath(
    forward: [Double], backward: [Double], hop: Double, tail: [Double]
  ) -> PathRow {
    run(forward: forward, backward: backward, hop: hop)
    return criticalPath(hop: hop, tail: tail)
  }

  /// The longest path at given times, of any schedule.
  public func criticalPath(_ times: DividedTimes) -> PathRow {
    run(times)
    return criticalPath(hop: times.hop, tail: times.tail)
  }

  /// The longest path, after `run`.
  private func criticalPath(hop: Double, tail: [Double]) -> PathRow {
    let lastRank = finish(tail: tail).rank
    return graph.path(to: lastRank) { node in
      let ready = ends[Int(node.source)] + (node.hops == 0 ? 0 : hop)
      return ends[Int(node.predecessor)] >= ready
    }
  }
}

extension PipelineGraph {
  /// All operations of a rank, after the results that its first one waits for.
  func path(ofRank rank: Int) -> PathRow { path(to: rank) { $0.predecessor > 0 } }

  /// A path to a rank's last operation, seen from there: at each operation on along its rank, or to
  /// the operation whose result it needs.
  func path(to rank: Int, staysOnRank: (Node) -> Bool) -> PathRow {
    let places = WorkPlaces(chunks: shape.chunks)
    var passes = [Int](
      repeating: 0, count: places.count(isDivided: shape.schedule.dividesBackward))
    var hops = 0
    var index = Int(lastOfRank[rank])
    while index > 0 {
      let node = nodes[index]
      passes[Int(node.work)] += 1
      if staysOnRank(node) {
        index = Int(node.predecessor)
      } else {
        index = Int(node.source)
        hops += Int(node.hops)
      }
    }
    return PathRow(passes, chunks: shape.chunks, hops: hops, lastRank: rank)
  }
}
