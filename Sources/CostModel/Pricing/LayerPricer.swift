import ModelDescription
import ParallelismVocabulary
import Quantities

/// What one layer costs on one rank under one recomputation policy, a micro-batch.
public struct LayerPrice: Sendable, Hashable {
  public var forward: PassTime
  public var backward: PassTime
  /// What is kept from the forward to the backward pass, on the device.
  public var saved: Bytes
  /// What waits for the backward pass in the host's memory.
  public var offloaded = Bytes.zero
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
  let memory: StackMemory
  let hiddenSize: Int
  /// What was measured under this shape, where anything was.
  var measured: MeasuredShape?

  var shape: LayerShape { operators.shape }
  var workload: Workload { operators.workload }
  var storedBytes: Double { workload.precision.storedBytes }

  /// The price of a layer under each of `policies`.
  func prices(of layer: Layer, under policies: [RecomputePolicy]) -> [LayerPrice] {
    if let measured, let part = measured.part(of: layer) {
      return measuredPrices(
        part, of: layer, under: policies, includesTensor: measured.includesTensor)
    }
    // By index, since an operator is costly to copy.
    let indices = layer.operators.indices
    let times = indices.map { operators.times(of: layer.operators[$0]) }
    let computation = (
      forward: times.reduce(.zero) { $0 + $1.forward },
      backward: times.reduce(.zero) { $0 + $1.backward }
    )
    let exchanges = exchanges(
      of: layer, forward: computation.forward, backward: computation.backward)
    let forward =
      PassTime(compute: computation.forward) + exchanges.reduce(.zero) { $0 + $1.forward }
    let backward =
      PassTime(compute: computation.backward) + exchanges.reduce(.zero) { $0 + $1.backward }
    let weightGradient = times.reduce(.zero) { $0 + $1.weightGradient }
    let gathered = gathering(of: weights(of: layer))
    let launchExtra = launchExtra(of: layer)
    let launchFactor = workload.precision.operandBytes < 2 ? timing.launchQuantised : 1
    return policies.map { policy in
      var price = LayerPrice(
        forward: forward, backward: backward, saved: .zero, weightGradient: weightGradient)
      let repeatsOnlyActivation = policy.repeatsOnlyActivation
      price.backward.recompute = indices.reduce(.zero) { sum, index in
        let again =
          repeatedShare(of: layer.operators[index], in: layer, under: policy)
          * times[index].forward
        return sum + again
          + (repeatsOnlyActivation ? operators.activation(of: layer.operators[index]) : .zero)
      }
      for exchange in exchanges {
        let share = repeatedShare(of: exchange.operation, in: layer, under: policy)
        if share > 0 { price.backward = price.backward + share * exchange.forward }
      }
      price.offloaded = offloaded(by: layer, under: policy)
      price.saved = saved(by: layer, under: policy) - price.offloaded
      let again = policy == .full ? launchFactor * timing.launch + launchExtra : .zero
      price.forward.sharding = exposed(gathered.forward, behind: price.forward.device)
      price.backward.sharding = exposed(gathered.backward, behind: price.backward.device)
      price.forward = price.forward.flooredByLaunch(
        launchFactor * timing.launch + launchExtra)
      price.backward = price.backward.flooredByLaunch(
        launchFactor * timing.launchBackward + launchExtra + again)
      price.backward.hostCopies = hostCopies(of: price)
      return price
    }
  }

  /// What the copies of a layer's offloaded activations add to its passes; all of it counts with the
  /// backward pass, since a pipeline's time follows from the sum of both.
  func hostCopies(of price: LayerPrice) -> Seconds {
    guard price.offloaded > .zero else { return .zero }
    return HostCopies(operators.device).exposed(
      price.offloaded, forward: price.forward.total, backward: price.backward.total)
  }

  /// The share of an operator's forward pass that runs again in the backward pass.
  func repeatedShare(
    of operation: Operator, in layer: Layer, under policy: RecomputePolicy
  ) -> Double {
    let share = policy.share(of: operation)
    let isSkipped = timing.stopsRecomputeEarly && share == 1 && operation == layer.lastProduct
    return isSkipped ? 0 : share
  }

