import CostModel
import ParallelismVocabulary
import Quantities

/// A layout under some inputs, with its prediction.
struct PlanVariant {
  let model: CostModel
  let frame: Frame
  let split: LayerSplit
  let pipeline: PipelineShape
  let prices: FramePrices
  let prediction: StepPrediction

  /// `nil` where the frame's schedule cannot run with its counts.
  init?(frame: Frame, split: LayerSplit, pricer: FramePricer) {
    guard let pipeline = PipelineCache.shape(of: frame) else { return nil }
    self.model = pricer.model
    self.frame = frame
    self.split = split
    self.pipeline = pipeline
    prices = pricer.prices(of: frame)
    prediction = prices.predict(split, with: pricer.pipelines.simulator(pipeline))
  }

  /// The step's time over the tokens of its batch.
  var timePerToken: Seconds { prediction.step / Double(model.workload.tokens) }

  var tokensPerSecondPerDevice: Double {
    Double(model.workload.tokens) / prediction.step.value / Double(frame.degrees.devices)
  }

  /// Whether every stage fits in memory.
  var fits: Bool { prices.fits(split) }

  /// The need of the stage that is fullest, and what its device has.
  var fullest: (peak: Bytes, capacity: Bytes) {
    zip(prediction.memory.map(\.peak), prediction.capacities).max { $0.0 / $0.1 < $1.0 / $1.1 }
      .map { (peak: $0.0, capacity: $0.1) } ?? (.zero, .zero)
  }
}
