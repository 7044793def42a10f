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
  /// The kinds of part that a hop may stay in, the smallest first, and what that saves.
  let levels: [Level]
  /// Parts of all levels together.
  let rows: Int

  /// GPUs, nodes, or racks.
  struct Level: Sendable {
    let parts: Int
    let gpusPerPart: Int
    /// What a token saves that stays in its part, beyond what the larger parts save.
    let saving: Float
    /// The parts of the levels before.
    let firstRow: Int

    @inline(__always)
    func row(of gpu: Int) -> Int { firstRow + gpu / gpusPerPart }
  }

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
    var (levels, rows) = ([Level](), 0)
    for level in hierarchy.partLevels {
      levels.append(
        Level(
          parts: level.parts, gpusPerPart: hierarchy.gpus / level.parts,
          saving: Float(level.cost), firstRow: rows))
      rows += level.parts
    }
    self.levels = levels
    self.rows = rows
  }

  /// What a token saves that goes from one GPU to another, against the dearest hop.
  func saving(_ one: Int, _ other: Int) -> Float {
    levels.reduce(0) { $1.row(of: one) == $1.row(of: other) ? $0 + $1.saving : $0 }
  }

  /// What each expert saves on each GPU, `[gpu · slots + expert]`, by the tokens that it keeps in each
  /// part, `[row · slots + expert]`.
  func savings(_ kept: UnsafeBufferPointer<Float>) -> [Float] {
    var savings = [Float](repeating: 0, count: gpus * slots)
    for level in levels where level.saving > 0 {
      for gpu in 0..<gpus {
        let row = level.row(of: gpu) * slots
        for expert in 0..<slots {
          savings[gpu * slots + expert] += level.saving * kept[row + expert]
        }
      }
    }
    return savings
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