  /// What tensor ranks and experts add to the host's time for one pass of a layer.
  private func launchExtra(of layer: Layer) -> Seconds {
    let experts = layer.operators.contains(where: \.isRouted)
    let isUnfused = layer.operators.contains { operation in
      guard case .attention(let attention) = operation.work, !attention.fused else { return false }
      return !(shape.microBatchSize * attention.heads / shape.tensor).isMultiple(of: 4)
    }
    return Double(shape.tensor).log2 * timing.launchTensor
      + (experts ? timing.launchExperts : .zero)
      + (isUnfused ? timing.launchUnfusedSoftmax : .zero)
  }

  var tokens: Double { shape.tokens(workload) }

  // MARK: Weights

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

  private func exchanges(
    of layer: Layer, forward: Seconds, backward: Seconds
  ) -> [Exchange] {
    layer.blocks.flatMap { block in
      [tensorExchange(of: block)].compactMap(\.self)
        + block.operators.compactMap { exchange(of: $0, forward: forward, backward: backward) }
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

  /// What stays visible of one pass's exchanges between tensor ranks, or of those that are repeated
  /// under a policy.
  func tensorExchangeTime(
    of layer: Layer, repeatedUnder policy: RecomputePolicy? = nil
  ) -> Seconds {
    layer.blocks.compactMap(tensorExchange).reduce(.zero) { sum, exchange in
      let share = policy.map { repeatedShare(of: exchange.operation, in: layer, under: $0) } ?? 1
      return sum + share * exchange.forward.tensor
    }
  }

  /// What stays visible of adding up a micro-batch's hidden states over the tensor ranks.
  var tensorReduction: Seconds {
    let states = Bytes(tokens * Double(hiddenSize) * storedBytes)
    return timing.tensorExposed * collectives.allReduce(states, over: shape.tensorLinks)
  }

  /// - Parameters:
  ///   - forward: the layer's computation, behind which an exchange may hide.
  ///   - backward: the same of the backward pass.
  private func exchange(
    of operation: Operator, forward: Seconds, backward: Seconds
  ) -> Exchange? {
    switch operation.work {
    case .attention(let attention) where shape.context > 1:
      let (once, twice) = contextExchange(attention, partition: operation.partition)
      return Exchange(
        operation: operation, forward: PassTime(context: once + twice),
        backward: PassTime(context: once + 2 * twice))
    case .scan(let scan) where shape.context > 1:
      // Every rank needs the states that all ranks before it end with, in single precision.
      let states = Double(scan.heads * scan.keySize * scan.valueSize) / Double(shape.tensor)
      let time = PassTime(
        context: collectives.allGather(
          Bytes(4 * states * Double(shape.context)), over: shape.contextLinks))
      return Exchange(operation: operation, forward: time, backward: time)
    case .experts(let experts) where shape.expert * shape.expertTensor > 1:
      let exchange = expertExchange(experts)
      return Exchange(
        operation: operation, forward: PassTime(expert: visible(exchange, behind: forward)),
        backward: PassTime(expert: visible(exchange, behind: backward)))
    default: return nil
    }
  }

  /// Dispatch and combine, one pass: an all-to-all of each rank's own rows either way, and, where
  /// experts are cut, the gathering of rows before them and the reduce-scatter after.
  ///
  /// Where a token is sent once to a node, exchanges grow with the ranks and the domains that its
  /// experts lie in; else with the load of the fullest rank.
  func expertExchange(_ experts: ExpertsShape) -> ExpertExchange {
    let rows = Bytes(operators.expertRows(experts) * Double(experts.inputs) * storedBytes)
    let own = rows / Double(shape.expertTensor)
    let links = shape.expertLinks
    let use = shape.use(of: experts, workload)
    let inside =
      2 * collectives.allToAll(own, inside: links)
      + collectives.allReduce(rows, over: shape.expertTensorLinks)
    guard timing.sendsOncePerNode else {
      return ExpertExchange(
        inside: use.imbalance * inside,
        between: use.imbalance * (2 * collectives.allToAll(own, between: links)))
    }
    // The share of a token's copies that cross the network: one to each domain.
    let copies = min(1, use.domains / Double(experts.perToken))
    let chance = ExpertTimes.parts(reachedBy: experts.perToken, of: links.members)
    return ExpertExchange(
      inside: use.ranks / chance * inside,
      between: 2 * collectives.allToAll(copies * own, between: links))
  }

  /// What remains visible of dispatch and combination: the network's part hides behind computation
  /// where the stack lets another micro-batch run meanwhile, all but a twentieth.
  func visible(_ exchange: ExpertExchange, behind computation: Seconds) -> Seconds {
    let between = max(
      0.05 * exchange.between, exchange.between - timing.expertHidden * computation)
    return timing.expertExposed * max(exchange.inside, between)
  }

  /// Dispatch and combine, inside domains and between them, at once.
  struct ExpertExchange {
    var inside: Seconds
    var between: Seconds
  }

  /// What attention exchanges between the ranks that share a sequence: what the backward pass repeats
  /// once, and what it does twice.
  ///
  /// Ring: keys and values of every other rank pass by, mostly behind computation, and their gradients
  /// beside them on the way back. All-gather: the same data at once. All-to-all: queries, keys, values
  /// and outputs change from a segment of the sequence to a share of the heads, and back; so do their
  /// gradients. Hierarchical: all-to-all between neighbours, whose shares of heads hold as many bytes as
  /// their segments did, then a ring.
  private func contextExchange(
    _ attention: AttentionShape, partition: Partition
  ) -> (once: Seconds, twice: Seconds) {
    guard let method = shape.contextMethod else { return (.zero, .zero) }
    let cut = partition == .replicated ? 1 : Double(shape.tensor)
    let groups = max(1, Double(attention.keyValueHeads) / cut)
    let heads = Double(attention.heads) / cut
    let pair = Double(attention.queryKeySize + attention.valueSize)
    let keysAndValues = Bytes(tokens * groups * pair * storedBytes)
    let all = Bytes(tokens * heads * pair * storedBytes) + keysAndValues
    func ring(over links: GroupLinks) -> Seconds {
      let step = collectives.send(keysAndValues, over: links)
      return timing.contextExposed * Double(shape.contextBlocks - 1) * step
    }
    switch method {
    case .ring: return (.zero, ring(over: shape.contextLinks))
    case .allGather:
      let gathered = Double(shape.context) * keysAndValues
      return (.zero, collectives.allGather(gathered, over: shape.contextLinks))
    case .allToAll: return (collectives.allToAll(all, over: shape.contextLinks), .zero)
    case .hierarchical:
      guard let hierarchy = shape.hierarchy else { return (.zero, .zero) }
      return (
        collectives.allToAll(all, over: hierarchy.exchange), ring(over: hierarchy.ring)
      )
    }
  }

  /// The gathering of a layer's weights, in the forward pass or in both, and the reduction of its
  /// gradients, where layers do so; where several groups hold the weights, they add up the gradients of
  /// their shards.
  func gathering(of weights: HeldWeights) -> (forward: Seconds, backward: Seconds) {
    guard shape.shardedOver > 1 else { return (.zero, .zero) }
    let bytes = Bytes(weights.total * storedBytes)
    let gather = collectives.allGather(bytes, over: shape.shardingLinks)
    let reduce = collectives.reduceScatter(
      Bytes(weights.total * timing.gradientBytes), over: shape.shardingLinks)
    let again = shape.keepsGathered ? .zero : gather
    guard shape.stateReplicas > 1 else { return (gather, again + reduce) }
    let shard = Bytes(weights.total * timing.gradientBytes / Double(shape.shardedOver))
    let sum = collectives.allReduce(shard, over: shape.stateReplicaLinks)
    return (gather, again + reduce + sum)
  }

  /// What stays visible of a prefetched gathering: what outlasts the computation, and a share of
  /// the rest that slows it.
  func exposed(_ exchange: Seconds, behind computation: Seconds) -> Seconds {
    (exchange - computation).orZero + timing.shardingExposed * min(exchange, computation)
  }
}

extension Layer {
  /// The product whose output leaves the layer, which no backward pass reads; `nil` where routed experts
  /// come last.
  fileprivate var lastProduct: Operator? {
    for operation in operators.reversed() {
      switch operation.work {
      case .projection: return operation
      case .experts: return nil
      default: continue
      }
    }
    return nil
  }
}
