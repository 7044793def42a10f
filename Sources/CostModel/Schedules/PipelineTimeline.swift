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
    let ranks = (0..<shape.stages).map { rank in
      var index = Int(graph.lastOfRank[rank])
      return shape.order(rank: rank).reversed().map { operation in
        let node = graph.nodes[index]
        let ready = ends[Int(node.source)] + (node.hops == 0 ? 0 : hop)
        let start = max(ends[Int(node.predecessor)], ready)
        defer { index = Int(node.predecessor) }
        return PipelineTimeline.Entry(
          operation: operation, start: Seconds(start), end: Seconds(ends[index]))
      }
    }
    return PipelineTimeline(
      ranks: ranks.map { $0.reversed() }, step: Seconds(finish(tail: tail).time))
  }
}
