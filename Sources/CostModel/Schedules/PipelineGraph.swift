/// The task graph of a shape, compiled once: its operations in an order in which each comes after
/// those that it waits for.
///
/// Two things hold an operation back: the operation before it on its rank, and its source, which is
/// - the same micro-batch's forward pass through the chunk before, for a forward pass;
/// - its backward pass through the chunk after, for a backward pass, or on the last chunk its own
///   forward pass.
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
    /// Where its time stands among all times: chunk c's forward at c, its backward at p·v + c.
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
    var indices = OperationIndices(shape)
    let (stages, perRank) = (shape.stages, 2 * shape.passesPerRank)
    let start = Node(predecessor: 0, source: 0, work: 0, hops: 0)
    var nodes = [start]
    nodes.reserveCapacity(shape.operations + 1)
    var last = [Int32](repeating: 0, count: stages)
    var cursor = [Int](repeating: 0, count: stages)
    let warmUp = (0..<stages).map { shape.warmUpPasses(rank: $0) }
    while nodes.count <= shape.operations {
      let before = nodes.count
      for rank in 0..<stages {
        while cursor[rank] < perRank {
          let operation = shape.operation(cursor[rank], rank: rank, warmUp: warmUp[rank])
          var node = start
          if let source = shape.source(of: operation) {
            node.source = indices[source]
            guard node.source > 0 else { break }
            node.hops = shape.rank(ofChunk: source.chunk) == rank ? 0 : 1
          }
          node.predecessor = last[rank]
          node.work = Int32(
            truncatingIfNeeded: operation.direction == .forward
              ? operation.chunk : shape.chunks + operation.chunk)
          last[rank] = Int32(truncatingIfNeeded: nodes.count)
          indices[operation] = last[rank]
          nodes.append(node)
          cursor[rank] += 1
        }
      }
      precondition(nodes.count > before, "a schedule's order never waits for itself")
    }
    self.nodes = nodes
    self.lastOfRank = last
  }
}

extension PipelineShape {
  /// What an operation waits for besides its rank; `nil` for the first chunk's forward passes.
  func source(of operation: PipelineOperation) -> PipelineOperation? {
    var source = operation
    switch operation.direction {
    case .forward:
      guard operation.chunk > 0 else { return nil }
      source.chunk -= 1
    case .backward where operation.chunk == chunks - 1:
      source.direction = .forward
    case .backward:
      source.chunk += 1
    }
    return source
  }

  /// The operation at `position` in a rank's order, given the rank's warm-up passes.
  @inline(__always)
  fileprivate func operation(_ position: Int, rank: Int, warmUp: Int) -> PipelineOperation {
    if position < warmUp { return forwardPass(position, rank: rank) }
    let (turn, isBackward) = (position - warmUp).quotientAndRemainder(dividingBy: 2)
    let paired = passesPerRank - warmUp
    if turn >= paired { return backwardPass(position - passesPerRank, rank: rank) }
    return isBackward == 1
      ? backwardPass(turn, rank: rank) : forwardPass(warmUp + turn, rank: rank)
  }
}

/// The index of every operation in a graph; 0 while it has none.
private struct OperationIndices {
  private let shape: PipelineShape
  private var indices: [Int32]

  init(_ shape: PipelineShape) {
    self.shape = shape
    indices = Array(repeating: 0, count: shape.operations)
  }

  subscript(operation: PipelineOperation) -> Int32 {
    get { indices[place(of: operation)] }
    set { indices[place(of: operation)] = newValue }
  }

  private func place(of operation: PipelineOperation) -> Int {
    let pass = operation.microBatch * shape.chunks + operation.chunk
    return operation.direction == .forward ? pass : pass + shape.operations / 2
  }
}
