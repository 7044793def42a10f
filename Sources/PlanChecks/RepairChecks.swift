import ClusterTopology
import CostModel
import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension PlanCheck {
  /// Where a plan that repairs another states other moves than follow from both layouts.
  static func repairViolations(
    _ plan: LaunchPlan, _ priced: PricedPlan, cluster: ClusterTopology
  ) -> [Violation] {
    guard let repair = plan.repair else { return [] }
    if let fault = repair.before.fault(layers: priced.prices.layers) {
      return [Violation(.repair, "repair.before.\(fault)")]
    }
    guard let nodes = plan.mapping.nodes(in: cluster) else { return [] }
    var violations: [Violation] = []
    let names = Set((0..<cluster.nodeCount).map(cluster.name(ofNode:)))
    for name in repair.lost where names.contains(name) {
      violations.append(
        Violation(
          .repair, "repair.lost names \(name.quoted), but the cluster has it still in service"))
    }
    let known = Set(repair.before.hosts.flatMap(\.names))
    let joined = nodes.map(cluster.name(ofNode:)).filter { !known.contains($0) }
    if repair.joined != joined {
      violations.append(
        Violation(
          .repair,
          "repair.joined are \(repair.joined.map(\.quoted).listed(joinedBy: "and")), but those that "
            + "the plan before did not run on are \(joined.map(\.quoted).listed(joinedBy: "and"))"))
    }
    return violations
      + MovedState(repair, priced, hosts: nodes.map(cluster.host(ofNode:))).violations
  }
}

extension Frame {
  fileprivate func stage(ofRank rank: Int) -> Int { rankOrder.place(ofRank: rank, degrees).stage }
}

extension ClusterTopology {
  fileprivate func host(ofNode node: Int) -> (name: String, devices: Int) {
    (name(ofNode: node), devices(ofNode: node).count)
  }
}

extension LaunchPlan.Layout {
  /// What keeps the layout from being one, as the key and the rest of a sentence.
  fileprivate func fault(layers: Int) -> String? {
    let degrees = parallelism.degrees
    guard Frame(parallelism).runs(on: 1 << 24),
      case let experts = degrees.expert * degrees.expertTensor,
      degrees.devicesPerStage.isMultiple(of: experts)
    else { return "parallelism has degrees that cannot be" }
    let runs = stages.flatMap(\.layerRuns).filter { !$0.isEmpty }.sorted {
      $0.lowerBound < $1.lowerBound
    }
    let ends = runs.reduce(Int?(0)) { end, run in run.lowerBound == end ? run.upperBound : nil }
    guard stages.count == degrees.pipeline, ends == layers else {
      return "stages do not hold the \(layers) layers once on \(degrees.pipeline) stages"
    }
    let names = hosts.flatMap(\.names)
    let devices = hosts.reduce(0) { $0 + min(1024, max(0, $1.devices)) * $1.names.count }
    guard Set(names).count == names.count, devices >= degrees.devices,
      hosts.allSatisfy({ (1...1024).contains($0.devices) })
    else { return "hosts do not name \(degrees.devices) devices once each" }
    return nil
  }
}

/// The state that ranks lack, counted rank by rank.
///
/// A slice is one of equally many parts: part i of n and part j of m share
/// max(0, min((i + 1)·m, (j + 1)·n) − max(i·m, j·n)) of n·m.
private struct MovedState {
  let repair: LaunchPlan.Repair
  let priced: PricedPlan
  let hosts: [(name: String, devices: Int)]

  init(_ repair: LaunchPlan.Repair, _ priced: PricedPlan, hosts: [(name: String, devices: Int)]) {
    self.repair = repair
    self.priced = priced
    self.hosts = hosts
  }

  private struct Slice: Hashable {
    var index: Int
    var count: Int

    func share(in other: Slice) -> Double {
      let common =
        min((index + 1) * other.count, (other.index + 1) * count)
        - max(index * other.count, other.index * count)
      return Double(max(0, common)) / Double(other.count)
    }
  }

  /// The four kinds of state: weights and optimiser of dense matrices, then of experts.
  private static func slices(rank: Int, _ frame: Frame) -> [Slice] {
    let degrees = frame.degrees
    let place = frame.rankOrder.place(ofRank: rank, degrees).inStage
    let experts = degrees.expert * degrees.expertTensor
    return [
      (degrees.tensor, degrees.context * degrees.data), (experts, degrees.expertData),
    ].flatMap { parts, replicas -> [Slice] in
      let copies = replicas / frame.stateReplicas
      let whole = Slice(index: place % parts, count: parts)
      let cut = Slice(
        index: place % parts * copies + place / parts % copies, count: parts * copies)
      return [
        frame.sharding >= .parameters ? cut : whole, frame.sharding >= .optimizer ? cut : whole,
      ]
    }
  }

