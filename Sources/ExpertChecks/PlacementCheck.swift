import InputFiles

/// Whether a placement of experts is one, is as good as it says, and cannot be better than its bound.
///
/// Everything is worked out again from the routing counts and the document's own numbers, by additions
/// and multiplications; nothing here is shared with the search.
public struct PlacementCheck {
  let nodes: Int
  let gpusPerNode: Int
  let racks: Int
  let hops: (within: Double, between: Double, betweenRacks: Double)
  let seconds: SecondsByCause
  let experts: Int
  let slots: [[Int]]
  let levels: [CertificateLevel]
  let routing: RoutingCounts
  private let objective: String
  private let value: Double
  private let valueInOrder: Double?
  private let bound: Double
  private let layers: [Int]

  var gpus: Int { nodes * gpusPerNode }

  /// What the experts of a layer take, by the load of the fullest GPU and the destinations of a token.
  struct SecondsByCause {
    var (perLoad, perGPU, perNode) = (0.0, 0.0, 0.0)
  }

  /// - Parameters:
  ///   - placement: a document of kind `expertPlacement`, or a plan's `expertPlacement.placement`.
  ///   - file: the document's.
  ///   - routing: the files that it was made for.
  /// - Throws: what cannot be read.
  public init(
    placement root: JSONNode, file: String, routing: [TextFile]
  ) throws(InputFaults) {
    let log = FaultLog(file: file)
    func member<Value>(_ key: String, _ shape: JSONShape<Value>, _ fallback: Value) -> Value {
      guard let node = root[key] else {
        log.error(at: root, "\(root.subject) needs the key '\(key)'")
        return fallback
      }
      return shape.read(node, log) ?? fallback
    }
    nodes = member("nodes", .integer(.between(1, 1_000_000)), 1)
    gpusPerNode = member("gpusPerNode", .integer(.between(1, 1_000_000)), 1)
    let within = member("hopWithinNode", .number(.atLeast(0)), 0)
    let between = member("hopBetweenNodes", .number(.atLeast(within)), within)
    let parts = nodes
    let racks =
      root["racks"].flatMap { JSONShape.integer(.between(1, parts)).read($0, log) } ?? 1
    self.racks = racks
    hops = (
      within, between,
      racks > 1 ? member("hopBetweenRacks", .number(.atLeast(between)), between) : between
    )
    if nodes % racks > 0 {
      log.error(at: root, "\(root.subject) has \(nodes) nodes in \(racks) racks")
    }
    experts = member("experts", .integer(.between(1, 1_024)), 1)
    slots = member("slots", .array(of: .array(of: .integer(.atLeast(-1)))), [])
    objective = member(
      "objective", .name(among: ["hop", "dispatch", "load", "time"], of: "objective"), "hop")
    value = member("value", .number(.atLeast(0)), 0)
    valueInOrder = root["valueInOrder"].flatMap { JSONShape.number(.atLeast(0)).read($0, log) }
    bound = member("bound", .number(.atLeast(0)), 0)
    layers = member("layers", .array(of: .integer(.atLeast(0))), [])
    var seconds = SecondsByCause()
    if objective == "time", let node = root["seconds"] {
      for (key, path) in [
        ("perLoad", \SecondsByCause.perLoad), ("perGPU", \.perGPU), ("perNode", \.perNode),
      ] {
        seconds[keyPath: path] =
          node[key].flatMap { JSONShape.number(.atLeast(0)).read($0, log) } ?? 0
      }
    }
    self.seconds = seconds
    levels =
      root["certificate"].flatMap { node in
        JSONShape<[CertificateLevel]>.array(of: CertificateLevel.shape).read(node, log)
      } ?? []
    try log.throwIfFaulty()
    self.routing = try RoutingCounts(routing, experts: experts)
  }

  /// What does not hold; nothing where all does.
  public func findings() -> [PlacementFinding] {
    let faults = slotFindings()
    if !faults.isEmpty { return faults }
    var findings: [PlacementFinding] = []
    let actual = measure(slots)
    if abs(actual - value) > 1e-9 * max(1e-9, actual) {
      findings.append(.init("value is \(value), but the placement's is \(actual)"))
    }
    if let valueInOrder, experts.isMultiple(of: gpus) {
      let inOrder = measure(slots.map { _ in Array(0..<experts) })
      if abs(inOrder - valueInOrder) > 1e-9 * max(1e-9, inOrder) {
        findings.append(
          .init("valueInOrder is \(valueInOrder), but experts in their order have \(inOrder)"))
      }
    }
    let proven = provenBound()
    if bound > proven + 1e-9 * max(1e-9, proven) {
      findings.append(
        .init(isCertificate: true, "bound is \(bound), but only \(proven) is proven"))
    }
    return findings
  }

