/// The placement of least hops where a layer can be divided in few ways: a longest way through the
/// layers, whose states are the divisions of one layer.
///
/// What a step saves is a sum over the experts of the later layer, each of which depends on its own
/// GPU only once the earlier layer is known. The sums over the first half of the experts and over the
/// second are looked up in tables of G^(E/2) entries, so that a step costs two additions. Of divisions
/// that differ in the numbers of GPUs only, one stands for all in the earlier layer.
///
/// - Complexity: O(layers · classes · ways) time, O(layers · classes) memory.
struct ExactChain {
  /// With more ways to divide a layer than this, or more steps in all, it is not attempted.
  static let wayLimit = 41_000
  static let stepLimit = 5_000_000_000

  private let problem: HopProblem
  private let partitions: BalancedPartitions
  private let half: Int

  init?(_ problem: HopProblem) {
    half = problem.slots / 2
    let entries = BalancedPartitions.power(problem.gpus, problem.slots - half, limit: 1 << 20)
    guard entries != nil,
      let partitions = BalancedPartitions(
        experts: problem.slots, on: problem.hierarchy, limit: Self.wayLimit),
      partitions.representatives.count * partitions.ways.count * problem.layers <= Self.stepLimit
    else { return nil }
    self.problem = problem
    self.partitions = partitions
  }

  /// The placement that saves most of all.
  func best() -> HopState {
    let classes = partitions.representatives.count
    let keys = partitions.ways.map { (key($0[..<half]), key($0[half...])) }
    var best = [Double](repeating: 0, count: classes)
    var steps: [[(before: Int, way: Int)]] = []
    for boundary in 0..<max(0, problem.layers - 1) {
      var next = [Double](repeating: -.infinity, count: classes)
      var step = [(before: Int, way: Int)](repeating: (0, 0), count: classes)
      for (before, representative) in partitions.representatives.enumerated() {
        let savings = savings(boundary, representative)
        let first = table(savings[..<(half * problem.gpus)])
        let second = table(savings[(half * problem.gpus)...])
        for (way, key) in keys.enumerated() {
          let value = best[before] + first[key.0] + second[key.1]
          if value > next[partitions.classes[way]] {
            next[partitions.classes[way]] = value
            step[partitions.classes[way]] = (before, way)
          }
        }
      }
      best = next
      steps.append(step)
    }
    let last = best.indices.max { best[$0] < best[$1] } ?? 0
    return HopState(problem, gpus: gpus(endingWith: last, steps))
  }

  /// Goes back along the way, then forward from the first layer's numbers of GPUs.
  private func gpus(endingWith last: Int, _ steps: [[(before: Int, way: Int)]]) -> [Int32] {
    var (current, ways) = (last, [[UInt8]]())
    for step in steps.reversed() {
      ways.append(partitions.ways[step[current].way])
      current = step[current].before
    }
    var gpus = partitions.representatives[current].map(Int32.init)
    // The number of a representative's GPU on the hardware.
    var places = (0..<problem.gpus).map(Int32.init)
    for way in ways.reversed() {
      gpus += way.map { places[Int($0)] }
      let numbers = partitions.numbers(of: way)
      var next = places
      for gpu in places.indices { next[Int(numbers[gpu])] = places[gpu] }
      places = next
    }
    return gpus
  }

  /// What each expert of the later layer saves on each GPU: `[expert · gpus + gpu]`.
  private func savings(_ boundary: Int, _ way: [UInt8]) -> [Double] {
    let n = problem.slots
    var savings = [Double](repeating: 0, count: n * problem.gpus)
    for from in 0..<n {
      let gpu = Int(way[from])
      for to in 0..<n {
        let count = problem.forward[(boundary * n + from) * n + to]
        guard count != 0 else { continue }
        for near in 0..<problem.gpus {
          savings[to * problem.gpus + near] += Double(count * problem.saving(gpu, near))
        }
      }
    }
    return savings
  }

  /// The sums of all ways to put some experts on GPUs, by key.
  private func table(_ savings: ArraySlice<Double>) -> [Double] {
    var sums = [0.0]
    var rest = savings
    while !rest.isEmpty {
      let expert = rest.prefix(problem.gpus)
      sums = sums.flatMap { sum in expert.map { sum + $0 } }
      rest = rest.dropFirst(problem.gpus)
    }
    return sums
  }

  private func key(_ gpus: ArraySlice<UInt8>) -> Int {
    gpus.reduce(0) { $0 * problem.gpus + Int($1) }
  }
}

extension BalancedPartitions {
  /// `base` to the power of `exponent`; nil above `limit`.
  static func power(_ base: Int, _ exponent: Int, limit: Int) -> Int? {
    var power = 1
    for _ in 0..<exponent {
      power *= base
      if power > limit { return nil }
    }
    return power
  }
}
