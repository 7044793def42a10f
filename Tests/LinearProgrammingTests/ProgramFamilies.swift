import LinearProgramming

/// A generator of random numbers that gives the same ones for the same seed everywhere.
/// - Source: Steele, Lea, Flood 2014, "Fast splittable pseudorandom number generators" (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &self) }
  mutating func double(_ range: ClosedRange<Int>) -> Double { Double(integer(range)) }
  mutating func chance(_ oneIn: Int) -> Bool { integer(1...oneIn) == 1 }
}

/// The kinds of program that the planner builds, in small and from a seed.
enum ProgramFamily: String, CaseIterable {
  case intervals, layerStages, assignment, transportation, setPartition, makespan, knapsack
  case binPacking, randomLinear, randomInteger

  func program(seed: UInt64) -> LinearProgram {
    var random = SeededGenerator(
      seed: seed &* 31 &+ UInt64(rawValue.utf8.reduce(0) { $0 + Int($1) }))
    var program = LinearProgram("\(rawValue) \(seed)")
    switch self {
    case .intervals: Self.buildIntervals(&program, &random)
    case .layerStages: Self.buildLayerStages(&program, &random)
    case .assignment: Self.buildAssignment(&program, &random)
    case .transportation: Self.buildTransportation(&program, &random)
    case .setPartition: Self.buildSetPartition(&program, &random)
    case .makespan: Self.buildMakespan(&program, &random)
    case .knapsack: Self.buildKnapsack(&program, &random)
    case .binPacking: Self.buildBinPacking(&program, &random)
    case .randomLinear: Self.buildRandom(&program, &random, integer: false)
    case .randomInteger: Self.buildRandom(&program, &random, integer: true)
    }
    return program
  }

  /// Layers in a row cut into stages: one binary for each stage and interval, a path through them,
  /// the slowest stage least, memory on each stage.
  private static func buildIntervals(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let layers = random.integer(4...9)
    let stages = random.integer(2...4)
    let times = (0..<layers).map { _ in random.double(1...20) }
    let bytes = (0..<layers).map { _ in random.double(1...20) }
    let capacity = (bytes.reduce(0, +) / Double(stages) * 1.4).rounded()
    let slowest = program.variable("slowest", in: .nonNegative)
    var leaving = (0...layers).map { _ in LinearExpression() }
    for stage in 0..<stages {
      var time = LinearExpression()
      var memory = LinearExpression()
      var chosen = LinearExpression()
      for first in 0..<layers {
        for end in (first + 1)...layers {
          if (stage == 0) != (first == 0) || (stage == stages - 1) != (end == layers) { continue }
          let use = program.variable("y[\(stage),\(first),\(end)]", .binary)
          time.add(times[first..<end].reduce(0, +), use)
          memory.add(bytes[first..<end].reduce(0, +) * Double(stages - stage), use)
          chosen.add(1, use)
          leaving[first].add(1, use)
          leaving[end].add(-1, use)
        }
      }
      program.constrain("stage \(stage)", chosen == 1)
      program.constrain("time of \(stage)", time <= slowest)
      program.constrain("memory of \(stage)", memory <= capacity * Double(stages))
    }
    for cut in 1..<layers { program.constrain("cut \(cut)", leaving[cut] == 0) }
    program.minimise(slowest)
  }

  /// The same question with a binary for each layer and stage, in order.
  private static func buildLayerStages(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let layers = random.integer(3...7)
    let stages = random.integer(2...3)
    let times = (0..<layers).map { _ in random.double(1...30) }
    let slowest = program.variable("slowest")
    let on = (0..<layers).map { program.variables("on[\($0)]", count: stages, .binary) }
    for layer in 0..<layers {
      program.constrain("place \(layer)", on[layer].sum() == 1)
      guard layer > 0 else { continue }
      for stage in 0..<stages {
        let before = on[layer - 1][...stage].sum()
        program.constrain("order \(layer),\(stage)", on[layer][...stage].sum() <= before)
      }
    }
    for stage in 0..<stages {
      program.constrain("time \(stage)", dot(times, on.map { $0[stage] }) <= slowest)
    }
    program.minimise(slowest)
  }

  private static func buildAssignment(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let size = random.integer(2...9)
    let cells = (0..<size).map { program.variables("x[\($0)]", count: size) }
    for k in 0..<size {
      program.constrain("rank \(k)", cells[k].sum() == 1)
      program.constrain("device \(k)", cells.map { $0[k] }.sum() == 1)
    }
    let costs = (0..<(size * size)).map { _ in random.double(0...99) }
    if random.chance(2) {
      program.minimise(dot(costs, cells.joined().map { $0 }))
    } else {
      program.maximise(dot(costs, cells.joined().map { $0 }))
    }
  }