  var violations: [Violation] {
    let before = Frame(repair.before.parallelism)
    let frame = priced.frame
    let bytes = needs()
    let lost = Set(repair.lost)
    var held: [String: [Int]] = [:]
    for (rank, place) in repair.before.places.prefix(before.degrees.devices).enumerated()
    where !lost.contains(place.host) {
      held[place.host, default: []].append(rank)
    }
    var (ranks, stages) = (0, Set<Int>())
    var moved = [0.0, 0.0]
    let devices = hosts.lazy.flatMap { host in (0..<host.devices).lazy.map { (host.name, $0) } }
    for (rank, place) in zip(0..<frame.degrees.devices, devices) {
      let needed = Self.slices(rank: rank, frame)
      let own = held[place.0].flatMap { $0.indices.contains(place.1) ? $0[place.1] : nil }
      let slices = own.map { Self.slices(rank: $0, before) }
      var lacks = [0.0, 0.0]
      let stage = frame.stage(ofRank: rank)
      for (old, kinds) in bytes[stage] {
        for kind in 0..<4 {
          let isHere = own.map { before.stage(ofRank: $0) == old } ?? false
          let share = isHere ? slices.map { needed[kind].share(in: $0[kind]) } ?? 0 : 0
          lacks[kind % 2] += kinds[kind] * (1 - share)
        }
      }
      guard lacks[0] + lacks[1] >= 1 else { continue }
      ranks += 1
      stages.insert(stage)
      moved[0] += lacks[0]
      moved[1] += lacks[1]
    }
    let stated = repair.moved
    var violations: [Violation] = []
    func compare(_ key: String, _ says: String, _ comes: String, isSame: Bool) {
      if !isSame {
        violations.append(
          Violation(.repair, "repair.moved.\(key) is \(says), but comes to \(comes)"))
      }
    }
    compare("ranks", "\(stated.ranks)", "\(ranks)", isSame: stated.ranks == ranks)
    compare(
      "stages", "\(stated.stages)", "\(stages.sorted())", isSame: stated.stages == stages.sorted())
    let sums = [
      ("weightBytes", stated.weights.value, moved[0]),
      ("optimizerBytes", stated.optimizer.value, moved[1]),
      ("checkpointBytes", stated.checkpoint.value, missing(bytes, held, before)),
    ]
    let whole = bytes.reduce(0.0) { sum, stage in
      stage.values.reduce(sum) { $0 + $1.reduce(0, +) }
    }
    for (key, says, comes) in sums {
      compare(
        key, "\(says)", "\(comes)",
        isSame: abs(says - comes) <= 1 + 1e-6 * max(abs(comes), 1e-3 * whole))
    }
    return violations
  }

  /// The bytes of each kind that a rank of each new stage needs of what each old stage held.
  private func needs() -> [[Int: [Double]]] {
    let prices = priced.prices
    let (dense, expert) = (prices.denseShare, prices.expertShare)
    let stages = repair.before.stages
    let last = priced.frame.chunks - 1
    var needs = [[Int: [Double]]](repeating: [:], count: priced.frame.degrees.pipeline)
    for chunk in 0...last {
      let stage = chunk % needs.count
      func add(_ held: HeldWeights, of old: Int) {
        let kinds = [
          held.dense * dense.weight, held.dense * dense.optimizer, held.expert * expert.weight,
          held.expert * expert.optimizer,
        ]
        needs[stage][old] = zip(needs[stage][old] ?? [0, 0, 0, 0], kinds).map(+)
      }
      let layers = priced.split.layers(ofChunk: chunk)
      let ends = prices.weights(chunk: chunk, first: 0, end: 0)
      for (old, value) in stages.enumerated() {
        for run in value.layerRuns {
          let common = run.clamped(to: layers)
          guard !common.isEmpty else { continue }
          add(
            prices.weights(chunk: chunk, first: common.lowerBound, end: common.upperBound) - ends,
            of: old)
        }
      }
      add(ends, of: chunk == 0 ? 0 : stages.count - 1)
    }
    return needs
  }

  /// The bytes, of one copy, that no node that is left holds.
  private func missing(
    _ bytes: [[Int: [Double]]], _ held: [String: [Int]], _ before: Frame
  ) -> Double {
    var left: [Int: [Set<Slice>]] = [:]
    for rank in held.values.joined() {
      let stage = before.stage(ofRank: rank)
      var sets = left[stage] ?? Array(repeating: [], count: 4)
      for (kind, slice) in Self.slices(rank: rank, before).enumerated() { sets[kind].insert(slice) }
      left[stage] = sets
    }
    let parts = Self.slices(rank: 0, priced.frame)
    return bytes.joined().reduce(0.0) { sum, entry in
      (0..<4).reduce(sum) { sum, kind in
        let there = left[entry.key]?[kind] ?? []
        let covered = there.first.map { Double(there.count) / Double($0.count) } ?? 0
        return sum + (1 - covered) * entry.value[kind] * Double(parts[kind].count)
      }
    }
  }
}
