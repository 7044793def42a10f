import ModelDescription
import ParallelismVocabulary

/// What makes two measurements repeats of one another: the model's dimensions, the length, every
/// degree, the batch, the kind of device and the number format.
///
/// Repeats by another site, release or revision share a layout, so that a fit that saw one of them
/// has seen them all.
public struct RunLayout: Hashable, Sendable {
  public let model: ModelDimensions
  public let sequenceLength: Int
  public let degrees: ParallelismDegrees
  public let virtualStages: Int
  public let microBatchSize: Int
  public let globalBatch: Int
  public let accelerator: String
  public let precision: Precision

  public init(_ run: MeasuredRun) {
    model = ModelDimensions(run.model)
    sequenceLength = run.workload.sequenceLength
    degrees = run.frame.degrees
    virtualStages = run.frame.schedule.virtualStages
    microBatchSize = run.frame.microBatchSize
    globalBatch = run.workload.globalBatch
    accelerator = run.acceleratorName
    precision = run.workload.precision
  }
}

/// A model without its name, and without its vocabulary, which frameworks pad to a multiple of the
/// tensor degree.
public struct ModelDimensions: Hashable, Sendable {
  public let hiddenSize: Int
  public let kinds: [Layer]
  public let layers: [Int]
  public let furtherTokens: [Layer]

  public init(_ model: ModelDescription) {
    hiddenSize = model.hiddenSize
    kinds = model.kinds
    layers = model.layers
    furtherTokens = model.multiTokenPrediction
  }
}

extension MeasuredRun {
  /// The kinds of device, in the cluster's order.
  public var acceleratorName: String {
    var names: [String] = []
    for group in cluster.nodeGroups where !names.contains(group.accelerator.name) {
      names.append(group.accelerator.name)
    }
    return names.joined(separator: " and ")
  }
}
