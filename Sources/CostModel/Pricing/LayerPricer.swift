import ModelDescription
import ParallelismVocabulary
import Quantities

/// What one layer costs on one rank under one recomputation policy, a micro-batch.
public struct LayerPrice: Sendable, Hashable {
  public var forward: PassTime
  public var backward: PassTime
  /// What is kept from the forward to the backward pass.
  public var saved: Bytes
  /// The part of the backward pass that weight gradients take, which no other stage waits for.
  public var weightGradient = Seconds.zero
}

/// The weights of one layer (or end of the model) that one rank holds, in elements.
public struct HeldWeights: Sendable, Hashable {
  /// Weights that are replicated over the data and context ranks.
  public var dense: Double
  /// Weights of routed experts, replicated over the expert-data ranks.
  public var expert: Double

  public static let none = HeldWeights(dense: 0, expert: 0)

  public var total: Double { dense + expert }

  public static func + (left: HeldWeights, right: HeldWeights) -> HeldWeights {
    HeldWeights(dense: left.dense + right.dense, expert: left.expert + right.expert)
  }

  public static func - (left: HeldWeights, right: HeldWeights) -> HeldWeights {
    HeldWeights(dense: left.dense - right.dense, expert: left.expert - right.expert)
  }
}

/// Prices layers under one shape: kernels, the communication that stays visible, what is kept.
struct LayerPricer {
  let operators: OperatorPricer
  let collectives: CollectiveTimes
  let timing: StackTiming
  let hiddenSize: Int

  private var shape: LayerShape { operators.shape }
  private var workload: Workload { operators.workload }
  private var storedBytes: Double { workload.precision.storedBytes }

  /// The price of a layer under each of `policies`.
  func prices(of layer: Layer, under policies: [RecomputePolicy]) -> [LayerPrice] {
    let timed = layer.operators.map { (operation: $0, times: operators.times(of: $0)) }
    let exchanges = exchanges(of: layer)
    let forward =
      PassTime(compute: timed.reduce(.zero) { $0 + $1.times.forward })
      + exchanges.reduce(.zero) { $0 + $1.forward }
    let backward =
      PassTime(compute: timed.reduce(.zero) { $0 + $1.times.backward })
      + exchanges.reduce(.zero) { $0 + $1.backward }
    let weightGradient = timed.reduce(.zero) { $0 + $1.times.weightGradient }
    let gathered = gathering(of: weights(of: layer))
    return policies.map { policy in
      var price = LayerPrice(
        forward: forward, backward: backward, saved: .zero, weightGradient: weightGradient)
      price.backward.recompute = timed.reduce(.zero) { sum, entry in
        let again = policy.share(of: entry.operation) * entry.times.forward
        return sum + again
          + (policy.repeatsOnlyActivation ? operators.activation(of: entry.operation) : .zero)
      }
      for exchange in exchanges {
        let share = policy.share(of: exchange.operation)
        if share > 0 { price.backward = price.backward + share * exchange.forward }
      }
      var again = Seconds.zero
      switch policy {
      case .modules:
        price.saved = timed.reduce(.zero) { $0 + saved(by: $1.operation, under: policy) }
      case .full:
        price.saved = layerInput
        again = timing.launchForward
      }
      price.forward.sharding = exposed(gathered.forward, behind: price.forward.device)
      price.backward.sharding = exposed(gathered.backward, behind: price.backward.device)
      price.forward = price.forward.flooredByLaunch(timing.launchForward)
      price.backward = price.backward.flooredByLaunch(timing.launchBackward + again)
      return price
    }
  }

  /// A layer's input, which full recomputation keeps.
  var layerInput: Bytes {
    Bytes(tokens * shape.tokenShare * Double(hiddenSize) * storedBytes)
  }

  private var tokens: Double { shape.tokens(workload) }

  // MARK: Memory

  /// What an operator keeps for the backward pass on one rank.
  func saved(by operation: Operator, under policy: RecomputePolicy = .modules([])) -> Bytes {
    let dropped = policy.share(of: operation)
    if case .experts(let experts) = operation.work {
      let rows = operators.expertRows(experts)
      let width = Double(experts.intermediate) / Double(shape.expertTensor)
      let upward: Double = experts.gated ? 2 : 1
      let kept =
        2 * Double(experts.inputs) + (policy.repeatsOnlyActivation ? upward : upward + 1) * width
      return Bytes((1 - dropped) * rows * kept * storedBytes)
    }
    return operation.saved.reduce(.zero) { sum, tensor in
      sum + (tensor.isModuleOutput ? 1 : 1 - dropped) * bytes(of: tensor)
    }
  }

  private func bytes(of tensor: SavedTensor) -> Bytes {
    let cut = tensor.partition == .replicated ? shape.tokenShare : 1 / Double(shape.tensor)
    let keys = tensor.perKey ? Double(workload.sequenceLength) : 1
    return Bytes(
      tokens * cut * Double(tensor.width) * keys * (tensor.elementBytes ?? storedBytes))
  }

  /// The weights of a layer that one rank holds.
  func weights(of layer: Layer) -> HeldWeights {
    layer.operators.reduce(.none) { $0 + weights(of: $1) }
  }

