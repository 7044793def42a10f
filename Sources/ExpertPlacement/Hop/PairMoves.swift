/// Which pairs of GPUs may gain by an exchange of experts: those of which a part changed since the pair
/// was last tried in vain.
///
/// What an exchange gains depends on the experts of both GPUs, and of the larger parts that only one of
/// them lies in, and on nothing else.
struct PairTrials {
  private let problem: HopProblem
  /// The experts' GPUs when the parts' changes were last noted.
  private var gpus: [Int32] = []
  /// When each part last changed, and when each pair of GPUs was last tried, as counts of changes.
  private var changed: [Int]
  private var tried: [Int]
  private var clock = 1

  init(_ problem: HopProblem) {
    self.problem = problem
    changed = [Int](repeating: 1, count: problem.rows)
    tried = [Int](repeating: 0, count: problem.gpus * problem.gpus)
  }

  /// Notes the parts whose experts differ from when they were last noted.
  mutating func note(_ state: HopState) {
    clock += 1
    for (before, now) in zip(gpus, state.gpus) where before != now {
      for level in problem.levels {
        changed[level.row(of: Int(before))] = clock
        changed[level.row(of: Int(now))] = clock
      }
    }
    gpus = state.gpus
  }

  /// Whether the pair may gain; from now on, it may not until one of its parts changes.
  mutating func begins(_ first: Int, _ second: Int) -> Bool {
    let pair = first * problem.gpus + second
    let last = tried[pair]
    tried[pair] = clock
    return problem.levels.contains { level in
      let (one, other) = (level.row(of: first), level.row(of: second))
      return one != other && max(changed[one], changed[other]) > last
    }
  }
}

extension HopState {
  /// Exchanges experts between two GPUs at a time, over all layers at once, until no pair of GPUs
  /// gains.
  ///
  /// - Returns: whether anything was saved.
  mutating func improvePairs(_ trials: inout PairTrials, _ effort: SearchEffort) -> Bool {
    guard problem.slotsPerGPU <= ChainMove.roomLimit, problem.gpus > 1 else { return false }
    var improved = false
    // The experts of each GPU, layer by layer.
    var members = (0..<problem.layers).map { layer in
      var members = [[Int]](repeating: [], count: problem.gpus)
      for expert in 0..<problem.slots { members[self[layer, expert]].append(expert) }
      return members
    }
    trials.note(self)
    for first in 0..<(problem.gpus - 1) {
      for second in (first + 1)..<problem.gpus {
        let move = ChainMove(problem, first, second)
        while !effort.isOver, trials.begins(first, second) {
          let own = members.map { (first: $0[first], second: $0[second]) }
          guard move.improve(&self, own) > 0 else { break }
          improved = true
          trials.note(self)
          for (layer, pair) in own.enumerated() {
            let all = (pair.first + pair.second).sorted()
            members[layer][first] = all.filter { self[layer, $0] == first }
            members[layer][second] = all.filter { self[layer, $0] == second }
          }
        }
      }
    }
    return improved
  }

  /// Applies the three kinds of large moves until none of them gains.
  ///
  /// - Parameter least: what a round must save for another to follow.
  mutating func polish(_ effort: SearchEffort, least: Double? = nil) {
    let least = max(problem.leastGain, least ?? 0)
    var trials = PairTrials(problem)
    var isImproved = true
    while isImproved && !effort.isOver {
      let before = value
      improveLayers(effort)
      self = ChainMerge(problem).merged([self])
      isImproved = improvePairs(&trials, effort) && value > before + least
    }
  }
}
