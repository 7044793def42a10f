/// DeepSeek's expert parallelism load balancer: replicate the expert with the fullest replicas until
/// all slots are taken, then give replicas, the fullest first, to the least loaded GPU with room.
///
/// Where experts come in groups that can be divided among the nodes, groups go to nodes first, and
/// both steps are taken inside each node.
/// - Source: deepseek-ai/EPLB, README; written from its description and checked by its example.
public enum EPLB {
  /// The placement of one layer.
  ///
  /// - Parameters:
  ///   - loads: tokens of each expert.
  ///   - slots: slots of all GPUs together, as many on each.
  ///   - groups: groups of experts in order; 1 where routing knows no groups.
  public static func layer(
    loads: [Double], slots: Int, groups: Int = 1, nodes: Int = 1, gpus: Int
  ) -> [Int] {
    guard groups.isMultiple(of: nodes) else {
      return layer(loads: loads, slots: slots, gpus: gpus)
    }
    let size = loads.count / groups
    let groupLoads = (0..<groups).map { loads[($0 * size)..<(($0 + 1) * size)].reduce(0, +) }
    let groupsOfNode = packs(groupLoads, into: nodes)
    return groupsOfNode.flatMap { groups in
      let experts = groups.flatMap { ($0 * size)..<(($0 + 1) * size) }
      let replicas = replicate(experts.map { loads[$0] }, slots: slots / nodes)
      var counts = [Int](repeating: 0, count: experts.count)
      for expert in replicas { counts[expert] += 1 }
      let shares = replicas.map { loads[experts[$0]] / Double(counts[$0]) }
      return packs(shares, into: gpus / nodes).flatMap { $0.map { experts[replicas[$0]] } }
    }
  }

  /// All layers of a workload.
  public static func placement(
    _ layers: [[Double]], slots: Int, groups: Int = 1, nodes: Int = 1, gpus: Int
  ) -> ReplicaPlacement {
    ReplicaPlacement(
      gpus: gpus,
      layers: layers.map {
        layer(loads: $0, slots: slots, groups: groups, nodes: nodes, gpus: gpus)
      })
  }

  /// Every expert once, then again and again the one whose replicas are fullest.
  static func replicate(_ loads: [Double], slots: Int) -> [Int] {
    var replicas = Array(loads.indices)
    var counts = [Double](repeating: 1, count: loads.count)
    while replicas.count < slots {
      var fullest = 0
      for expert in loads.indices
      where loads[expert] / counts[expert] > loads[fullest] / counts[fullest] {
        fullest = expert
      }
      replicas.append(fullest)
      counts[fullest] += 1
    }
    return replicas
  }

  /// The items of each pack, equally many in each: the heaviest first, to the lightest pack with room.
  static func packs(_ weights: [Double], into count: Int) -> [[Int]] {
    let room = weights.count / count
    if room == 1 { return weights.indices.map { [$0] } }
    var packs = [[Int]](repeating: [], count: count)
    var sums = [Double](repeating: 0, count: count)
    var free = [Int](repeating: room, count: count)
    let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
    for item in order {
      var lightest = -1
      for pack in 0..<count where free[pack] > 0 {
        if lightest < 0 || sums[pack] < sums[lightest] { lightest = pack }
      }
      packs[lightest].append(item)
      free[lightest] -= 1
      sums[lightest] += weights[item]
    }
    return packs
  }
}
