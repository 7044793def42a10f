import ParallelismVocabulary
import Quantities

/// The bytes of a weight's copies: the weight that products read, its gradient, and the optimiser's
/// master copy and moments.
struct StateBytes {
  var weight: Double
  var gradient: Double
  var optimizer: Double
  /// A weight that is gathered for use, under full sharding.
  var gathered: Double
  /// What stays whole under full sharding, between the micro-batches of a pipeline.
  var whole = (weight: 0.0, gradient: 0.0)
  /// Whether fully sharded weights are the optimiser's master copy.
  var shardsMaster = false

  init(weight: Double, gradient: Double, optimizer: Double) {
    self.weight = weight
    self.gradient = gradient
    self.optimizer = optimizer
    gathered = weight
  }

  /// Of frozen weights beside adapters, only the adapters' share has gradients and optimiser state.
  ///
  /// - Parameter place: where the optimiser's state is counted as lying; where the workload says by default.
  init(model: CostModel, frame: Frame, place: OptimizerPlace? = nil) {
    let precision = model.workload.precision
    let memory = model.stack.memory
    let isSingle = precision.storedBytes == 4
    let trained = model.trainedShare
    let adapters = model.workload.adapterRank == nil ? 0 : trained
    // Weights in single precision are their own master copy.
    let master = isSingle ? 4.0 : 0
    let kept =
      isSingle
      ? 4 : memory.gradientBytes + (precision == .fp16 ? 0 : memory.extraGradientBytes)
    // Frozen weights are held in the format of their products, where that is kept.
    let isQuantised = memory.keepsQuantised && model.workload.adapterRank != nil
    let held =
      isQuantised ? min(precision.operandBytes, precision.storedBytes) : precision.storedBytes
    self.init(
      weight: held + adapters * precision.storedBytes, gradient: trained * kept,
      optimizer: place ?? model.workload.optimizerPlace == .host
        ? 0 : trained * (model.workload.optimizer.stateBytes - master))
    shardsMaster = memory.shardsMasterWeights && !isSingle && model.workload.adapterRank == nil
    if frame.degrees.pipeline > 1, memory.gathersUnderPipeline { whole = (weight, gradient) }
  }

  var total: Double { weight + gradient + optimizer }

  /// The bytes a weight on each of `members` ranks that share it out.
  ///
  /// - Source: Rajbhandari et al. 2020, §5, with the gradient bytes of the stack.
  func parts(_ sharding: Sharding, over members: Int) -> StateBytes {
    let share = Double(max(1, members))
    var parts = StateBytes(
      weight: weight, gradient: sharding >= .gradients ? gradient / share : gradient,
      optimizer: sharding >= .optimizer ? optimizer / share : optimizer)
    if sharding >= .parameters {
      parts.weight = whole.weight + (shardsMaster ? 0 : weight / share)
      parts.gradient += whole.gradient
    }
    return parts
  }
}
