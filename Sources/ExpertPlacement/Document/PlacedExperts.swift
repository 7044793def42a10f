import InputFiles

/// A placement of experts as a document: what was chosen, how good it is, and the proof.
public struct PlacedExperts: Sendable {
  /// The layers with experts, by their numbers in the model.
  public let layers: [Int]
  public let experts: Int
  public let hierarchy: GPUHierarchy
  /// For each layer, the expert of each slot; −1 where a slot is empty. Slots are numbered GPU by GPU.
  public let slots: [[Int]]
  /// What was made small: `hop`, or `load`.
  public let objective: String
  public let value: Double
  public let bound: Double
  /// The proof of the bound of hops.
  public let certificate: HopCertificate?

  /// A placement of least hops.
  public init(
    _ assignment: ExpertAssignment, layers: [Int], of transitions: ExpertTransitions,
    on hierarchy: GPUHierarchy, certificate: HopCertificate
  ) {
    let room = (assignment.experts + hierarchy.gpus - 1) / hierarchy.gpus
    self.layers = layers
    experts = assignment.experts
    self.hierarchy = hierarchy
    slots = (0..<assignment.layers).map { layer in
      assignment.expertsByGPU(layer: layer, gpus: hierarchy.gpus).flatMap { members in
        members + [Int](repeating: -1, count: room - members.count)
      }
    }
    objective = "hop"
    value = transitions.meanHop(assignment, on: hierarchy)
    bound = min(value, certificate.meanHop)
    self.certificate = certificate
  }

  /// A placement of balanced replicas.
  public init(
    _ placement: ReplicaPlacement, layers: [Int], of loads: ExpertLoads,
    on hierarchy: GPUHierarchy
  ) {
    self.layers = layers
    experts = loads.experts
    self.hierarchy = hierarchy
    slots = placement.layers
    objective = "load"
    value = placement.worstImbalance(loads)
    bound = min(
      value,
      LoadBound.worstImbalance(loads, slots: placement.slots, gpus: placement.gpus))
    certificate = nil
  }

  /// (value − bound) / value.
  public var gap: Double { value > 0 ? (value - bound) / value : 0 }

  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("kind", "expertPlacement"), .init("formatVersion", 1),
      .init("objective", .string(objective)), .init("value", .number(value)),
      .init("bound", .number(bound)), .init("gap", .number(gap)),
      .init("nodes", .integer(hierarchy.nodes)),
      .init("gpusPerNode", .integer(hierarchy.gpusPerNode)),
      .init("hopWithinNode", .number(hierarchy.hopWithinNode)),
      .init("hopBetweenNodes", .number(hierarchy.hopBetweenNodes)),
      .init("experts", .integer(experts)),
      .init("layers", .array(layers.map(JSONValue.integer))),
      .init("slots", .array(slots.map { .array($0.map(JSONValue.integer)) })),
    ]
    if let certificate { members.append(.init("certificate", certificate.json)) }
    return .object(members)
  }
}

extension HopCertificate {
  /// The levels with their vectors and multipliers, as the checker reads them.
  public var json: JSONValue {
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.number)) }
    func programs(_ all: [Multipliers]) -> JSONValue {
      .array(all.map { ["rows": numbers($0.rows), "columns": numbers($0.columns)] })
    }
    return .array(
      levels.map { level in
        [
          "parts": .integer(level.parts), "cost": .number(level.cost),
          "factors": .array(level.factors.map(numbers)), "across": programs(level.across),
          "within": programs(level.within),
        ]
      })
  }
}