  func weights(of operation: Operator) -> HeldWeights {
    let count = Double(operation.weights)
    switch operation.partition {
    case .replicated: return HeldWeights(dense: count, expert: 0)
    case .column, .row: return HeldWeights(dense: count / Double(shape.tensor), expert: 0)
    case .expert:
      return HeldWeights(dense: 0, expert: count / Double(shape.expert * shape.expertTensor))
    }
  }

  // MARK: Communication

  /// What stays visible of one exchange of a layer, in either pass.
  private struct Exchange {
    /// The operator whose recomputation repeats the forward pass's exchange.
    var operation: Operator
    var forward: PassTime
    var backward: PassTime
  }

  private func exchanges(of layer: Layer) -> [Exchange] {
    layer.blocks.flatMap { block in
      [tensorExchange(of: block)].compactMap(\.self) + block.operators.compactMap(exchange)
    }
  }

  /// The gathering before a block's first cut product and the reduce-scatter after its last (one
  /// all-reduce without sequence parallelism), and the same in the backward pass.
  private func tensorExchange(of block: Block) -> Exchange? {
    guard shape.tensor > 1,
      let last = block.operators.last(where: { $0.partition == .column || $0.partition == .row })
    else { return nil }
    let time = PassTime(tensor: tensorReduction)
    return Exchange(operation: last, forward: time, backward: time)
  }

  /// What stays visible of adding up a micro-batch's hidden states over the tensor ranks.
  var tensorReduction: Seconds {
    let states = Bytes(tokens * Double(hiddenSize) * storedBytes)
    return timing.tensorExposed * collectives.allReduce(states, over: shape.tensorLinks)
  }

  private func exchange(of operation: Operator) -> Exchange? {
    switch operation.work {
    case .attention(let attention) where shape.context > 1:
      let time = PassTime(context: contextExchange(attention, partition: operation.partition))
      return Exchange(operation: operation, forward: time, backward: 2 * time)
    case .scan(let scan) where shape.context > 1:
      // Every rank needs the states that all ranks before it end with, in single precision.
      let states = Double(scan.heads * scan.keySize * scan.valueSize) / Double(shape.tensor)
      let time = PassTime(
        context: collectives.allGather(
          Bytes(4 * states * Double(shape.context)), over: shape.contextLinks))
      return Exchange(operation: operation, forward: time, backward: time)
    case .experts(let experts) where shape.expert * shape.expertTensor > 1:
      let time = PassTime(expert: expertExchange(experts))
      return Exchange(operation: operation, forward: time, backward: time)
    default: return nil
    }
  }

  /// Dispatch and combine, one pass: an all-to-all of each rank's own rows either way, and, where
  /// experts are cut, the gathering of rows before them and the reduce-scatter after.
  private func expertExchange(_ experts: ExpertsShape) -> Seconds {
    let rows = Bytes(operators.expertRows(experts) * Double(experts.inputs) * storedBytes)
    return 2 * collectives.allToAll(rows / Double(shape.expertTensor), over: shape.expertLinks)
      + collectives.allReduce(rows, over: shape.expertTensorLinks)
  }

  /// What attention exchanges between the ranks that share a sequence, forward.
  ///
  /// Ring: keys and values of every other rank pass by, mostly behind computation. All-gather: the
  /// same data at once. All-to-all: queries, keys, values and outputs change from a segment of the
  /// sequence to a share of the heads, and back.
  private func contextExchange(_ attention: AttentionShape, partition: Partition) -> Seconds {
    guard let method = shape.contextMethod else { return .zero }
    let cut = partition == .replicated ? 1 : Double(shape.tensor)
    let groups = max(1, Double(attention.keyValueHeads) / cut)
    let heads = Double(attention.heads) / cut
    let pair = Double(attention.queryKeySize + attention.valueSize)
    let keysAndValues = Bytes(tokens * groups * pair * storedBytes)
    switch method {
    case .ring:
      let step = collectives.send(keysAndValues, over: shape.contextLinks)
      return timing.contextExposed * Double(shape.context - 1) * step
    case .allGather:
      return collectives.allGather(
        Double(shape.context) * keysAndValues, over: shape.contextLinks)
    case .allToAll:
      let queriesAndOutputs = Bytes(tokens * heads * pair * storedBytes)
      return collectives.allToAll(queriesAndOutputs + keysAndValues, over: shape.contextLinks)
    }
  }

  /// The gathering of a layer's weights in both passes and the reduction of its gradients, under
  /// full sharding.
  func gathering(of weights: HeldWeights) -> (forward: Seconds, backward: Seconds) {
    guard shape.shardedOver > 1 else { return (.zero, .zero) }
    let bytes = Bytes(weights.total * storedBytes)
    let gather = collectives.allGather(bytes, over: shape.shardingLinks)
    let reduce = collectives.reduceScatter(
      Bytes(weights.total * timing.gradientBytes), over: shape.shardingLinks)
    return (gather, gather + reduce)
  }

  /// What stays visible of a prefetched gathering: what outlasts the computation, and a share of
  /// the rest that slows it.
  func exposed(_ exchange: Seconds, behind computation: Seconds) -> Seconds {
    (exchange - computation).orZero + timing.shardingExposed * min(exchange, computation)
  }
}
