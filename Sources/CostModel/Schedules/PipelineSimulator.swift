import Quantities

/// The exact step time of a pipeline with given times: the longest path through its task graph.
///
/// Times are plain seconds, one for each chunk: `forward` and `backward` of one micro-batch, `hop`
/// for every result that crosses ranks (either way, and from the last rank back to the first), and
/// one `tail` a rank for what follows its last operation (exposed gradient reduction, optimiser).
/// The step time is the latest end of a rank's last operation plus its tail.
///
/// A simulator keeps its workspace between calls and allocates nothing in them; it belongs to one
/// thread. Complexity: O(p·v·m) a call, about 3 ns an operation.
public final class PipelineSimulator {
  public let graph: PipelineGraph
  /// When each operation ends, by its index in the graph; the step's start is at index 0.
  var ends: [Double]
  /// The time of each kind of operation, by `PipelineGraph.Node.work`.
  private var works: [Double]

  public init(_ graph: PipelineGraph) {
    self.graph = graph
    ends = Array(repeating: 0, count: graph.nodes.count)
    works = Array(repeating: 0, count: 2 * graph.shape.chunks)
  }

  public convenience init(_ shape: PipelineShape) { self.init(PipelineGraph(shape)) }

  public var shape: PipelineShape { graph.shape }

  /// The step time in seconds.
  public func simulate(
    forward: [Double], backward: [Double], hop: Double, tail: [Double]
  ) -> Double {
    run(forward: forward, backward: backward, hop: hop)
    return finish(tail: tail).time
  }

  /// Fills `ends`.
  func run(forward: [Double], backward: [Double], hop: Double) {
    let chunks = shape.chunks
    precondition(forward.count == chunks && backward.count == chunks, "one time for each chunk")
    for chunk in 0..<chunks {
      works[chunk] = forward[chunk]
      works[chunks + chunk] = backward[chunk]
    }
    graph.nodes.withUnsafeBufferPointer { nodes in
      works.withUnsafeBufferPointer { works in
        ends.withUnsafeMutableBufferPointer { ends in
          for index in 1..<nodes.count {
            let node = nodes[index]
            let free = ends[Int(node.predecessor)]
            let result = ends[Int(node.source)]
            let ready = node.hops == 0 ? result : result + hop
            ends[index] = (free > ready ? free : ready) + works[Int(node.work)]
          }
        }
      }
    }
  }

  /// The rank that the step waits for (the first of equals) and when it is done, after `run`.
  func finish(tail: [Double]) -> (rank: Int, time: Double) {
    precondition(tail.count == shape.stages, "one tail for each rank")
    var latest = (rank: 0, time: -Double.infinity)
    for (rank, last) in graph.lastOfRank.enumerated() {
      let time = ends[Int(last)] + tail[rank]
      if time > latest.time { latest = (rank, time) }
    }
    return latest
  }
}