  private func measure(_ slots: [[Int]]) -> Double {
    switch objective {
    case "hop": meanHop(slots)
    case "dispatch": meanDispatch(slots)
    case "time": allSeconds(slots)
    default: meanImbalance(slots)
    }
  }

  private func provenBound() -> Double {
    switch objective {
    case "hop": provenHop()
    case "dispatch": provenDispatch()
    case "time": provenSeconds()
    default: provenImbalance()
    }
  }

  private func slotFindings() -> [PlacementFinding] {
    var findings: [PlacementFinding] = []
    if let routed = routing.layers, layers != routed {
      findings.append(.init("layers is not what the routing has"))
    }
    for load in routing.loads where slots.count != load.count || layers.count != load.count {
      findings.append(.init("\(slots.count) layers are placed of \(load.count)"))
    }
    if objective == "hop", routing.transitions.count + 1 != slots.count {
      findings.append(.init("the routing has no transitions between the layers placed"))
    }
    if ["dispatch", "time"].contains(objective), routing.traces.isEmpty,
      routing.pairs?.counts.count != slots.count
    {
      findings.append(
        .init("the routing does not have the experts of every token, or pairs of them"))
    }
    for (layer, row) in slots.enumerated() {
      if row.isEmpty || !row.count.isMultiple(of: gpus) {
        findings.append(.init("slots[\(layer)] has \(row.count) slots on \(gpus) GPUs"))
      }
      var copies = [Int](repeating: 0, count: experts)
      for expert in row where expert >= 0 {
        if expert < experts {
          copies[expert] += 1
        } else {
          findings.append(.init("slots[\(layer)] has expert \(expert) of \(experts)"))
        }
      }
      if let lost = copies.firstIndex(of: 0) {
        findings.append(.init("slots[\(layer)] leaves expert \(lost) without a slot"))
      }
      if objective != "load", let twice = copies.firstIndex(where: { $0 > 1 }) {
        findings.append(.init("slots[\(layer)] has expert \(twice) more than once"))
      }
      // The bound is about GPUs with as many slots as the experts need, and no more.
      if objective != "load", row.count != (experts + gpus - 1) / gpus * gpus {
        findings.append(.init("slots[\(layer)] has more slots than experts need"))
      }
    }
    return findings
  }

  /// How the tokens of each layer use the GPUs: the fullest one's load over the mean in the workload where
  /// that is most, and, where the experts of every token are known, its GPUs and nodes.
  ///
  /// - Parameter inOrder: with the experts in their order rather than as placed.
  /// - Returns: nothing where the slots are not a placement.
  public func uses(
    inOrder: Bool
  ) -> [(layer: Int, imbalance: Double, destinations: (gpus: Double, nodes: Double)?)] {
    guard slotFindings().isEmpty, !inOrder || experts.isMultiple(of: gpus) else { return [] }
    return layers.indices.map { index in
      let slots = inOrder ? Array(0..<experts) : slots[index]
      let gpuOf = gpuOfExpert(slots)
      let destinations =
        objective == "time"
        ? (
          destinations(gpuOf, layer: index, gpusPerPart: 1),
          destinations(gpuOf, layer: index, gpusPerPart: gpusPerNode)
        ) : nil
      return (
        layers[index], routing.loads.map { imbalance(slots, loads: $0[index]) }.max() ?? 1,
        destinations
      )
    }
  }

  /// The GPU of each expert that has one slot.
  func gpuOfExpert(_ slots: [Int]) -> [Int] {
    var places = [Int](repeating: 0, count: experts)
    let room = slots.count / gpus
    for (slot, expert) in slots.enumerated() where expert >= 0 { places[expert] = slot / room }
    return places
  }

  /// The kinds of part that a hop or a destination may differ in, with what that costs.
  var expectedLevels: [(parts: Int, cost: Double)] {
    let dearest = racks > 1 ? hops.betweenRacks : hops.between
    if nodes == 1 || hops.within == dearest {
      return [(gpus, gpus == 1 ? 0 : nodes == 1 ? hops.within : dearest)]
    }
    let near = [(gpus, hops.within), (nodes, hops.between - hops.within)]
    return dearest > hops.between ? near + [(racks, dearest - hops.between)] : near
  }

  /// The certificate's levels, where they are about these parts and costs.
  func levels(_ expected: [(parts: Int, cost: Double)]) -> [CertificateLevel]? {
    let agree =
      levels.count == expected.count
      && zip(levels, expected).allSatisfy {
        $0.parts == $1.parts && abs($0.cost - $1.cost) < 1e-12
      }
    return agree ? levels : nil
  }
}