  /// Supplies to demands; infeasible when the demands are larger.
  private static func buildTransportation(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let sources = random.integer(2...6)
    let targets = random.integer(2...6)
    let flows = (0..<sources).map { program.variables("flow[\($0)]", count: targets) }
    for source in 0..<sources {
      program.constrain("supply \(source)", flows[source].sum() <= random.double(5...40))
    }
    for target in 0..<targets {
      program.constrain("demand \(target)", flows.map { $0[target] }.sum() >= random.double(1...30))
    }
    let costs = (0..<(sources * targets)).map { _ in random.double(1...50) / 7 }
    program.minimise(dot(costs, flows.joined().map { $0 }))
  }

  private static func buildSetPartition(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let elements = random.integer(3...8)
    let sets = program.variables("choose", count: random.integer(6...20), .binary)
    var covers = (0..<elements).map { _ in LinearExpression() }
    var cost = LinearExpression(constant: random.double(-5...5))
    for set in sets {
      for element in 0..<elements where random.chance(3) { covers[element].add(1, set) }
      cost.add(random.double(1...40), set)
    }
    for element in 0..<elements { program.constrain("cover \(element)", covers[element] == 1) }
    program.minimise(cost)
  }

  /// Jobs on unlike machines, the largest load least and whole.
  private static func buildMakespan(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let jobs = random.integer(3...9)
    let machines = random.integer(2...3)
    let load = program.variable("load", .integer)
    let on = (0..<jobs).map { program.variables("on[\($0)]", count: machines, .binary) }
    for job in 0..<jobs { program.constrain("job \(job)", on[job].sum() == 1) }
    for machine in 0..<machines {
      let times = (0..<jobs).map { _ in random.double(1...50) }
      program.constrain("machine \(machine)", dot(times, on.map { $0[machine] }) <= load)
    }
    program.minimise(load)
  }

  private static func buildKnapsack(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let items = program.variables("take", count: random.integer(4...14), .binary)
    for limit in 0..<random.integer(1...3) {
      let weights = items.map { _ in random.double(1...30) }
      let room = (weights.reduce(0, +) * 0.4).rounded()
      program.constrain("limit \(limit)", dot(weights, items) <= room)
    }
    program.maximise(dot(items.map { _ in random.double(1...60) }, items))
  }

  private static func buildBinPacking(
    _ program: inout LinearProgram, _ random: inout SeededGenerator
  ) {
    let count = random.integer(3...6)
    let sizes = (0..<count).map { _ in random.double(10...70) }
    let bins = program.variables("open", count: count, .binary)
    let into = (0..<count).map { program.variables("into[\($0)]", count: count, .binary) }
    for item in 0..<count { program.constrain("item \(item)", into[item].sum() == 1) }
    for bin in 0..<count {
      program.constrain(
        "bin \(bin)", dot(sizes, into.map { $0[bin] }) <= 100 * bins[bin])
    }
    for bin in 1..<count { program.constrain("order \(bin)", bins[bin] <= bins[bin - 1]) }
    program.minimise(bins.sum())
  }

  /// Anything: free variables, ranges, equations, either sense; often infeasible or unbounded.
  private static func buildRandom(
    _ program: inout LinearProgram, _ random: inout SeededGenerator, integer: Bool
  ) {
    let variables = (0..<random.integer(1...7)).map { index in
      let low = random.double(-8...4)
      let bounds: [Bounds] = [
        .nonNegative, .between(low, low + random.double(0...12)), .atMost(low), .free,
        .between(0, 10), .between(low, low + 15),
      ]
      // A search for whole numbers without bounds need not end.
      let whole = integer && random.chance(2)
      return program.variable(
        "x\(index)", in: whole ? bounds[1] : bounds[random.integer(0...5)],
        whole ? .integer : .continuous)
    }
    for row in 0..<random.integer(1...5) {
      var sum = LinearExpression()
      for variable in variables where random.chance(2) {
        sum.add(random.double(-9...9), variable)
      }
      let right = random.double(-20...20)
      let bounds: [Bounds] = [
        .atMost(right), .atLeast(right), .exactly(right), .between(right, right + 6),
        .atMost(abs(right)), .atLeast(-abs(right)),
      ]
      program.constrain("row \(row)", Relation(sum, in: bounds[random.integer(0...5)]))
    }
    let costs = variables.map { _ in random.double(-9...9) }
    if random.chance(2) {
      program.minimise(dot(costs, variables))
    } else {
      program.maximise(dot(costs, variables) + random.double(-9...9))
    }
  }
}
