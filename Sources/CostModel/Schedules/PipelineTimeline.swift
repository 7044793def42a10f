import Quantities

/// When every operation of a step starts and ends.
public struct PipelineTimeline: Sendable {
  /// An operation with its place in time, counted from the start of the step.
  public struct Entry: Hashable, Sendable {
    public let operation: PipelineOperation
    public let start: Seconds
    public let end: Seconds
  }

  /// The operations of each rank, first to last.
  public let ranks: [[Entry]]
  /// The step time: the latest end of a rank's last operation plus its tail.
  public let step: Seconds
}

extension PipelineSimulator {
  /// The timeline at given times (seconds, see `PipelineSimulator`).
  public func timeline(
    forward: [Double], backward: [Double], hop: Double, tail: [Double]
  ) -> PipelineTimeline {
    run(forward: forward, backward: backward, hop: hop)
    return timeline(hop: hop, tail: tail)
  }

  /// The timeline at given times, of any schedule; the two passes of a pair share their time.
  public func timeline(_ times: DividedTimes) -> PipelineTimeline {
    run(times)
    return timeline(hop: times.hop, tail: times.tail)
  }

  /// The timeline, after `run`.
  private func timeline(hop: Double, tail: [Double]) -> PipelineTimeline {
    let ranks = (0..<shape.stages).map { rank in
      var index = Int(graph.lastOfRank[rank])
      var entries: [PipelineTimeline.Entry] = []
      for operation in shape.order(rank: rank).reversed() {
        let node = graph.nodes[index]
        let ready = ends[Int(node.source)] + (node.hops == 0 ? 0 : hop)
        var start = max(ends[Int(node.predecessor)], ready)
        var end = ends[index]
        if operation.kind == .overlappedForward, let backward = entries.last {
          (start, end) = (backward.start.value, backward.end.value)
        }
        entries.append(
          PipelineTimeline.Entry(operation: operation, start: Seconds(start), end: Seconds(end)))
        index = Int(node.predecessor)
      }
      return Array(entries.reversed())
    }
    return PipelineTimeline(ranks: ranks, step: Seconds(finish(tail: tail).time))
  }
}
