import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("The simulation is the longest path of the task graph")
struct PipelineSimulatorTests {
  @Test("1F1B over 2 stages with 3 micro-batches takes (3 + 2 − 1)·3 s")
  func oneForwardOneBackward() throws {
    let simulator = PipelineSimulator(
      try PipelineShape(.oneForwardOneBackward, stages: 2, microBatches: 3))
    let times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2)
    #expect(
      simulator.timeline(times).drawing(chunks: 2) == """
        01..aa2bb.cc
        .0aa1bb2cc..
        """)
    #expect(simulator.simulate(times) == 12)
  }

  @Test("Each hop between ranks shifts what waits for it")
  func hops() throws {
    let simulator = PipelineSimulator(
      try PipelineShape(.oneForwardOneBackward, stages: 2, microBatches: 2))
    let times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2, hop: 1)
    #expect(
      simulator.timeline(times).drawing(chunks: 2) == """
        01....aa.bb
        ..0aa1bb...
        """)
  }

  @Test("GPipe over 3 stages with 2 micro-batches keeps the middle idle between the phases")
  func gpipe() throws {
    let simulator = PipelineSimulator(try PipelineShape(.gpipe, stages: 3, microBatches: 2))
    let times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2)
    #expect(
      simulator.timeline(times).drawing(chunks: 3) == """
        01......aabb
        .01...aabb..
        ..01aabb....
        """)
  }

  @Test("Interleaving halves the bubble of 2 stages with 4 micro-batches")
  func interleaved() throws {
    let simulator = PipelineSimulator(
      try PipelineShape(.interleaved(virtualStages: 2), stages: 2, microBatches: 4))
    let times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 1)
    #expect(
      simulator.timeline(times).drawing(chunks: 4) == """
        01..2.3..a.b....cd
        .01....2a3b....cd.
        ..01.a.b2.3..c.d..
        ...0a1b....2c3d...
        """)
    #expect(simulator.simulate(times) == 18)
  }

  @Test("A tail after its last operation makes another rank the last to finish")
  func tails() throws {
    let simulator = PipelineSimulator(
      try PipelineShape(.oneForwardOneBackward, stages: 2, microBatches: 3))
    var times = PipelineTimes.equal(simulator.shape, forward: 1, backward: 2)
    times.tail = [1, 4]
    #expect(simulator.simulate(times) == 14)
    #expect(simulator.criticalPath(times).description == "f0 + 3 f1 + 3 b1 + hop + tail1")
    times.tail = [3, 4]
    #expect(simulator.simulate(times) == 15)
    #expect(simulator.criticalPath(times).lastRank == 0)
  }

  @Test(
    "Equal stages take (m + (p − 1)/v)·(f + b) for v chunks a rank",
    arguments: [
      (Schedule.oneForwardOneBackward, 4, 16, 57.0), (.oneForwardOneBackward, 8, 32, 117),
      (.oneForwardOneBackward, 16, 32, 141), (.oneForwardOneBackward, 16, 128, 429),
      (.oneForwardOneBackward, 8, 3, 30), (.oneForwardOneBackward, 1, 5, 15), (.gpipe, 8, 32, 117),
      (.gpipe, 8, 3, 30), (.interleaved(virtualStages: 2), 4, 8, 57),
      (.interleaved(virtualStages: 4), 8, 32, 405), (.interleaved(virtualStages: 3), 4, 4, 45),
    ])
  func closedForms(
    schedule: Schedule, stages: Int, microBatches: Int, expected: Double
  ) throws {
    let shape = try PipelineShape(schedule, stages: stages, microBatches: microBatches)
    let step = PipelineSimulator(shape).simulate(.equal(shape, forward: 1, backward: 2))
    #expect(step == expected)
    let ideal = Double(shape.microBatches * shape.virtualStages) * 3
    let bubble = try #require(shape.bubbleFraction)
    #expect(abs(step - ideal * (1 + bubble)) < 1e-9 * step)
  }

  @Test("The bubble's closed form equals the simulation for all small shapes of equal chunks")
  func bubbles() throws {
    var random = SplitMix(seed: 2)
    for family in ScheduleFamily.undivided {
      for _ in 0..<300 {
        let shape = try family.randomShape(using: &random)
        let (forward, backward) = (1.0, Double.random(in: 0.5...3, using: &random))
        let step = PipelineSimulator(shape).simulate(
          .equal(shape, forward: forward, backward: backward))
        let ideal = Double(shape.microBatches * shape.virtualStages) * (forward + backward)
        let bubble = try #require(shape.bubbleFraction)
        #expect(abs(step / ideal - 1 - bubble) < 1e-12, "\(shape)")
      }
    }
  }

  @Test("GPipe takes Σ(f + b) + (m − 1)(max f + max b) + 2(p − 1)·hop for any uneven stages")
  func gpipeClosedForm() throws {
    var random = SplitMix(seed: 3)
    for _ in 0..<1000 {
      let shape = try ScheduleFamily.gpipe.randomShape(using: &random)
      var times = PipelineTimes.uneven(shape, using: &random)
      times.tail = Array(repeating: 0, count: shape.stages)
      let slowest = (times.forward.max() ?? 0) + (times.backward.max() ?? 0)
      let expected =
        times.forward.reduce(0, +) + times.backward.reduce(0, +)
        + Double(shape.microBatches - 1) * slowest + 2 * Double(shape.stages - 1) * times.hop
      #expect(abs(PipelineSimulator(shape).simulate(times) - expected) <= 1e-12 * expected)
    }
  }

  @Test("k times the times take k times as long", arguments: ScheduleFamily.allCases)
  func homogeneity(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 4)
    for _ in 0..<200 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      let times = PipelineTimes.uneven(simulator.shape, using: &random)
      let step = simulator.simulate(times)
      #expect(simulator.simulate(times.scaled(by: 4)) == 4 * step)
      #expect(abs(simulator.simulate(times.scaled(by: 1e-3)) - 1e-3 * step) <= 1e-15 * step)
    }
  }

  @Test(
    "A longer operation, hop or tail never shortens the step", arguments: ScheduleFamily.allCases)
  func monotonicity(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 5)
    for _ in 0..<500 {
      let simulator = PipelineSimulator(try family.randomShape(using: &random))
      let times = PipelineTimes.uneven(simulator.shape, using: &random)
      let step = simulator.simulate(times)
      var longer = times
      let chunk = Int.random(in: 0..<simulator.shape.chunks, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: longer.forward[chunk] += 0.3
      case 1: longer.backward[chunk] += 0.3
      case 2: longer.hop += 0.1
      default: longer.tail[simulator.shape.rank(ofChunk: chunk, microBatch: 0)] += 2
      }
      #expect(simulator.simulate(longer) >= step)
    }
  }

  @Test(
    "The simulation equals one that replays the ranks' orders", arguments: ScheduleFamily.allCases)
  func replay(family: ScheduleFamily) throws {
    var random = SplitMix(seed: 6)
    for _ in 0..<60 {
      let simulator = PipelineSimulator(try family.randomShape(stages: 8, using: &random))
      let times = PipelineTimes.uneven(simulator.shape, using: &random)
      let replayed = replayedStep(simulator.shape, times)
      #expect(abs(simulator.simulate(times) - replayed) <= 1e-12 * replayed)
    }
  }

  @Test("A simulation does not depend on the ones before it")
  func reuse() throws {
    var random = SplitMix(seed: 8)
    let shape = try PipelineShape(.interleaved(virtualStages: 2), stages: 4, microBatches: 8)
    let simulator = PipelineSimulator(shape)
    for _ in 0..<100 {
      let times = PipelineTimes.uneven(shape, using: &random)
      #expect(simulator.simulate(times) == PipelineSimulator(simulator.graph).simulate(times))
    }
  }

  @Test("Operations of a timeline follow their rank's order, their source, and never overlap")
  func timelines() throws {
    var random = SplitMix(seed: 7)
    for family in ScheduleFamily.allCases {
      for _ in 0..<20 {
        let simulator = PipelineSimulator(try family.randomShape(stages: 8, using: &random))
        let times = PipelineTimes.uneven(simulator.shape, using: &random)
        let timeline = simulator.timeline(times)
        #expect(timeline.step.value == simulator.simulate(times))
        for (rank, entries) in timeline.ranks.enumerated() {
          #expect(entries.map(\.operation) == simulator.shape.order(rank: rank))
          #expect(
            zip(entries, entries.dropFirst()).allSatisfy {
              $0.operation.kind == .overlappedForward
                ? ($0.start, $0.end) == ($1.start, $1.end) : $0.end <= $1.start
            })
        }
      }
    }
  }

  /// The step time by repeated passes over the ranks' orders, sharing nothing with the task graph.
  private func replayedStep(_ shape: PipelineShape, _ times: PipelineTimes) -> Double {
    var queues = (0..<shape.stages).map { ArraySlice(shape.order(rank: $0)) }
    var forwardEnds: [[Int]: Double] = [:]
    var backwardEnds: [[Int]: Double] = [:]
    var free = [Double](repeating: 0, count: shape.stages)
    let divided = times.divided

    /// When an operation's input is on its rank; `nil` while that is unknown.
    func ready(_ operation: PipelineOperation, on rank: Int) -> Double? {
      let (chunk, microBatch) = (operation.chunk, operation.microBatch)
      func arrival(_ ends: [[Int]: Double], _ source: Int) -> Double? {
        let home = shape.rank(ofChunk: source, microBatch: microBatch)
        return ends[[source, microBatch]].map { $0 + (home == rank ? 0 : times.hop) }
      }
      if operation.kind.isForward { return chunk == 0 ? 0 : arrival(forwardEnds, chunk - 1) }
      if operation.kind == .weightGradient { return arrival(backwardEnds, chunk) }
      return chunk == shape.chunks - 1
        ? arrival(forwardEnds, chunk) : arrival(backwardEnds, chunk + 1)
    }

    while queues.contains(where: { !$0.isEmpty }) {
      for rank in 0..<shape.stages {
        while let next = queues[rank].first {
          let beside = next.kind == .overlappedForward ? queues[rank].dropFirst().first : nil
          let parts = [next] + (beside.map { [$0] } ?? [])
          let inputs = parts.compactMap { ready($0, on: rank) }
          guard inputs.count == parts.count, let last = inputs.max() else { break }
          let whole = times.backward[beside?.chunk ?? next.chunk]
          let work =
            switch next.kind {
            case .forward: times.forward[next.chunk]
            case .backward, .overlappedBackward: whole
            case .inputGradient: divided.inputGradient[next.chunk]
            case .weightGradient: divided.weightGradient[next.chunk]
            case .overlappedForward:
              times.forward[next.chunk] + whole
                - times.hiddenShare * min(times.forward[next.chunk], whole)
            }
          free[rank] = max(free[rank], last) + work
          for part in parts where part.kind.isForward {
            forwardEnds[[part.chunk, part.microBatch]] = free[rank]
          }
          for part in parts where !part.kind.isForward && part.kind != .weightGradient {
            backwardEnds[[part.chunk, part.microBatch]] = free[rank]
          }
          queues[rank].removeFirst(parts.count)
        }
      }
    }
    return zip(free, times.tail).map(+).max() ?? 0
  }
}
