import InputFiles

/// Whether a placement of experts is one, is as good as it says, and cannot be better than its bound.
///
/// Everything is worked out again from the routing counts and the document's own numbers, by additions
/// and multiplications; nothing here is shared with the search.
public struct PlacementCheck {
  private let nodes: Int
  private let gpusPerNode: Int
  private let hops: (within: Double, between: Double)
  private let experts: Int
  private let slots: [[Int]]
  private let objective: String
  private let value: Double
  private let bound: Double
  private let layers: [Int]
  private let routedLayers: [Int]
  private let levels: [CertificateLevel]
  private let load: [[Double]]
  private let transitions: [NumberMatrix]

  private var gpus: Int { nodes * gpusPerNode }

  /// - Parameters:
  ///   - placement: a document of kind `expertPlacement`.
  ///   - routing: the document of kind `routing` that it was made for.
  /// - Throws: what cannot be read.
  public init(placement: JSONDocument, routing: JSONDocument) throws(InputFaults) {
    let root = placement.root
    let log = FaultLog(file: placement.file)
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
    hops = (within, member("hopBetweenNodes", .number(.atLeast(within)), within))
    experts = member("experts", .integer(.between(1, 1_024)), 1)
    slots = member("slots", .array(of: .array(of: .integer(.atLeast(-1)))), [])
    objective = member("objective", .name(among: ["hop", "load"], of: "objective"), "hop")
    value = member("value", .number(.atLeast(0)), 0)
    bound = member("bound", .number(.atLeast(0)), 0)
    let numbers = JSONShape<[Int]>.array(of: .integer(.atLeast(0)))
    layers = member("layers", numbers, [])
    levels =
      root["certificate"].flatMap { node in
        JSONShape<[CertificateLevel]>.array(of: CertificateLevel.shape).read(node, log)
      } ?? []
    try log.throwIfFaulty()
    let routingLog = FaultLog(file: routing.file)
    func routed<Value>(_ key: String, _ shape: JSONShape<Value>) -> Value? {
      routing.root[key].flatMap { shape.read($0, routingLog) }
    }
    routedLayers = routed("layers", numbers) ?? []
    let row = JSONShape<[Double]>.numbers(.atLeast(0), count: .exactly(experts))
    load = routed("load", .array(of: row)) ?? []
    let matrix = JSONShape<NumberMatrix>.matrix(
      .atLeast(0), rows: .exactly(experts), columns: .exactly(experts))
    transitions = routed("transitions", .array(of: matrix)) ?? []
    try routingLog.throwIfFaulty()
  }

  /// What does not hold; nothing where all does.
  public func findings() -> [PlacementFinding] {
    let faults = slotFindings()
    if !faults.isEmpty { return faults }
    var findings: [PlacementFinding] = []
    let actual = objective == "hop" ? meanHop() : meanImbalance()
    if abs(actual - value) > 1e-9 * max(1, actual) {
      findings.append(.init("value is \(value), but the placement's is \(actual)"))
    }
    let proven = objective == "hop" ? provenHop() : provenImbalance()
    if bound > proven + 1e-9 * max(1, proven) {
      findings.append(
        .init(isCertificate: true, "bound is \(bound), but only \(proven) is proven"))
    }
    return findings
  }

  private func slotFindings() -> [PlacementFinding] {
    var findings: [PlacementFinding] = []
    if layers != routedLayers {
      findings.append(.init("layers is not what the routing has"))
    }
    if slots.count != load.count {
      findings.append(.init("\(slots.count) layers are placed of \(load.count)"))
    }
    if objective == "hop", transitions.count + 1 != slots.count {
      findings.append(.init("the routing has no transitions between the layers placed"))
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
      if objective == "hop", let twice = copies.firstIndex(where: { $0 > 1 }) {
        findings.append(.init("slots[\(layer)] has expert \(twice) more than once"))
      }
      // The bound is about GPUs with as many slots as the experts need, and no more.
      if objective == "hop", row.count != (experts + gpus - 1) / gpus * gpus {
        findings.append(.init("slots[\(layer)] has more slots than experts need"))
      }
    }
    return findings
  }

  // MARK: Hops

  private func meanHop() -> Double {
    var (cost, tokens) = (0.0, 0.0)
    for (layer, matrix) in transitions.enumerated() {
      let (here, there) = (gpuOfExpert(layer), gpuOfExpert(layer + 1))
      for from in 0..<experts {
        for to in 0..<experts {
          let count = matrix[from, to]
          tokens += count
          if here[from] / gpusPerNode != there[to] / gpusPerNode {
            cost += count * hops.between
          } else if here[from] != there[to] {
            cost += count * hops.within
          }
        }
      }
    }
    return tokens > 0 ? cost / tokens : 0
  }

  private func gpuOfExpert(_ layer: Int) -> [Int] {
    var places = [Int](repeating: 0, count: experts)
    let room = slots[layer].count / gpus
    for (slot, expert) in slots[layer].enumerated() where expert >= 0 {
      places[expert] = slot / room
    }
    return places
  }

  /// The mean hop that the certificate's levels prove; 0 where they are about other costs.
  private func provenHop() -> Double {
    let isFlat = nodes == 1 || hops.within == hops.between
    let expected: [(parts: Int, cost: Double)] =
      isFlat
      ? [(gpus, gpus == 1 ? 0 : nodes == 1 ? hops.within : hops.between)]
      : [(gpus, hops.within), (nodes, hops.between - hops.within)]
    guard levels.count == expected.count,
      zip(levels, expected).allSatisfy({ $0.parts == $1.parts && abs($0.cost - $1.cost) < 1e-12 })
    else { return 0 }
    let tokens = transitions.reduce(0) { $0 + $1.values.reduce(0, +) }
    let size = (experts + gpus - 1) / gpus * gpus
    let cost = levels.reduce(0) {
      $0 + $1.cost * $1.provenChanges(transitions, size: size, tokens: tokens)
    }
    return tokens > 0 ? cost / tokens : 0
  }

  // MARK: Loads

  private func meanImbalance() -> Double {
    let sum = slots.indices.reduce(0.0) { sum, layer in
      let room = slots[layer].count / gpus
      var copies = [Double](repeating: 0, count: experts)
      for expert in slots[layer] where expert >= 0 { copies[expert] += 1 }
      var loads = [Double](repeating: 0, count: gpus)
      for (slot, expert) in slots[layer].enumerated() where expert >= 0 {
        loads[slot / room] += load[layer][expert] / copies[expert]
      }
      return sum + (loads.max() ?? 0) * Double(gpus) / max(1e-300, load[layer].reduce(0, +))
    }
    return sum / Double(max(1, slots.count))
  }

  /// In each layer the mean, or the least possible share of the fullest replica: with a limit on
  /// shares, expert e needs ⌈load / limit⌉ slots, and the limit is feasible if all fit.
  private func provenImbalance() -> Double {
    let sum = slots.indices.reduce(0.0) { sum, layer in
      let loads = load[layer]
      let mean = loads.reduce(0, +) / Double(gpus)
      var (low, high) = (0.0, loads.max() ?? 0)
      for _ in 0..<100 {
        let limit = (low + high) / 2
        let needed = loads.reduce(0.0) { $0 + max(1, ($1 / limit).rounded(.up)) }
        if limit > 0, needed <= Double(slots[layer].count) { high = limit } else { low = limit }
      }
      return sum + max(1, mean > 0 ? low / mean : 1)
    }
    return sum / Double(max(1, slots.count))
  }
}
