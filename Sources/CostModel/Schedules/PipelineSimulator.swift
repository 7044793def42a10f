import Quantities

/// The exact step time of a pipeline with given times: the longest path through its task graph.
///
/// Times are plain seconds, one for each chunk: `forward` and `backward` of one micro-batch, `hop`
/// for every result that crosses ranks (either way, and from the last rank back to the first), and
/// one `tail` a rank for what follows its last operation (exposed gradient reduction, optimiser).
/// The step time is the latest end of a rank's last operation plus its tail. Schedules that divide
/// the backward pass take `DividedTimes`, which do for all.
///
/// A simulator keeps its workspace between calls and allocates nothing in them; it belongs to one
/// thread. Complexity: O(p·v·m) a call, about 3 ns an operation.
public final class PipelineSimulator {
  public let graph: PipelineGraph
  /// When each operation ends, by its index in the graph; the step's start is at index 0.
  var ends: [Double]
  /// The time of each kind of operation, by `PipelineGraph.Node.work` (see `WorkPlaces`).
  private var works: [Double]

  public init(_ graph: PipelineGraph) {
    self.graph = graph
    ends = Array(repeating: 0, count: graph.nodes.count)
    works = Array(
      repeating: 0,
      count: WorkPlaces(chunks: graph.shape.chunks).count(
        isDivided: graph.shape.schedule.dividesBackward))
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

  /// The step time in seconds, of any schedule.
  public func simulate(_ times: DividedTimes) -> Double {
    run(times)
    return finish(tail: times.tail).time
  }

  /// The longest time in seconds from the start of a rank's first operation to the end of its tail.
  ///
  /// Steps can follow each other at this pace where nothing holds all ranks together between them, as
  /// with an optimiser that checks gradient norms afterwards. The bubbles that the zero-bubble papers
  /// state are the idle times in it.
  /// - Source: Qi et al. 2023, "Zero Bubble Pipeline Parallelism"; the longest stage time in
  ///   `zb.py` of sail-sg/zero-bubble-pipeline-parallelism.
  public func longestSpan(_ times: DividedTimes) -> Double {
    run(times)
    var longest = -Double.infinity
    for (rank, last) in graph.lastOfRank.enumerated() {
      longest = max(longest, ends[Int(last)] + times.tail[rank] - start(ofRank: rank, times.hop))
    }
    return longest
  }

  /// When a rank's first operation starts: when the result that it waits for has come.
  private func start(ofRank rank: Int, _ hop: Double) -> Double {
    var index = Int(graph.lastOfRank[rank])
    while graph.nodes[index].predecessor > 0 { index = Int(graph.nodes[index].predecessor) }
    let node = graph.nodes[index]
    return ends[Int(node.source)] + (node.hops == 0 ? 0 : hop)
  }

  /// Fills `ends`, of a schedule that does not divide the backward pass.
  func run(forward: [Double], backward: [Double], hop: Double) {
    let chunks = shape.chunks
    precondition(!shape.schedule.dividesBackward, "a divided backward pass takes divided times")
    precondition(forward.count == chunks && backward.count == chunks, "one time for each chunk")
    for chunk in 0..<chunks {
      works[chunk] = forward[chunk]
      works[chunks + chunk] = backward[chunk]
    }
    run(hop: hop)
  }

  /// Fills `ends`.
  func run(_ times: DividedTimes) {
    let chunks = shape.chunks
    precondition(times.forward.count == chunks, "one time for each chunk")
    for chunk in 0..<chunks {
      works[chunk] = times.forward[chunk]
      works[chunks + chunk] = times.backward(chunk: chunk)
    }
    if shape.schedule.dividesBackward {
      let places = WorkPlaces(chunks: chunks)
      for chunk in 0..<chunks {
        works[2 * chunks + chunk] = times.inputGradient[chunk]
        works[3 * chunks + chunk] = times.weightGradient[chunk]
        works[4 * chunks + chunk] = times.pair(
          forward: chunk, backward: places.partner(ofChunk: chunk))
      }
    }
    run(hop: times.hop)
  }

  private func run(hop: Double) {
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
