import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

@Suite("Frames of schedules that divide the backward pass are priced and simulated")
struct DividedFrameTests {
  static let schedules: [Schedule] = [
    .zeroBubbleH1, .zeroBubbleH2, .zeroBubbleV, .dualPipe, .dualPipeV,
  ]

  /// A frame of 4 stages of 8 devices with 16 micro-batches, its prices and its even split.
  private struct Priced {
    let frame: Frame
    let prices: FramePrices
    let split: LayerSplit
    let prediction: StepPrediction

    init(_ schedule: Schedule, recompute: StageRecompute = .none) throws {
      frame = Frame.of(tensor: 8, pipeline: 4, batch: 16, schedule: schedule)
      let costs = try CostModel(
        model: #require(ModelDescription.llama8B), cluster: .h100Nodes(4),
        workload: Workload(globalBatch: 16, sequenceLength: 4096), stack: .megatronCore)
      let pricer = FramePricer(costs)
      prices = pricer.prices(of: frame)
      split = LayerSplit.even(layers: 32, frame: frame, recompute: recompute)
      let shape = try #require(PipelineCache.shape(of: frame))
      prediction = prices.predict(split, with: pricer.pipelines.simulator(shape))
    }
  }

  @Test("The breakdown adds up to the step, which the closed form bounds", arguments: schedules)
  func parts(schedule: Schedule) throws {
    for recompute in [StageRecompute.none, StageRecompute(fullLayers: 32)] {
      let priced = try Priced(schedule, recompute: recompute)
      #expect(isClose(priced.prediction.breakdown.total, priced.prediction.step))
      guard case .step(let bound) = priced.prices.closedFormBound() else {
        Issue.record("\(schedule) fits in memory")
        continue
      }
      #expect(bound <= priced.prediction.step)
    }
  }

  @Test("Weight gradients are a part of every backward pass", arguments: schedules)
  func weightGradients(schedule: Schedule) throws {
    let priced = try Priced(schedule)
    let times = priced.prices.times(priced.split)
    for (weight, backward) in zip(times.weightGradient, times.backward) {
      #expect(weight > 0.15 * backward && weight < 0.6 * backward)
    }
    // About half of the products' backward time; attention's has none, and between eight tensor
    // ranks so small a model waits for exchanges and the host.
    let plain = try Priced(.oneForwardOneBackward)
    let both = plain.prices.times(plain.split)
    #expect(isClose(times.backward.reduce(0, +), both.backward.reduce(0, +), within: 0.02))
  }

  @Test("Zero-bubble H1 idles for less than 1F1B, and holds as much as 1F1B's first rank")
  func h1() throws {
    let (plain, divided) = (try Priced(.oneForwardOneBackward), try Priced(.zeroBubbleH1))
    #expect(divided.prediction.makespan < plain.prediction.makespan)
    #expect(divided.prediction.breakdown.bubble < plain.prediction.breakdown.bubble)
    #expect(divided.prices.inFlight == [[[4]], [[4]], [[4]], [[4]]])
    #expect(divided.prediction.memory[0] == plain.prediction.memory[0])
    #expect(divided.prediction.memory[3].activations > plain.prediction.memory[3].activations)
  }

  @Test("A V's first rank embeds and projects, and its last rank does neither")
  func v() throws {
    for schedule in [Schedule.zeroBubbleV, .dualPipeV] {
      let (plain, folded) = (try Priced(.oneForwardOneBackward), try Priced(schedule))
      let (first, last) = (folded.prediction.memory[0], folded.prediction.memory[3])
      let ends = plain.prices.shape
      let more = ends.embedding.weights.total + ends.head.weights.total
      #expect(isClose((first.weights - last.weights).value, 2 * more))
      // All layers and both ends are held once.
      let sum = { (memory: [StageMemory]) in memory.map(\.weights).reduce(.zero, +) }
      #expect(isClose(sum(folded.prediction.memory), sum(plain.prediction.memory)))
    }
  }

  @Test("DualPipe holds every weight twice, and both its ends embed and project")
  func dualPipe() throws {
    let (plain, dual) = (try Priced(.oneForwardOneBackward), try Priced(.dualPipe))
    let sum = { (memory: [StageMemory]) in memory.map(\.weights).reduce(.zero, +) }
    #expect(isClose(sum(dual.prediction.memory), 2 * sum(plain.prediction.memory)))
    #expect(dual.prediction.memory[0] == dual.prediction.memory[3])
    #expect(dual.prices.inFlight[0] == [[4, 1]])
  }
}
