import ParallelismVocabulary
import SeededRandom
import Testing

@testable import CostModel

@Suite("Schedules that divide the backward pass reach their published bubbles and peaks")
struct DividedClosedFormTests {
  /// F, I and W with W ≤ F and W ≤ I.
  private static let parts: [(Double, Double, Double)] = [(1, 1, 1), (1, 1.25, 0.75), (1, 1.5, 1)]

  /// The idle time of equal stages with chunks of F, I and W.
  private func idle(
    _ schedule: Schedule, stages: Int, microBatches: Int, _ forward: Double, _ input: Double,
    _ weight: Double, span: Bool = false
  ) throws -> Double {
    let shape = try PipelineShape(schedule, stages: stages, microBatches: microBatches)
    var times = PipelineTimes.equal(shape, forward: forward, backward: 0).divided
    for chunk in 0..<shape.chunks {
      times.inputGradient[chunk] = input
      times.weightGradient[chunk] = weight
    }
    let simulator = PipelineSimulator(shape)
    let work = Double(microBatches * shape.virtualStages) * (forward + input + weight)
    return (span ? simulator.longestSpan(times) : simulator.simulate(times)) - work
  }

  // Qi et al. 2023, "Zero Bubble Pipeline Parallelism", with T_B for the input gradient.
  @Test("Zero-bubble H1 idles for (p − 1)(F + I − W) where W ≤ I and W ≤ F")
  func h1() throws {
    for stages in [1, 2, 4, 8, 16] {
      for factor in [1, 2, 8] {
        for (f, i, w) in Self.parts {
          let bubble = try idle(
            .zeroBubbleH1, stages: stages, microBatches: factor * stages, f, i, w)
          #expect(abs(bubble - Double(stages - 1) * (f + i - w)) < 1e-9)
        }
      }
    }
  }

