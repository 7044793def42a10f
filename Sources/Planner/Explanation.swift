import ClusterTopology
import CostModel
import LaunchPlan
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities

// Why no plan fits, and the nearest changes with which one does.

/// Explains an empty space, or a space in which no frame fits in memory.
func explain(_ request: PlanRequest, model: CostModel, space: SearchSpace) -> Infeasibility {
  let pricer = FramePricer(model)
  guard let nearest = LeastMemoryNeed.least(in: space, pricer: pricer) else {
    return emptySpace(request, model: model)
  }
  let prices = pricer.prices(of: nearest.frame)
  let memory = prices.memory(rank: nearest.rank, split: nearest.split)
  let degrees = nearest.frame.degrees
  let inFlight = prices.inFlight[nearest.rank][0][0]
  let device = prices.device(ofStage: nearest.rank)
  let capacity = device.memory
  let host = prices.hostCapacity(rank: nearest.rank)
  let clash = Clash(
    request, memory: "memory of \(device.name): \(capacity)",
    host: "the hosts' memory: \(Bytes(host)) a device", fits: { need($0) != nil }
  ).limits
  if memory.host.value / host > memory.peak / capacity {
    return Infeasibility(
      summary:
        "stage \(nearest.rank) keeps \(memory.host) of \(request.workload.hostContents) a device in its "
        + "host's memory, of which each has \(Bytes(host))",
      need: memory.host, capacity: Bytes(host), stage: nearest.rank,
      // What they need of the devices says nothing here.
      remedies: remedies(request, nearest: .infinity).map {
        Infeasibility.Remedy(sentence: $0.sentence, change: $0.change)
      },
      bindingLimits: clash)
  }
  return Infeasibility(
    summary:
      "stage \(nearest.rank) needs \(memory.peak) of \(capacity) on each \(device.name)",
    need: memory.peak, capacity: capacity, stage: nearest.rank,
    parts: [
      Infeasibility.Part(
        name: "state", bytes: memory.weights + memory.gradients + memory.optimizer,
        reason: "weights, gradients and optimiser state (\(degrees.phrase), "
          + nearest.frame.sharding.phrase
          + (nearest.frame.stateReplicas > 1 ? " in \(nearest.frame.stateReplicas) groups" : "")
          + ")"),
      Infeasibility.Part(
        name: "activations", bytes: memory.activations,
        reason: "\(inFlight) micro-\(inFlight == 1 ? "batch" : "batches") in flight of "
          + "\(nearest.frame.microBatchSize) × \(model.workload.sequenceLength.grouped) tokens "
          + "(\(model.words(nearest.split.recompute[nearest.rank])))"),
      Infeasibility.Part(
        name: "transient", bytes: memory.transient,
        reason: "logits, gathered inputs and the layer being recomputed"),
      Infeasibility.Part(
        name: "reserve", bytes: memory.reserve, reason: "the framework and its allocator"),
    ],
    remedies: remedies(request, nearest: memory.peak),
    bindingLimits: clash)
}

/// No frame obeys the rules of the space, most often because of pins.
private func emptySpace(_ request: PlanRequest, model: CostModel) -> Infeasibility {
  let pins = request.pins.given
  let runnable = model.stack.capabilities.schedules
  if let schedule = request.pins.schedule, !runnable.contains(schedule) {
    return Infeasibility(
      summary: "\(model.stack.identity) cannot run --schedule \(schedule), but runs "
        + runnable.sorted().joined(separator: ", "),
      remedies: remedies(request, nearest: .infinity), bindingLimits: ["--schedule \(schedule)"])
  }
  let given = pins.map(\.sentence).joined(separator: ", ")
  let measured =
    model.measuredLayers.map { "; the model's profiles tell of \($0.coverage)" } ?? ""
  return Infeasibility(
    summary: pins.isEmpty
      ? "no way to split \(model.cluster.deviceCount.grouped) devices suits a global batch of "
        + "\(model.workload.globalBatch.grouped) sequences and the model's dimensions\(measured)"
      : "no layout obeys what was pinned (\(given)) on \(model.cluster.deviceCount.grouped) devices "
        + "with a global batch of \(model.workload.globalBatch.grouped) sequences\(measured)",
    remedies: remedies(request, nearest: .infinity),
    bindingLimits: pins.isEmpty
      ? []
      : Clash(
        request, memory: "the devices' memory", host: "the hosts' memory", fits: { need($0) != nil }
      ).limits)
}

