import ParallelismVocabulary

/// The order of DualPipe and DualPipeV.
///
/// Both have one pattern. Let P be the ranks from either end to the turn (p/2 for DualPipe, p for
/// DualPipeV), h a rank's distance from its end, M the micro-batches of a lane (m/2; m). Lane 0 runs
/// through the chunk on the way to the turn, lane 1 through the one on the way back:
///
/// | step | operations | times |
/// |---|---|---|
/// | 1 | F0 | 2(P − h − 1) |
/// | 2 | F0 F1 | h + 1 |
/// | 3 | I1 W F1 | P − h − 1 |
/// | 4 | F0+B1 F1+B0 | M − 2P + h + 1 |
/// | 5 | B1 F1+B0 | P − h − 1 |
/// | 6 | B1 B0; the last h + 1 of these passes divided, I1 I0 | h + 1 |
/// | 7 | W I0 | P − h − 1 |
/// | 8 | W | h + 1 |
///
/// F0+B1 run beside each other, save for the first such pair next to the turn. A W is always the one
/// that has waited longest.
/// - Source: deepseek-ai/DualPipe, `dualpipe.py`, function `step`. DualPipeV's steps are the same with
///   its own P, h and M, and reach the bubble that is published for it.
extension PipelineShape {
  func dualPipeOrder(rank: Int) -> [PipelineOperation] {
    let isMirrored = placement == .mirrored
    let ranksToTurn = isMirrored ? stages / 2 : stages
    let fromEnd = isMirrored ? min(rank, stages - 1 - rank) : rank
    let perLane = isMirrored ? microBatches / 2 : microBatches
    let toTurn = ranksToTurn - fromEnd - 1
    var order = RankOrder(lanes: lanes(rank: rank), capacity: 6 * perLane)

    for _ in 0..<(2 * toTurn) { order.forward(0) }
    for _ in 0...fromEnd {
      order.forward(0)
      order.forward(1)
    }
    for _ in 0..<toTurn {
      order.inputGradient(1)
      order.weightGradient()
      order.forward(1)
    }
    for turn in 0..<(perLane - 2 * ranksToTurn + fromEnd + 1) {
      if turn == 0, toTurn == 0 {
        order.forward(0)
        order.backward(1)
      } else {
        order.overlapped(forward: 0, backward: 1)
      }
      order.overlapped(forward: 1, backward: 0)
    }
    for _ in 0..<toTurn {
      order.backward(1)
      order.overlapped(forward: 1, backward: 0)
    }
    // The first h + 1 backward passes are whole, the others divided.
    for pass in 0..<(2 * (fromEnd + 1)) {
      let lane = pass.isMultiple(of: 2) ? 1 : 0
      if pass <= fromEnd { order.backward(lane) } else { order.inputGradient(lane) }
    }
    for _ in 0..<toTurn {
      order.weightGradient()
      order.inputGradient(0)
    }
    order.remainingWeightGradients()
    return order.operations
  }

  /// The lane to the turn and the one back.
  private func lanes(rank: Int) -> [Lane] {
    let chunks = chunks(ofRank: rank)
    guard placement == .mirrored else {
      return chunks.map { Lane(chunk: $0, firstMicroBatch: 0) }
    }
    let lanes = [
      Lane(chunk: chunks[0], firstMicroBatch: 0),
      Lane(chunk: chunks[1], firstMicroBatch: microBatches / 2),
    ]
    return rank < stages / 2 ? lanes : lanes.reversed()
  }
}
