import LinearProgramming

/// Finds the knapsack row that a solution of the linear program breaks most.
///
/// Groups that hold so much of each row of sequences as the solution puts into them, each filled as
/// memory allows, are at least as many as a program over patterns says; its patterns are generated one
/// by one, each as the knapsack of most value at the duals of those before. Divided by what the best
/// knapsack holds the duals are weights of which no group holds more than a whole.
/// - Source: Farley 1990, "A note on bounding a class of linear programming problems, including cutting
///   stock problems", Operations Research 38.
struct KnapsackSeparation {
  private let instance: ScatteringInstance
  private let rows: [SequenceRow]
  /// Tokens of each row's shortest sequence and the capacity, in units, by option.
  private let sizes: [[Int]]
  private let rooms: [Int]

  init(_ instance: ScatteringInstance, _ rows: [SequenceRow]) {
    self.instance = instance
    self.rows = rows
    let units = (0..<instance.options).map(instance.knapsackUnit)
    sizes = units.enumerated().map { option, unit in
      rows.map { instance.tokens(instance.classOfRank[$0.ranks.upperBound - 1], option) / unit }
    }
    rooms = units.enumerated().map { instance.capacity($0) / $1 }
  }

  /// - Parameters:
  ///   - placed: sequences in groups of the option, by row.
  ///   - groups: how many groups there are.
  /// - Returns: nil where they hold the sequences, as far as the patterns tell; with the work done in
  ///   simplex iterations.
  func row(
    _ option: Int, placed: [Double], groups: Double
  ) throws(SolverError) -> (row: KnapsackRow?, work: Int) {
    let inside = rows.indices.filter { placed[$0] > 1e-6 && sizes[option][$0] <= rooms[option] }
    let room = rooms[option]
    var program = LinearProgram("patterns")
    let covers = inside.map { program.constrain(LinearExpression() >= placed[$0]) }
    for (index, cover) in zip(inside, covers) {
      let held = room / max(1, sizes[option][index])
      program.add(
        Double(min(held, rows[index].ranks.count)), program.variable(cost: 1), to: cover)
    }
    var session = try Session(program)
    var best: (value: Double, weights: [Double])?
    var work = 0
    for _ in 0..<60 {
      let solution = try session.solve()
      work += solution.iterations
      guard solution.termination == .optimal, let needed = solution.objective,
        needed > groups + Self.least
      else { break }
      let duals = covers.map { max(0, solution.dual(of: $0)) }
      let items = zip(inside, duals).map { index, dual in
        BoundedKnapsack.Item(
          size: sizes[option][index], count: rows[index].ranks.count, value: dual)
      }
      let knapsack = BoundedKnapsack(items, room: room)
      work += 1 + items.count * room / 10_000
      let proven = needed / max(1, knapsack.value)
      if proven > best?.value ?? 0 {
        best = (proven, duals.map { $0 / max(1, knapsack.value) })
      }
      if knapsack.value <= 1 + 1e-6 || proven > groups + 0.8 * (needed - groups) { break }
      let pattern = session.program.variable(cost: 1)
      for (cover, taken) in zip(covers, knapsack.taken) where taken > 0 {
        session.program.add(Double(taken), pattern, to: cover)
      }
    }
    guard let best, best.value > groups + Self.least else { return (nil, work) }
    var weights = [Int](repeating: 0, count: instance.count)
    for (index, weight) in zip(inside, best.weights) {
      for rank in rows[index].ranks {
        weights[rank] = Int(weight * (1 - 1e-9) * Double(KnapsackRow.whole))
      }
    }
    return (KnapsackRow(option: option, weights: weights), work)
  }

  /// The part of a group that must be missing.
  static let least = 0.02
}

extension ScatteringInstance {
  /// The unit of tokens of `KnapsackRow`.
  func knapsackUnit(_ option: Int) -> Int {
    let divisor = lengths.indices.reduce(0) { greatestCommonDivisor($0, tokens($1, option)) }
    let units = capacity(option) / divisor
    return divisor * max(1, (units + 4_095) / 4_096)
  }
}