/// Changes after which some plan fits, each tried; the smallest change of each kind.
private func remedies(_ request: PlanRequest, nearest: Bytes) -> [Infeasibility.Remedy] {
  var remedies: [Infeasibility.Remedy] = []
  for pin in request.pins.given {
    var changed = request
    changed.pins = pin.removed(request.pins)
    if let need = need(changed) {
      remedies.append(
        Infeasibility.Remedy(
          sentence: "without \(pin.sentence)", change: "remove \(pin.flag)", need: need))
    }
  }
  if let remedy = otherPlace(request) { remedies.append(remedy) }
  if let (nodes, need) = fewestNodes(request) {
    remedies.append(
      Infeasibility.Remedy(nodes: nodes, insteadOf: request.cluster.nodeCount, need: need))
  }
  if let (length, need) = longestSequence(request) {
    remedies.append(
      Infeasibility.Remedy(
        sentence: "sequences of \(length.grouped) tokens", change: "--sequence-length \(length)",
        need: need))
  }
  for stack in Stack.current where stack.identity != request.stack.identity {
    var changed = request
    changed.stack = stack
    if let need = need(changed) {
      remedies.append(
        Infeasibility.Remedy(
          sentence: "\(stack.name), which can shard what \(request.stack.name) cannot",
          change: "--stack \(stack.identity)", need: need))
      break
    }
  }
  if nearest.isFinite {
    remedies.append(
      Infeasibility.Remedy(
        sentence: "accelerators with at least \(nearest)", change: nil, need: nearest))
  }
  return remedies
}

extension Infeasibility.Remedy {
  /// More nodes than there are.
  init(nodes: Int, insteadOf now: Int, need: Bytes? = nil) {
    let more = nodes - now
    self.init(
      sentence: "\(more.grouped) more \(more == 1 ? "node" : "nodes") (\(nodes.grouped) in all)",
      change: "nodes \(nodes)", need: need)
  }
}

/// The optimiser's state in the other memory, where a plan fits then.
private func otherPlace(_ request: PlanRequest) -> Infeasibility.Remedy? {
  let place: OptimizerPlace = request.workload.optimizerPlace == .host ? .device : .host
  guard
    place == .device
      || request.workload.optimizer == .adam && !request.stack.capabilities.hostShardings.isEmpty
  else { return nil }
  var changed = request
  changed.workload.optimizerPlace = place
  return roomiest(changed).map { need, host in
    let devices = request.cluster.nodeGroups.map(\.acceleratorsPerNode).max() ?? 1
    return Infeasibility.Remedy(
      sentence: place == .host
        ? "the optimiser's state in the hosts' memory, up to \(Double(devices) * host) a node, "
          + "for a longer step"
        : "the optimiser's state on the device",
      change: "--optimizer-place \(place.rawValue)", need: need)
  }
}

/// The peak of the roomiest plan of a request; `nil` where none fits.
private func need(_ request: PlanRequest) -> Bytes? { roomiest(request)?.need }

/// The peak of the roomiest plan of a request, and the most that a device of it has in its host's memory;
/// `nil` where none fits.
private func roomiest(_ request: PlanRequest) -> (need: Bytes, host: Bytes)? {
  guard let model = try? request.costModel() else { return nil }
  let pricer = FramePricer(model)
  let space = SearchSpace(model: model, pins: request.pins)
  guard let least = LeastMemoryNeed.least(in: space, pricer: pricer, atMost: 1), least.share <= 1
  else { return nil }
  let prices = pricer.prices(of: least.frame)
  let host = (0..<least.frame.degrees.pipeline).reduce(Bytes.zero) {
    max($0, prices.memory(rank: $1, split: least.split).host)
  }
  return (prices.memory(rank: least.rank, split: least.split).peak, host)
}

