/// The search for a placement of least hops, in the form that its methods work on.
///
/// Every GPU has as many slots as every other; a slot that is left empty is an expert that no token
/// visits. So a placement is one expert in every slot, and every move is a swap.
struct HopProblem: Sendable {
  let hierarchy: GPUHierarchy
  let layers: Int
  /// Experts in a layer, those that fill empty slots among them: `gpus × slotsPerGPU`.
  let slots: Int
  let slotsPerGPU: Int
  /// Experts in a layer that exist.
  let experts: Int
  /// For each boundary, slots × slots: the tokens from an expert (row) to the next layer's.
  let forward: [Float]
  /// The transposes of `forward`.
  let backward: [Float]
  /// The tokens that go over a boundary, on average.
  let tokens: Double
  /// What all hops would cost if every one were of the dearest kind.
  let ceiling: Double

  var gpus: Int { hierarchy.gpus }

  /// - Precondition: the experts of a layer have room on the GPUs.
  init(_ transitions: ExpertTransitions, on hierarchy: GPUHierarchy) {
    let experts = transitions.experts
    let slotsPerGPU = (experts + hierarchy.gpus - 1) / hierarchy.gpus
    let slots = slotsPerGPU * hierarchy.gpus
    var forward = [Float](repeating: 0, count: transitions.counts.count * slots * slots)
    var backward = forward
    for (boundary, counts) in transitions.counts.enumerated() {
      let base = boundary * slots * slots
      for from in 0..<experts {
        for to in 0..<experts {
          let count = Float(counts[from * experts + to])
          forward[base + from * slots + to] = count
          backward[base + to * slots + from] = count
        }
      }
    }
    self.hierarchy = hierarchy
    self.layers = transitions.layers
    self.slots = slots
    self.slotsPerGPU = slotsPerGPU
    self.experts = experts
    self.forward = forward
    self.backward = backward
    self.tokens = transitions.total / Double(max(1, transitions.counts.count))
    self.ceiling = transitions.total * hierarchy.dearestHop
  }

  /// What a token saves that goes from one GPU to another, against the dearest hop.
  func saving(_ one: Int, _ other: Int) -> Float {
    Float(hierarchy.dearestHop - hierarchy.hop(from: one, to: other))
  }

  /// Experts in their order.
  var linear: [Int32] {
    (0..<layers).flatMap { _ in (0..<slots).map { Int32($0 / slotsPerGPU) } }
  }

  /// The placement without the experts that fill empty slots.
  func assignment(_ gpus: [Int32]) -> ExpertAssignment {
    ExpertAssignment(
      experts: experts,
      gpus: (0..<layers).flatMap { gpus[($0 * slots)..<($0 * slots + experts)] })
  }
}
