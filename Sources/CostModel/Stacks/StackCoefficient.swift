import Quantities

/// A coefficient that a stack may own; everything else of its timing is a property or a default.
public enum StackCoefficient: String, CaseIterable, Sendable, Hashable {
  case elementwise, logitPasses, scorePasses, groupedProducts
  case tensorExposed, contextExposed, expertExposed, hopExposed
  case gradientResidual, gradientExposed, shardingExposed
  case launch, perMicroBatch, perStep

  /// Where a stack's timing keeps it; host times in seconds.
  var path: WritableKeyPath<StackTiming, Double> {
    switch self {
    case .elementwise: \.elementwise
    case .logitPasses: \.logitPasses
    case .scorePasses: \.scorePasses
    case .groupedProducts: \.groupedProducts
    case .tensorExposed: \.tensorExposed
    case .contextExposed: \.contextExposed
    case .expertExposed: \.expertExposed
    case .hopExposed: \.hopExposed
    case .gradientResidual: \.gradientResidual
    case .gradientExposed: \.gradientExposed
    case .shardingExposed: \.shardingExposed
    case .launch: \.launch.value
    case .perMicroBatch: \.perMicroBatch.value
    case .perStep: \.perStep.value
    }
  }

  public var unit: String {
    switch self {
    case .elementwise, .groupedProducts: "times"
    case .logitPasses, .scorePasses: "passes"
    case .tensorExposed, .contextExposed, .expertExposed, .hopExposed, .gradientResidual,
      .gradientExposed, .shardingExposed:
      "share"
    case .launch, .perMicroBatch, .perStep: "s"
    }
  }

  /// What it means, for tables.
  public var meaning: String {
    switch self {
    case .elementwise: "memory-bound work against fused kernels"
    case .logitPasses: "passes of the loss over single-precision logits"
    case .scorePasses: "passes of stored-score attention over its scores, forward"
    case .groupedProducts: "quantised products of experts against the generation's"
    case .tensorExposed: "visible part of tensor-parallel collectives"
    case .contextExposed: "visible part of the ring of context parallelism"
    case .expertExposed: "visible part of experts' dispatch and combination"
    case .hopExposed: "visible part of hops between stages"
    case .gradientResidual: "part of the gradient reduction that always shows"
    case .gradientExposed: "part that shows of what outlasts the last backward pass"
    case .shardingExposed: "part of the weights' gathering that slows computation"
    case .launch: "host time to launch a layer's forward pass"
    case .perMicroBatch: "host time a micro-batch and chunk"
    case .perStep: "host time a step"
    }
  }

  /// How far a value may lie from its default before there is evidence: the standard deviation of
  /// its logarithm.
  ///
  /// One width for all ratios, and a wider one for what software of one kind differs in by multiples:
  /// host times and the part of gradients that shows. Of widths from 0.6 to 2.5 times as large as
  /// judgement had first put them, these predicted unseen layouts best over all sources.
  var spread: Double {
    switch self {
    case .elementwise, .logitPasses, .scorePasses, .groupedProducts, .tensorExposed,
      .contextExposed, .expertExposed, .hopExposed, .gradientExposed, .shardingExposed, .launch:
      0.5
    case .gradientResidual, .perMicroBatch, .perStep: 1
    }
  }
}
