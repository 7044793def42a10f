/// The task graph of a shape, compiled once: its operations in an order in which each comes after
/// those that it waits for.
///
/// Two things hold an operation back: the operation before it on its rank, and its source, which is
/// - the same micro-batch's forward pass through the chunk before, for a forward pass;
/// - its backward pass (or input gradient) through the chunk after, for a backward pass or an input
///   gradient, or on the last chunk its own forward pass;
/// - its own input gradient, for a weight gradient.
///
/// An overlapped pair starts once both its sources are there, and either result is there when both
/// are. So its forward pass is a node without time, and its backward pass one with the pair's time,
/// whose end is the end of both.
///
/// The graph does not depend on times, so that one serves any number of simulations, on any thread.
public struct PipelineGraph: Sendable {
  public let shape: PipelineShape

  /// One operation. Indices count from 1; index 0 is the step's start, at time 0.
  struct Node {
    /// The operation before it on its rank.
    var predecessor: Int32
    /// The operation whose result it needs.
    var source: Int32
    /// Where its time stands among all times (see `WorkPlaces`).
    var work: Int32
    /// 1 where the result comes from another rank, else 0.
    var hops: Int32
  }

  /// The operations; the first is the step's start and has no meaning of its own.
  let nodes: [Node]
  /// The index of each rank's last operation.
  let lastOfRank: [Int32]

  /// O(p·v·m): each rank runs ahead until it needs a result that does not exist yet.
  public init(_ shape: PipelineShape) {
    self.shape = shape
    let orders = (0..<shape.stages).map { shape.order(rank: $0) }
    let places = WorkPlaces(chunks: shape.chunks)
    var results = OperationResults(shape)
    var left = orders.reduce(0) { $0 + $1.count }
    let start = Node(predecessor: 0, source: 0, work: 0, hops: 0)
    var nodes = [start]
    nodes.reserveCapacity(left + 1)
    var last = [Int32](repeating: 0, count: shape.stages)
    var cursor = [Int](repeating: 0, count: shape.stages)
    while left > 0 {
      let before = left
      for (rank, order) in orders.enumerated() {
        while cursor[rank] < order.count {
          let operation = order[cursor[rank]]
          var node = start
          if let source = shape.source(of: operation) {
            node.source = results[source]
            guard node.source > 0 else { break }
            node.hops =
              shape.rank(ofChunk: source.chunk, microBatch: source.microBatch) == rank ? 0 : 1
          }
          node.predecessor = last[rank]
          node.work = Int32(truncatingIfNeeded: places.place(of: operation))
          last[rank] = Int32(truncatingIfNeeded: nodes.count)
          results[operation] = last[rank]
          // Its backward pass ends with the forward pass beside it.
          if operation.kind == .overlappedBackward {
            results.complete(order[cursor[rank] - 1], with: last[rank])
          }
          nodes.append(node)
          cursor[rank] += 1
          left -= 1
        }
      }
      precondition(left < before, "a schedule's order never waits for itself")
    }
    self.nodes = nodes
    self.lastOfRank = last
  }
}

/// Where the times of operations stand in one list: chunk c's forward passes at c, its whole
/// backward passes at n + c for n chunks, and where those are divided its input gradients at 2n + c,
/// its weight gradients at 3n + c, pairs with its forward pass at 4n + c, and no time at 5n.
struct WorkPlaces {
  let chunks: Int

  /// The number of times: two a chunk, or five and one more.
  func count(isDivided: Bool) -> Int { isDivided ? 5 * chunks + 1 : 2 * chunks }

  @inline(__always)
  func place(of operation: PipelineOperation) -> Int {
    switch operation.kind {
    case .forward: operation.chunk
    case .backward: chunks + operation.chunk
    case .inputGradient: 2 * chunks + operation.chunk
    case .weightGradient: 3 * chunks + operation.chunk
    case .overlappedBackward: 4 * chunks + partner(ofChunk: operation.chunk)
    case .overlappedForward: 5 * chunks
    }
  }

  /// The chunk whose backward pass a chunk's forward pass overlaps, and the other way round: the
  /// other one on a rank of DualPipe or DualPipeV.
  @inline(__always)
  func partner(ofChunk chunk: Int) -> Int { chunks - 1 - chunk }
}

extension PipelineShape {
  /// What an operation waits for besides its rank; `nil` for the first chunk's forward passes.
  @inline(__always)
  func source(of operation: PipelineOperation) -> PipelineOperation? {
    var source = operation
    switch operation.kind {
    case .forward, .overlappedForward:
      guard operation.chunk > 0 else { return nil }
      source.kind = .forward
      source.chunk -= 1
    case .weightGradient:
      source.kind = .inputGradient
    case .backward, .inputGradient, .overlappedBackward:
      if operation.chunk == chunks - 1 {
        source.kind = .forward
      } else {
        source.kind = .backward
        source.chunk += 1
      }
    }
    return source
  }
}

/// The index of the node that ends each result in a graph; 0 while it has none.
///
/// Forward passes have one result, backward passes and input gradients another; nothing waits for a
/// weight gradient.
private struct OperationResults {
  private let chunks: Int
  private let passes: Int
  private var indices: [Int32]

  init(_ shape: PipelineShape) {
    (chunks, passes) = (shape.chunks, shape.passes)
    indices = Array(repeating: 0, count: 2 * passes)
  }

  subscript(operation: PipelineOperation) -> Int32 {
    get { indices[place(of: operation)] }
    set {
      guard operation.kind != .weightGradient, operation.kind != .overlappedForward else { return }
      indices[place(of: operation)] = newValue
    }
  }

  /// Gives an overlapped forward pass its result.
  mutating func complete(_ operation: PipelineOperation, with index: Int32) {
    indices[place(of: operation)] = index
  }

  private func place(of operation: PipelineOperation) -> Int {
    let pass = operation.microBatch * chunks + operation.chunk
    return operation.kind.isForward ? pass : pass + passes
  }
}