/// The fewest nodes of the first group with which a plan fits, up to sixteen times as many.
private func fewestNodes(_ request: PlanRequest) -> (nodes: Int, need: Bytes)? {
  let now = request.cluster.nodeCount
  let step = max(1, now / 8)
  var candidates = Array(stride(from: now + step, through: 2 * now, by: step))
  candidates += [3, 4, 6, 8, 12, 16].map { $0 * now }
  for nodes in candidates {
    guard let cluster = request.cluster.enlarged(by: nodes - now) else { return nil }
    var changed = request
    changed.cluster = cluster
    if let need = need(changed) { return (nodes, need) }
  }
  return nil
}

/// The longest halving of the sequence with which a plan fits.
private func longestSequence(_ request: PlanRequest) -> (length: Int, need: Bytes)? {
  var length = request.workload.sequenceLength / 2
  while length >= 512 {
    var changed = request
    changed.workload.sequenceLength = length
    if let need = need(changed) { return (length, need) }
    length /= 2
  }
  return nil
}

extension ClusterTopology {
  /// The cluster with more nodes in its first group, without what was measured or known of nodes.
  func enlarged(by nodes: Int) -> ClusterTopology? {
    var groups = nodeGroups
    groups[0].nodes += nodes
    groups[0].names = .generated(prefix: groups[0].name, count: groups[0].nodes)
    return try? ClusterTopology(name: name, nodeGroups: groups, fabrics: fabrics)
  }
}

extension CostModel {
  /// What a stage recomputes, or has its host keep, in an explanation.
  fileprivate func words(_ choice: StageRecompute) -> String {
    let policy = policies[choice.policy]
    if choice.fullLayers > 0 { return "every layer recomputed" }
    if !policy.offloaded.isEmpty { return "beside what the hosts keep" }
    return policy.modules.isEmpty ? "nothing recomputed" : "\(policy.name) recomputed"
  }
}

extension ParallelismDegrees {
  /// The degrees above one, as words.
  var phrase: String {
    let all = [
      ("tensor", tensor), ("context", context), ("expert", expert), ("data", data),
      ("pipeline", pipeline),
    ]
    let used = all.filter { $0.1 > 1 }.map { "\($0.0) \($0.1)" }
    return used.isEmpty ? "one device" : used.joined(separator: ", ")
  }
}

extension Sharding {
  var phrase: String {
    switch self {
    case .none: "no sharding"
    case .optimizer: "optimiser state sharded"
    case .gradients: "optimiser state and gradients sharded"
    case .parameters: "everything sharded"
    }
  }
}

extension Pins {
  /// One pin that was given.
  struct Given {
    var sentence: String
    var flag: String
    /// The pins without it.
    var removed: (Pins) -> Pins
  }

  /// The pins that were given, in the order of the flags.
  var given: [Given] {
    var list: [Given] = []
    func add<Value>(
      _ path: WritableKeyPath<Pins, Value?>, _ flag: String, _ text: (Value) -> String
    ) {
      guard let value = self[keyPath: path] else { return }
      list.append(
        Given(sentence: "--\(flag) \(text(value))", flag: "--\(flag)") {
          var pins = $0
          pins[keyPath: path] = nil
          return pins
        })
    }
    let counts: [(WritableKeyPath<Pins, Int?>, String)] = [
      (\.tensor, "tensor"), (\.context, "context"), (\.expert, "expert"),
      (\.expertTensor, "expert-tensor"), (\.data, "data"), (\.pipeline, "pipeline"),
      (\.virtualStages, "virtual-stages"), (\.microBatchSize, "micro-batch-size"),
      (\.stateReplicas, "state-replicas"),
    ]
    for (path, flag) in counts { add(path, flag) { String($0) } }
    add(\.schedule, "schedule") { $0 }
    add(\.sharding, "sharding") { $0.rawValue }
    add(\.contextMethod, "context-method") { $0.rawValue }
    add(\.sequenceParallel, "sequence-parallel") { $0 ? "on" : "off" }
    add(\.rankOrder, "rank-order") { $0.rawValue }
    add(\.recompute, "recompute") { $0.name }
    return list
  }
}
