import CostModel
import InputFiles

/// A placement of experts as a document: what was chosen, how good it is, and the proof.
public struct PlacedExperts: Sendable {
  /// The layers with experts, by their numbers in the model.
  public let layers: [Int]
  public let experts: Int
  public let hierarchy: GPUHierarchy
  /// For each layer, the expert of each slot; −1 where a slot is empty. Slots are numbered GPU by GPU.
  public let slots: [[Int]]
  /// What was made small.
  public let objective: PlacementObjective
  /// What the objective is worth in each layer (for hops, at each boundary), and with the experts in
  /// their order; there the list is empty where the order leaves GPUs unequal slots.
  public let byLayer: [Double]
  public let byLayerInOrder: [Double]
  public let value: Double
  /// What experts in their order would have.
  public let valueInOrder: Double?
  public let bound: Double
  /// The proof of the bound of hops and destinations.
  public let levels: [HopCertificate.Level]
  /// What seconds are counted by, where they are the objective.
  public let times: ExpertTimes?
  /// Whether destinations are the least that counts of pairs leave, and not those of known tokens.
  public let countsPairs: Bool

  /// (value − bound) / value.
  public var gap: Double { value > 0 ? (value - bound) / value : 0 }

  private init(
    _ objective: PlacementObjective, layers: [Int], experts: Int, on hierarchy: GPUHierarchy,
    slots: [[Int]], byLayer: [Double], inOrder: [Double], value: Double, valueInOrder: Double?,
    bound: Double, levels: [HopCertificate.Level] = [], times: ExpertTimes? = nil,
    countsPairs: Bool = false
  ) {
    self.objective = objective
    self.layers = layers
    self.experts = experts
    self.hierarchy = hierarchy
    self.slots = slots
    self.byLayer = byLayer
    byLayerInOrder = inOrder
    self.value = value
    self.valueInOrder = valueInOrder
    self.bound = min(value, bound)
    self.levels = levels
    self.times = times
    self.countsPairs = countsPairs
  }

  /// A placement of least hops.
  public init(
    _ assignment: ExpertAssignment, layers: [Int], of transitions: ExpertTransitions,
    on hierarchy: GPUHierarchy, certificate: HopCertificate
  ) {
    let linear = assignment.linear(on: hierarchy)
    func hops(_ assignment: ExpertAssignment) -> [Double] {
      transitions.counts.indices.map { boundary in
        transitions.hops(assignment, on: hierarchy, boundary: boundary)
          / max(1e-300, transitions.counts[boundary].reduce(0, +))
      }
    }
    self.init(
      .hop, layers: layers, experts: assignment.experts, on: hierarchy,
      slots: assignment.slots(gpus: hierarchy.gpus), byLayer: hops(assignment),
      inOrder: hops(linear), value: transitions.meanHop(assignment, on: hierarchy),
      valueInOrder: transitions.meanHop(linear, on: hierarchy), bound: certificate.meanHop,
      levels: certificate.levels)
  }

  /// A placement of balanced replicas.
  public init(
    _ placement: ReplicaPlacement, layers: [Int], of loads: ExpertLoads,
    on hierarchy: GPUHierarchy
  ) {
    let linear =
      loads.experts.isMultiple(of: hierarchy.gpus)
      ? ReplicaPlacement(
        gpus: hierarchy.gpus, layers: placement.layers.map { _ in Array(0..<loads.experts) })
      : nil
    self.init(
      .load, layers: layers, experts: loads.experts, on: hierarchy, slots: placement.layers,
      byLayer: placement.worstImbalances(loads), inOrder: linear?.worstImbalances(loads) ?? [],
      value: placement.worstImbalance(loads), valueInOrder: linear?.worstImbalance(loads),
      bound: LoadBound.worstImbalance(loads, slots: placement.slots, gpus: placement.gpus))
  }

  /// A placement of least dispatch.
  public init(
    _ assignment: ExpertAssignment, layers: [Int], of routes: some TokenChoices,
    on hierarchy: GPUHierarchy
  ) {
    let linear = assignment.linear(on: hierarchy)
    let bounds = hierarchy.partLevels.map { DispatchBound(routes, parts: $0.parts) }
    func dispatch(_ assignment: ExpertAssignment) -> [Double] {
      (0..<routes.layers).map { routes.meanDispatch(assignment, on: hierarchy, layer: $0) }
    }
    self.init(
      .dispatch, layers: layers, experts: assignment.experts, on: hierarchy,
      slots: assignment.slots(gpus: hierarchy.gpus), byLayer: dispatch(assignment),
      inOrder: dispatch(linear), value: routes.meanDispatch(assignment, on: hierarchy),
      valueInOrder: routes.meanDispatch(linear, on: hierarchy),
      bound: zip(hierarchy.partLevels, bounds).reduce(0) { $0 + $1.0.cost * $1.1.mean },
      levels: zip(hierarchy.partLevels, bounds).map { level, bound in
        bound.level(parts: level.parts, cost: level.cost)
      }, countsPairs: routes.known.arePairs)
  }

  /// A placement of least time.
  public init(
    _ assignment: ExpertAssignment, layers: [Int], of routes: some TokenChoices,
    on hierarchy: GPUHierarchy, _ times: ExpertTimes
  ) {
    let linear = assignment.linear(on: hierarchy)
    let loads = routes.load
    let gpus = DispatchBound(routes, parts: hierarchy.gpus)
    let nodes = DispatchBound(routes, parts: hierarchy.nodes)
    let slots = assignment.slots(gpus: hierarchy.gpus)
    func seconds(_ assignment: ExpertAssignment) -> [Double] {
      (0..<routes.layers).map {
        routes.time(assignment, on: hierarchy, layer: $0, loads: loads[$0], times).value
      }
    }
    let least = (0..<routes.layers).reduce(0.0) { sum, layer in
      let imbalance = LoadBound.imbalance(
        loads: loads[layer], slots: slots[layer].count, gpus: hierarchy.gpus)
      return sum
        + times.time(imbalance: imbalance, gpus: gpus.layers[layer], nodes: nodes.layers[layer])
        .value
    }
    let (own, inOrder) = (seconds(assignment), seconds(linear))
    self.init(
      .time, layers: layers, experts: assignment.experts, on: hierarchy, slots: slots,
      byLayer: own, inOrder: inOrder, value: own.reduce(0, +),
      valueInOrder: inOrder.reduce(0, +), bound: least * (1 - 1e-12),
      levels: [
        gpus.level(parts: hierarchy.gpus, cost: times.perGPU.value),
        nodes.level(parts: hierarchy.nodes, cost: times.perNode.value),
      ], times: times, countsPairs: routes.known.arePairs)
  }
}

extension ExpertAssignment {
  /// Experts in their order, as many layers of them.
  fileprivate func linear(on hierarchy: GPUHierarchy) -> ExpertAssignment {
    .linear(layers: layers, experts: experts, gpus: hierarchy.gpus)
  }

  /// The expert of each slot, GPU by GPU; −1 where a slot is empty.
  func slots(gpus: Int) -> [[Int]] {
    let room = (experts + gpus - 1) / gpus
    return (0..<layers).map { layer in
      expertsByGPU(layer: layer, gpus: gpus).flatMap { members in
        members + [Int](repeating: -1, count: room - members.count)
      }
    }
  }
}

extension DispatchBound {
  /// The proof for one number of parts, in the document's form.
  fileprivate func level(parts: Int, cost: Double) -> HopCertificate.Level {
    HopCertificate.Level(
      parts: parts, cost: cost, factors: [], across: [], within: programs, bound: mean)
  }
}