  @Test("1F1B idles for (p − 1)(F + I + W) at the same times")
  func oneForwardOneBackward() throws {
    #expect(
      try idle(.oneForwardOneBackward, stages: 8, microBatches: 32, 1, 1.25, 0.75) == 7 * 3)
  }

  // As above; their bubble is a rank's idle time from its first to its last operation.
  @Test("Zero-bubble H2 idles for (p − 1)(F + I − 2W) within a rank, none where F = I = W")
  func h2() throws {
    for stages in [1, 2, 4, 8, 16] {
      for microBatches in [2 * stages, 4 * stages, 8 * stages] {
        for (f, i, w) in Self.parts {
          let bubble = try idle(
            .zeroBubbleH2, stages: stages, microBatches: microBatches, f, i, w, span: true)
          #expect(abs(bubble - Double(stages - 1) * (f + i - 2 * w)) < 1e-9)
        }
      }
    }
  }

  // Qi et al. 2024, "Pipeline Parallelism with Controllable Memory".
  @Test("Zero-bubble V never idles within a rank where F = I = W")
  func v() throws {
    for stages in [1, 2, 4, 8, 16] {
      for microBatches in [2 * stages, 4 * stages, 8 * stages] {
        #expect(
          try idle(.zeroBubbleV, stages: stages, microBatches: microBatches, 1, 1, 1, span: true)
            == 0)
      }
    }
  }

  @Test("The last rank of H2 and V ends p − 1 forward passes late, for which a barrier waits")
  func skew() throws {
    for schedule in [Schedule.zeroBubbleH2, .zeroBubbleV] {
      #expect(try idle(schedule, stages: 8, microBatches: 32, 1, 1, 1) == 7)
    }
  }

  // deepseek-ai/DualPipe, README: (PP/2 − 1)(F&B + B − 3W) with B whole, PP twice the ranks of
  // DualPipeV.
  @Test("DualPipe idles for (p/2 − 1)(F&B + B − 3W) where F = I = W, DualPipeV with 2p for p")
  func dualPipe() throws {
    for stages in [2, 4, 8, 16] {
      for microBatches in [2 * stages, 4 * stages, 8 * stages] {
        let bubble = try idle(.dualPipe, stages: stages, microBatches: microBatches, 1, 1, 1)
        #expect(bubble == Double(stages / 2 - 1) * (3 + 2 - 3))
        let folded = try idle(
          .dualPipeV, stages: stages / 2, microBatches: microBatches, 1, 1, 1)
        #expect(folded == bubble)
      }
    }
  }

  @Test("DualPipe's published bubble is within 10 % of the step for other shares of W")
  func dualPipeShares() throws {
    for (f, i, w) in Self.parts + [(1, 0.9, 1.1)] {
      let published = 7 * (f + i + w + i + w - 3 * w)
      let bubble = try idle(.dualPipe, stages: 16, microBatches: 32, f, i, w)
      #expect(abs(bubble - published) < 0.1 * 32 * (f + i + w))
    }
  }

  @Test("An overlapped pair hides a share of its shorter pass")
  func overlap() throws {
    let shape = try PipelineShape(.dualPipe, stages: 2, microBatches: 6)
    let simulator = PipelineSimulator(shape)
    var times = PipelineTimes.equal(shape, forward: 1, backward: 2)
    // 6·3 without idle time; 3 pairs on each rank, each of which hides 1 at most.
    #expect(simulator.simulate(times) == 18)
    times.hiddenShare = 0.5
    #expect(simulator.simulate(times) == 16.5)
    times.hiddenShare = 1
    #expect(simulator.simulate(times) == 15)
    times.backward = [0.5, 0.5]
    #expect(simulator.simulate(times) == 6 * 1.5 - 3 * 0.5)
  }

  @Test("Undivided schedules take both parts of the backward pass in one")
  func undivided() throws {
    var random = SplitMix(seed: 41)
    for family in ScheduleFamily.undivided {
      for _ in 0..<50 {
        let simulator = PipelineSimulator(try family.randomShape(using: &random))
        let times = PipelineTimes.uneven(simulator.shape, using: &random)
        let step = simulator.simulate(times)
        #expect(abs(simulator.simulate(times.divided) - step) <= 1e-12 * step)
        let rows = PathRows(probing: simulator.graph, operationBudget: 0)
        let bound = rows.lowerBound(times)
        #expect(abs(rows.lowerBound(times.divided) - bound) <= 1e-12 * bound)
      }
    }
  }

  // Qi et al. 2023 (H1: as 1F1B; H2: 2p − 1); Qi et al. 2024 (V: p, in 2p passes of half a stage);
  // deepseek-ai/DualPipe, README (PP + 1).
  @Test("Passes that wait for their weight gradient peak at p, 2p − 1, 2p halves and p + 1")
  func peaks() throws {
    for stages in [2, 4, 8, 16] {
      for (schedule, peak) in [
        (Schedule.oneForwardOneBackward, stages), (.zeroBubbleH1, stages),
        (.zeroBubbleH2, 2 * stages - 1), (.zeroBubbleV, 2 * stages), (.dualPipe, stages + 1),
        (.dualPipeV, 2 * stages + 1),
      ] {
        let shape = try PipelineShape(schedule, stages: stages, microBatches: 4 * stages)
        let most = (0..<stages).map { rank in
          shape.inFlight(rank: rank).map { $0.reduce(0, +) }.max() ?? 0
        }
        #expect(most.max() == peak, "\(schedule)")
        // All ranks hold as much but for 1F1B, on whose last rank one is left.
        let least = schedule == .oneForwardOneBackward ? 1 : peak
        #expect(most.min() == least, "\(schedule)")
      }
    }
  }

  @Test("On H1's last rank one micro-batch is whole while p − 1 await their weight gradient")
  func awaiting() throws {
    let shape = try PipelineShape(.zeroBubbleH1, stages: 4, microBatches: 12)
    #expect(
      shape.activationPeaks(rank: 0) == [ActivationPeak(whole: [4], awaitingWeights: [0])])
    #expect(
      shape.activationPeaks(rank: 3) == [ActivationPeak(whole: [1], awaitingWeights: [3])])
    let plain = try PipelineShape(.oneForwardOneBackward, stages: 4, microBatches: 12)
    #expect(
      plain.activationPeaks(rank: 1) == [ActivationPeak(whole: [3], awaitingWeights: [0])])
  }

  @Test("Peaks equal a replay of the order, for any weight of what awaits")
  func replay() throws {
    var random = SplitMix(seed: 42)
    for family in ScheduleFamily.divided {
      for _ in 0..<30 {
        let shape = try family.randomShape(stages: 8, using: &random)
        let share = Double.random(in: 0...1, using: &random)
        let bytes = (0..<shape.chunksPerRank).map { _ in Double.random(in: 1...2, using: &random) }
        for rank in 0..<shape.stages {
          let expected = replayedPeak(shape, rank: rank, bytes: bytes, share: share)
          let peaks = shape.activationPeaks(rank: rank).map { peak in
            zip(bytes, zip(peak.whole, peak.awaitingWeights)).reduce(0) {
              $0 + $1.0 * (Double($1.1.0) + share * Double($1.1.1))
            }
          }
          #expect(abs((peaks.max() ?? 0) - expected) < 1e-9 * expected)
        }
      }
    }
  }

  private func replayedPeak(
    _ shape: PipelineShape, rank: Int, bytes: [Double], share: Double
  ) -> Double {
    var (held, peak) = (0.0, 0.0)
    for operation in shape.order(rank: rank) {
      let bytes = bytes[shape.level(of: operation)]
      switch operation.kind {
      case .forward, .overlappedForward: held += bytes
      case .backward, .overlappedBackward: held -= bytes
      case .inputGradient: held -= (1 - share) * bytes
      case .weightGradient: held -= share * bytes
      }
      peak = max(peak, held)
    }
    return peak
  }
}
