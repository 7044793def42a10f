import SeededRandom

@testable import ExpertPlacement

/// Small random cases, the same in every run.
struct RandomCases {
  var random: SplitMix

  init(seed: UInt64) { random = SplitMix(seed: seed) }

  mutating func transitions(layers: Int, experts: Int) -> ExpertTransitions {
    ExpertTransitions(
      experts: experts,
      counts: (1..<layers).map { _ in
        (0..<(experts * experts)).map { _ in
          random.index(below: 3) == 0 ? Double(random.index(below: 100)) : 1
        }
      })
  }

  mutating func routes(tokens: Int, layers: Int, topK: Int, experts: Int) -> TokenRoutes {
    var choices: [UInt16] = []
    for _ in 0..<(tokens * layers) {
      var left = (0..<experts).map(UInt16.init)
      for _ in 0..<topK { choices.append(left.remove(at: random.index(below: left.count))) }
    }
    return TokenRoutes(
      tokens: tokens, layers: layers, topK: topK, experts: experts, choices: choices)
  }

  mutating func loads(workloads: Int, experts: Int) -> ExpertLoads {
    ExpertLoads(
      (0..<workloads).map { index in
        ExpertLoads.Workload(
          name: "w\(index)",
          layers: [(0..<experts).map { _ in Double(1 + random.index(below: 60)) }]
        )
      })
  }
}

/// Everything there is, tried one by one.
enum BruteForce {
  /// All ways to put the experts of a layer on GPUs, at most `room` on each.
  static func layers(experts: Int, gpus: Int, room: Int) -> [[Int32]] {
    var ways: [[Int32]] = [[]]
    for _ in 0..<experts {
      ways = ways.flatMap { way in
        (0..<gpus).compactMap { gpu in
          way.filter { $0 == gpu }.count < room ? way + [Int32(gpu)] : nil
        }
      }
    }
    return ways
  }

  static func leastMeanHop(_ transitions: ExpertTransitions, on hierarchy: GPUHierarchy) -> Double {
    let room = (transitions.experts + hierarchy.gpus - 1) / hierarchy.gpus
    let ways = layers(experts: transitions.experts, gpus: hierarchy.gpus, room: room)
    // Every combination of the layers, grown layer by layer without forgetting any.
    var least = Double.infinity
    func extend(_ gpus: [Int32], _ layer: Int) {
      if layer == transitions.layers {
        let assignment = ExpertAssignment(experts: transitions.experts, gpus: gpus)
        least = min(least, transitions.meanHop(assignment, on: hierarchy))
        return
      }
      for way in ways { extend(gpus + way, layer + 1) }
    }
    extend([], 0)
    return least
  }

  static func leastDestinations(_ routes: TokenRoutes, gpus: Int) -> Double {
    let room = (routes.experts + gpus - 1) / gpus
    return layers(experts: routes.experts, gpus: gpus, room: room).map {
      routes.meanDestinations(ExpertAssignment(experts: routes.experts, gpus: $0))
    }.min() ?? .infinity
  }

  /// The least imbalance over all ways to fill the slots of one layer.
  static func leastImbalance(_ loads: ExpertLoads, slots: Int, gpus: Int) -> Double {
    var least = Double.infinity
    func extend(_ chosen: [Int]) {
      if chosen.count == slots {
        guard Set(chosen).count == loads.experts else { return }
        least = min(least, ReplicaPlacement(gpus: gpus, layers: [chosen]).worstImbalance(loads))
        return
      }
      for expert in 0..<loads.experts { extend(chosen + [expert]) }
    }
    extend([])
    return least
  }
}
