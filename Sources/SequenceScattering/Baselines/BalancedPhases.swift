extension ScatteringInstance {
  /// A scattering as Megatron's balanced scheduler makes it: phases one after another, in each of which
  /// every sequence has the least degree that holds it.
  ///
  /// Work is estimated as s² alone. A phase takes the longest sequences left: each opens a group while
  /// GPUs are free; then each goes to the least loaded group of its degree, as long as that stays
  /// within 5 % of the heaviest group. Where GPUs stay free, the heaviest groups get twice as many.
  /// - Source: Megatron-LM, core/pipeline_parallel/hybrid_cp_schedule.py (BalancedCPScheduler), after
  ///   its description; the setting's memory rule and costs are applied to the result.
  func balancedPhases() -> Packing {
    var left = Array(classOfRank.indices)
    var phases: [[BalancedGroup]] = []
    while !left.isEmpty {
      var phase = BalancedPhase(self)
      left = left.filter { !phase.take($0) }
      phase.widen()
      phases.append(phase.groups)
    }
    var groups: [(microBatch: Int, option: Int)] = []
    var groupOfItem = [Int](repeating: 0, count: count)
    var times: [Double] = []
    for (number, phase) in phases.enumerated() {
      times.append(0)
      for group in phase {
        for rank in group.ranks { groupOfItem[rank] = groups.count }
        groups.append((number, group.option))
        let time = group.ranks.reduce(groupTimes[group.option]) {
          $0 + self.time(classOfRank[$1], group.option)
        }
        times[number] = max(times[number], time)
      }
    }
    return Packing(
      microBatches: phases.count, stages: stages, groups: groups, groupOfItem: groupOfItem,
      times: times)
  }
}

private struct BalancedGroup {
  var option: Int
  var ranks: [Int]
  /// s² over the degree, summed.
  var load: Double
  var tokens: Int
}

private struct BalancedPhase {
  private let instance: ScatteringInstance
  private var freeGPUs: Int
  var groups: [BalancedGroup] = []

  init(_ instance: ScatteringInstance) {
    self.instance = instance
    freeGPUs = instance.gpus
  }

  /// Whether the phase takes the sequence.
  mutating func take(_ rank: Int) -> Bool {
    let index = instance.classOfRank[rank]
    let option = instance.leastOption[index]
    let degree = instance.degrees[option]
    let tokens = instance.tokens(index, option)
    let length = Double(instance.lengths[index])
    let load = length * length / Double(degree)
    if freeGPUs >= degree {
      freeGPUs -= degree
      groups.append(BalancedGroup(option: option, ranks: [rank], load: load, tokens: tokens))
      return true
    }
    let alike = groups.indices.filter {
      groups[$0].option == option && groups[$0].tokens <= instance.capacity(option) - tokens
    }
    let heaviest = groups.reduce(0) { max($0, $1.load) }
    guard let least = alike.min(by: { groups[$0].load < groups[$1].load }),
      groups[least].load + load <= 1.05 * heaviest
    else { return false }
    groups[least].ranks.append(rank)
    groups[least].load += load
    groups[least].tokens += tokens
    return true
  }

  /// Gives GPUs that are left to the heaviest groups.
  mutating func widen() {
    while true {
      let wider = groups.indices.filter { group in
        let next = groups[group].option + 1
        return next < instance.options
          && instance.degrees[next] - instance.degrees[next - 1] <= freeGPUs
      }
      guard let heaviest = wider.max(by: { groups[$0].load < groups[$1].load }) else { return }
      let (from, to) = (groups[heaviest].option, groups[heaviest].option + 1)
      freeGPUs -= instance.degrees[to] - instance.degrees[from]
      groups[heaviest].option = to
      groups[heaviest].load *= Double(instance.degrees[from]) / Double(instance.degrees[to])
    }
  }
}
