import ModelDescription
import Quantities

/// What the first or the last stage does besides its layers: embedding, or head, loss and
/// multi-token prediction.
public struct EndPrice: Sendable, Hashable {
  public var forward: PassTime
  public var backward: PassTime
  /// Kept from the forward to the backward pass, a micro-batch.
  public var saved: Bytes
  public var weights: HeldWeights
  /// The part of the backward pass that weight gradients take, which no other stage waits for.
  public var weightGradient = Seconds.zero
}

extension LayerPricer {
  /// The embedding's table look-up and what follows it.
  ///
  /// Each tensor rank holds a share of the table's rows, so the looked-up vectors are reduced: in
  /// the forward pass, or half then and half in the backward pass under sequence parallelism (a
  /// reduce-scatter, whose gradient is gathered).
  func embedding(of model: ModelDescription) -> EndPrice {
    var price = endPrice(of: model.embedding)
    let share = operators.shape.sequenceParallel ? 0.5 : 1
    price.forward.tensor += share * tensorReduction
    price.backward.tensor += (1 - share) * tensorReduction
    // Token identifiers are kept as eight-byte integers.
    price.saved += Bytes(operators.shape.tokens(operators.workload) * 8)
    if let part = measured?.point.embedding { price = measuredEnd(part, in: price) }
    shard(&price)
    return price
  }

  /// The final normalisation, the projection to the vocabulary, the loss, and the layers that
  /// predict further tokens with the same head.
  ///
  /// Each tensor rank holds a share of the vocabulary, so the gradient of the projection's input is
  /// reduced: in the backward pass, or half in either under sequence parallelism.
  ///
  /// - Parameter holdsTable: whether this stage also keeps the embedding's table, which the head
  ///   shares with another stage.
  func head(of model: ModelDescription, holdsTable: Bool) -> EndPrice {
    var price = endPrice(of: model.head)
    let tokens = operators.shape.tokens(operators.workload)
    let logits = tokens * Double(model.vocabularySize) / Double(operators.shape.tensor)
    // Passes over single-precision logits: maximum, exponentials, sum, gradient.
    let passes = Bytes(timing.logitPasses * 4 * logits) / operators.device.memoryBandwidth
    price.forward.compute += 0.5 * passes
    price.backward.compute += 0.5 * passes
    let share = operators.shape.sequenceParallel ? 0.5 : 0
    price.forward.tensor += share * tensorReduction
    price.backward.tensor += (1 - share) * tensorReduction
    let predictions = Double(1 + model.multiTokenPrediction.count)
    price.forward = predictions * price.forward
    price.backward = predictions * price.backward
    price.weightGradient = predictions * price.weightGradient
    if let part = measured?.point.head { price = measuredEnd(part, in: price) }
    shard(&price)
    for layer in model.multiTokenPrediction {
      let extra = prices(of: layer, under: [.modules([])])[0]
      price.forward = price.forward + extra.forward
      price.backward = price.backward + extra.backward
      price.weightGradient += extra.weightGradient
      price.saved += extra.saved
      price.weights = price.weights + weights(of: layer)
    }
    if holdsTable, let table = model.embedding.first {
      price.weights = price.weights + weights(of: table)
    }
    return price
  }

  /// Adds what stays visible of gathering an end's weights under full sharding.
  private func shard(_ price: inout EndPrice) {
    let gathered = gathering(of: price.weights)
    price.forward.sharding += exposed(gathered.forward, behind: price.forward.device)
    price.backward.sharding += exposed(gathered.backward, behind: price.backward.device)
  }

  private func endPrice(of list: [Operator]) -> EndPrice {
    let times = list.map { operators.times(of: $0, vocabulary: true) }
    return EndPrice(
      forward: PassTime(compute: times.reduce(.zero) { $0 + $1.forward }),
      backward: PassTime(compute: times.reduce(.zero) { $0 + $1.backward }),
      saved: list.reduce(.zero) { $0 + saved(by: $1, trains: workload.adapterRank == nil) },
      weights: list.reduce(.none) { $0 + weights(of: $1) },
      weightGradient: times.reduce(.zero) { $0 + $1.weightGradient })
  }
}
