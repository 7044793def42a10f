import ParallelismVocabulary

/// The bytes of a weight's copies: the weight that products read, its gradient, and the optimiser's
/// master copy and moments.
struct StateBytes {
  var weight: Double
  var gradient: Double
  var optimizer: Double

  init(weight: Double, gradient: Double, optimizer: Double) {
    self.weight = weight
    self.gradient = gradient
    self.optimizer = optimizer
  }

  init(model: CostModel) {
    self.init(
      weight: model.workload.precision.storedBytes, gradient: model.stack.timing.gradientBytes,
      optimizer: model.workload.optimizer.stateBytes)
  }

  var total: Double { weight + gradient + optimizer }

  /// The bytes a weight on each of `members` ranks that share it out.
  ///
  /// - Source: Rajbhandari et al. 2020, §5, with the gradient bytes of the stack.
  func parts(_ sharding: Sharding, over members: Int) -> StateBytes {
    let share = Double(max(1, members))
    return StateBytes(
      weight: sharding >= .parameters ? weight / share : weight,
      gradient: sharding >= .gradients ? gradient / share : gradient,
      optimizer: sharding >= .optimizer ? optimizer / share : optimizer)
  }
}
