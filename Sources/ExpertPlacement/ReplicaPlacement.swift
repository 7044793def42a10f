/// Which expert is in each slot of each layer, where experts may have several slots.
///
/// GPU g has the slots from g·s to (g + 1)·s − 1 for s slots a GPU, as SGLang, TensorRT-LLM and vLLM
/// number them.
public struct ReplicaPlacement: Sendable, Hashable {
  public let gpus: Int
  /// For each layer, the expert of each slot.
  public let layers: [[Int]]

  /// - Precondition: as many slots in every layer, equally many on every GPU.
  public init(gpus: Int, layers: [[Int]]) {
    precondition(gpus > 0, "GPUs to place experts on")
    precondition(
      layers.allSatisfy { $0.count == layers[0].count && $0.count.isMultiple(of: gpus) },
      "equally many slots on every GPU")
    self.gpus = gpus
    self.layers = layers
  }

  public var slots: Int { layers.first?.count ?? 0 }
  public var slotsPerGPU: Int { slots / gpus }

  /// The slots that each expert of a layer has.
  public func replicas(layer: Int, experts: Int) -> [Int] {
    var replicas = [Int](repeating: 0, count: experts)
    for expert in layers[layer] { replicas[expert] += 1 }
    return replicas
  }

  /// The load of the fullest GPU relative to the mean, when the tokens of an expert are shared out
  /// evenly among its replicas.
  ///
  ///     max_g Σ_{slots of g} w_e / n_e  /  (Σ_e w_e / G)
  public func imbalance(layer: Int, loads: [Double]) -> Double {
    let replicas = replicas(layer: layer, experts: loads.count)
    var fullest = 0.0
    for gpu in 0..<gpus {
      let own = layers[layer][(gpu * slotsPerGPU)..<((gpu + 1) * slotsPerGPU)]
      fullest = max(fullest, own.reduce(0) { $0 + loads[$1] / Double(replicas[$1]) })
    }
    return fullest * Double(gpus) / loads.reduce(0, +)
  }

  /// The mean over the layers of `imbalance(layer:loads:)`.
  public func imbalance(_ workload: ExpertLoads.Workload) -> Double {
    layers.indices.reduce(0) { $0 + imbalance(layer: $1, loads: workload.layers[$1]) }
      / Double(layers.count)
  }

  /// The imbalance of each layer in the workload that is worst there.
  public func worstImbalances(_ loads: ExpertLoads) -> [Double] {
    layers.indices.map { layer in
      loads.layer(layer).map { imbalance(layer: layer, loads: $0) }.max() ?? 1
    }
  }

  /// The mean over the layers of the imbalance in the workload that is worst there.
  public func worstImbalance(_ loads: ExpertLoads) -> Double {
    worstImbalances(loads).reduce(0, +) / Double(layers.count)
  }

  /// The GPU of each expert, where every expert has one slot.
  public func assignment(experts: Int) -> ExpertAssignment {
    var assignment = ExpertAssignment(
      experts: experts, gpus: [Int32](repeating: 0, count: layers.count * experts))
    for (layer, slots) in layers.enumerated() {
      for (slot, expert) in slots.enumerated() { assignment[layer, expert] = slot / slotsPerGPU }
    }
    return assignment
  }
}
