import LinearProgramming

/// The linear program that a box relaxes to, kept in GLPK from box to box.
///
/// For each kind c of micro-batches: the sum T_c of their times, x_scd of each row of sequences in
/// groups of each degree, and n_cd groups. It minimises Σ T_c under the rows of `KindMultipliers`,
/// Σ_d d · n_cd ≤ N · count_c, and every sequence being somewhere. A box is told by bounds alone.
/// Rows that say how groups end or exclude one another join when a solution first breaks them.
struct BoxProgram: ~Copyable {
  private let instance: ScatteringInstance
  let rows: [SequenceRow]
  private var session: Session
  private var covers: [Constraint] = []
  private var slots: [Slot] = []
  /// None where memory does not add up.
  private let separation: KnapsackSeparation?
  /// The knapsack rows so far, of which slots have those that a solution broke there.
  private(set) var knapsacks: [KnapsackRow] = []
  /// Seconds that the program counts as 1.
  private let unit: Double

  /// The variables and rows of one kind.
  private struct Slot {
    var time: Variable
    var placed: [[Variable]]
    var groups: [Variable]
    var work: Constraint
    var gpus: Constraint
    var tokens: [Constraint]
    var cuts: [BoxCut] = []
  }

  init(_ instance: ScatteringInstance, singleRows: Int, rowLimit: Int) throws(SolverError) {
    self.instance = instance
    rows = instance.sequenceRows(single: singleRows, limit: rowLimit)
    unit = instance.batchWork / Double(instance.gpus)
    let isPacked = instance.setting.memoryRule == .packed
    separation = isPacked ? KnapsackSeparation(instance, rows) : nil
    var program = LinearProgram("time vectors")
    covers = rows.map { program.constrain(LinearExpression() == $0.count) }
    session = try Session(program)
  }

  /// What the linear program says about a box.
  struct Answer {
    /// Whether the multipliers are of an optimum, so that times and places mean something.
    var isOptimal: Bool
    var multipliers: [KindMultipliers]
    /// Seconds of a micro-batch of each kind.
    var times: [Double] = []
    /// Groups of each option in a micro-batch of each kind.
    var groups: [[Double]] = []
    /// How many sequences of each row are in groups of each option, by kind, row and option.
    var placed: [[[Double]]] = []
  }

  /// Simplex iterations so far.
  private(set) var iterations = 0

  /// - Parameter fill: what a micro-batch of each kind counts of the longest one, as in
  ///   `KindMultipliers`.
  /// - Parameter separating: whether to generate knapsack rows that the solution breaks; those known
  ///   join in any case.
  mutating func solve(
    _ box: SearchBox, fill: [Double], separating: Bool = false
  ) throws(SolverError) -> Answer {
    while slots.count < box.kinds.count { addSlot() }
    for slot in slots.indices { setBounds(slot, box) }
    if instance.stages > 1 {
      for (slot, fill) in zip(slots, fill) {
        session.program.setCost(1 + Double(instance.stages - 1) * fill, of: slot.time)
      }
    }
    var solution = try session.solve()
    iterations += solution.iterations
    for _ in 0..<8 where solution.termination == .optimal && addCuts(box, solution) {
      solution = try session.solve()
      iterations += solution.iterations
    }
    for _ in 0..<8 where solution.termination == .optimal {
      guard try addKnapsacks(box, solution, separating) else { break }
      solution = try session.solve()
      iterations += solution.iterations
    }
    return answer(box, solution, fill)
  }

  private func answer(_ box: SearchBox, _ solution: Solution, _ fill: [Double]) -> Answer {
    switch solution.termination {
    case .optimal:
      var answer = Answer(
        isOptimal: true, multipliers: multipliers(box, solution.duals.map { -$0 }, fill))
      answer.times = box.kinds.indices.map {
        (solution[slots[$0].time] ?? 0) * unit / Double(box.kinds[$0].count)
      }
      answer.groups = box.kinds.indices.map { kind in
        slots[kind].groups.map { (solution[$0] ?? 0) / Double(box.kinds[kind].count) }
      }
      answer.placed = box.kinds.indices.map { kind in
        slots[kind].placed.map { row in row.map { solution[$0] ?? 0 } }
      }
      return answer
    case .infeasible:
      // As multiples of the proof the multipliers lift the bound over any value.
      let proof = solution.farkasCertificate?.multipliers ?? solution.duals
      let largest = proof.reduce(0) { max($0, abs($1)) }
      let scale = largest > 0 ? 1e6 / largest : 0
      return Answer(
        isOptimal: false, multipliers: multipliers(box, proof.map { -$0 * scale }, fill))
    default:
      return Answer(
        isOptimal: false, multipliers: multipliers(box, solution.duals.map { -$0 }, fill))
    }
  }
}

// MARK: - Building

extension BoxProgram {
  private mutating func addSlot() {
    let options = instance.options
    let gpus = Double(instance.gpus)
    let time = session.program.variable(cost: 1)
    let placed = rows.map { _ in (0..<options).map { _ in session.program.variable() } }
    let groups = (0..<options).map { _ in session.program.variable() }
    for (row, cover) in covers.enumerated() {
      for x in placed[row] { session.program.add(1, x, to: cover) }
    }

    var work = LinearExpression([.init(-1, time)])
    var tokens = [LinearExpression](repeating: LinearExpression(), count: options)
    var used = LinearExpression()
    for option in 0..<options {
      let degree = Double(instance.degrees[option])
      for (row, x) in zip(rows, placed) {
        work.add(degree * row.times[option] / (gpus * unit), x[option])
        tokens[option].add(
          degree * row.tokens[option] / Double(instance.capacity(option)), x[option])
      }
      let groupTime = instance.groupTimes[option]
      if groupTime > 0 { work.add(degree * groupTime / (gpus * unit), groups[option]) }
      tokens[option].add(-degree, groups[option])
      used.add(degree, groups[option])
    }
    let isPacked = instance.setting.memoryRule == .packed
    slots.append(
      Slot(
        time: time, placed: placed, groups: groups, work: session.program.constrain(work <= 0),
        gpus: session.program.constrain(used <= 0),
        tokens: isPacked ? tokens.map { session.program.constrain($0 <= 0) } : []))
  }

  private mutating func setBounds(_ slot: Int, _ box: SearchBox) {
    let parts = slots[slot]
    let kind = slot < box.kinds.count ? box.kinds[slot] : MicroBatchKind(count: 0, below: 0)
    let count = Double(kind.count)
    session.program.setBounds(
      .between(count * kind.atLeast / unit, count == 0 ? 0 : count * kind.below / unit),
      of: parts.time)
    session.program.setBounds(.atMost(count * Double(instance.gpus)), of: parts.gpus)
    for (option, groups) in parts.groups.enumerated() {
      let range = kind.groups[option]
      session.program.setBounds(
        range.map { .between(count * Double($0.lowerBound), count * Double($0.upperBound)) }
          ?? .nonNegative, of: groups)
    }
    for (row, x) in zip(rows, parts.placed) {
      let place = row.isSingle ? box.places[row.ranks.lowerBound] : nil
      let isHome = place?.home.map { $0 == slot } ?? true
      for option in 0..<instance.options {
        let isAllowed =
          isHome && count > 0 && instance.isHeld(row.index, option)
          && (place?.degrees.contains(instance.degrees[option]) ?? true)
          && instance.aloneTime(row.index, option) < kind.below
        session.program.setBounds(isAllowed ? .nonNegative : .exactly(0), of: x[option])
      }
    }
    for cut in parts.cuts {
      session.program.setBounds(bounds(of: cut, kind), of: cut.constraint)
    }
  }

  private func bounds(of cut: BoxCut, _ kind: MicroBatchKind) -> Bounds {
    cut.bounds(kind, instance, unit: unit)
  }
}

// MARK: - Cuts

extension BoxProgram {
  /// Adds the rows that a solution breaks; false where there is none.
  private mutating func addCuts(_ box: SearchBox, _ solution: Solution) -> Bool {
    var isAdded = false
    for (slot, kind) in box.kinds.enumerated() {
      let total = (solution[slots[slot].time] ?? 0)
      for option in 0..<instance.options {
        let groups = solution[slots[slot].groups[option]] ?? 0
        let placed = slots[slot].placed.map { solution[$0[option]] ?? 0 }
        let time = zip(rows, placed).reduce(0) { $0 + $1.0.times[option] * $1.1 } / unit
        guard time > 1e-6 else { continue }
        let ownTime = instance.groupTimes[option]

        let (fewest, most) = (
          instance.groups(kind, option).lowerBound, instance.groups(kind, option).upperBound
        )
        let limited =
          (kind.below - ownTime) / unit * groups
          - Double(fewest) * (Double(kind.count) * kind.below / unit - total)
        if kind.below < .infinity, time > limited + 1e-3 {
          let cut = BoxCut.Condition.timeBelow(kind.below, fewest: fewest)
          isAdded = add(cut, option, slot, kind) || isAdded
        }
        let paced =
          Double(most) * (total - Double(kind.count) * kind.atLeast / unit)
          + (kind.atLeast - ownTime) / unit * groups
        if time > paced + 1e-3 {
          isAdded = add(.pacedFrom(kind.atLeast, most: most), option, slot, kind) || isAdded
        }
        if let heads = heads(kind, option, placed, groups: groups, total: total) {
          let cut = BoxCut.Condition.headed(heads, atLeast: kind.atLeast, below: kind.below)
          isAdded = add(cut, option, slot, kind) || isAdded
        }
        for ranks in exclusiveRanks(kind, option, placed, groups: groups) {
          isAdded = add(.exclusive(ranks, below: kind.below), option, slot, kind) || isAdded
        }
      }
    }
    return isAdded
  }

  /// The runs of sequences of which more are placed than there are groups, though no two may share
  /// one: from the longest that may be placed, or one long sequence alone.
  private func exclusiveRanks(
    _ kind: MicroBatchKind, _ option: Int, _ placed: [Double], groups: Double
  ) -> [Range<Int>] {
    guard let first = placed.firstIndex(where: { $0 > 1e-6 }) else { return [] }
    let run = instance.exclusiveRanks(
      from: rows[first].ranks.lowerBound, option, limit: kind.below)
    let inside = placed.indices.filter { rows[$0].ranks.upperBound <= run.upperBound }
    if inside.reduce(0, { $0 + placed[$1] }) > groups + 0.01 { return [run] }
    return placed.indices.filter { rows[$0].isSingle && placed[$0] > groups + 0.01 }
      .map { rows[$0].ranks }
  }

  /// The long sequences that leave their groups' memory unused, where the solution uses it.
  private func heads(
    _ kind: MicroBatchKind, _ option: Int, _ placed: [Double], groups: Double, total: Double
  ) -> [Int]? {
    guard instance.setting.memoryRule == .packed, instance.leastTokenTime[option] > 0,
      let first = placed.firstIndex(where: { $0 > 1e-6 })
    else { return nil }
    let run = instance.exclusiveRanks(
      from: rows[first].ranks.lowerBound, option, limit: kind.below)
    let unit = instance.headedUnit(option)
    let spread = total * self.unit - Double(kind.count) * kind.atLeast
    var room = groups
    var heads: [Int] = []
    for (row, placed) in zip(rows, placed) {
      let share = row.tokens[option] / Double(instance.capacity(option))
      room -= share * placed
      guard row.isSingle, run.contains(row.ranks.lowerBound), placed > 0.01 else { continue }
      // What the head's row charges beyond its tokens.
      let left = kind.atLeast - instance.aloneTime(row.index, option)
      let waste = (1 - share) * placed - (spread + left * placed) / unit
      if waste > 1e-3 {
        heads.append(row.ranks.lowerBound)
        room -= waste
      }
    }
    return heads.isEmpty || room > -1e-3 ? nil : heads
  }

  /// Adds the knapsack rows that a solution breaks; false where there is none.
  private mutating func addKnapsacks(
    _ box: SearchBox, _ solution: Solution, _ isSeparating: Bool
  ) throws(SolverError) -> Bool {
    guard let separation, isSeparating || !knapsacks.isEmpty else { return false }
    var isAdded = false
    for (slot, kind) in box.kinds.enumerated() {
      for option in 0..<instance.options {
        let groups = solution[slots[slot].groups[option]] ?? 0
        let placed = slots[slot].placed.map { solution[$0[option]] ?? 0 }
        guard placed.contains(where: { $0 > 1e-6 }) else { continue }
        // A row that is known may do.
        let known = knapsacks.indices.filter { knapsacks[$0].option == option }
          .max { held($0, placed) < held($1, placed) }
        if let known, held(known, placed) > groups + KnapsackSeparation.least,
          add(.knapsack(known), option, slot, kind)
        {
          isAdded = true
          continue
        }
        guard isSeparating else { continue }
        let (row, work) = try separation.row(option, placed: placed, groups: groups)
        iterations += work
        guard let row else { continue }
        knapsacks.append(row)
        isAdded = add(.knapsack(knapsacks.count - 1), option, slot, kind) || isAdded
      }
    }
    return isAdded
  }

  /// Wholes that the sequences weigh.
  private func held(_ knapsack: Int, _ placed: [Double]) -> Double {
    zip(rows, placed).reduce(0) { $0 + $1.1 * weight(knapsack, $1.0) }
  }

  private func weight(_ knapsack: Int, _ row: SequenceRow) -> Double {
    Double(knapsacks[knapsack].weights[row.ranks.lowerBound]) / Double(KnapsackRow.whole)
  }

  private mutating func add(
    _ condition: BoxCut.Condition, _ option: Int, _ slot: Int, _ kind: MicroBatchKind
  ) -> Bool {
    let isThere = slots[slot].cuts.contains { $0.option == option && $0.condition == condition }
    guard !isThere else { return false }
    let groups = slots[slot].groups[option]
    let ownTime = instance.groupTimes[option]
    var left = LinearExpression()
    switch condition {
    case .timeBelow(let limit, let fewest):
      left.add((ownTime - limit) / unit, groups)
      left.add(-Double(fewest), slots[slot].time)
    case .pacedFrom(let least, let most):
      left.add((ownTime - least) / unit, groups)
      left.add(-Double(most), slots[slot].time)
    case .exclusive, .knapsack:
      left.add(-1, groups)
    case .headed(let heads, _, _):
      left.add(-1, groups)
      left.add(-Double(heads.count) * unit / instance.headedUnit(option), slots[slot].time)
    }
    for (row, x) in zip(rows, slots[slot].placed) {
      switch condition {
      case .timeBelow, .pacedFrom: left.add(row.times[option] / unit, x[option])
      case .exclusive(let ranks, _):
        if row.ranks.clamped(to: ranks) == row.ranks { left.add(1, x[option]) }
      case .knapsack(let number): left.add(weight(number, row), x[option])
      case .headed(let heads, let least, _):
        let time = least - instance.aloneTime(row.index, option)
        left.add(
          heads.contains(row.ranks.lowerBound)
            ? 1 - time / instance.headedUnit(option)
            : row.tokens[option] / Double(instance.capacity(option)), x[option])
      }
    }
    let cut = BoxCut(
      condition: condition, option: option, constraint: session.program.constrain(left <= 0))
    session.program.setBounds(bounds(of: cut, kind), of: cut.constraint)
    slots[slot].cuts.append(cut)
    return true
  }
}

// MARK: - Multipliers

extension BoxProgram {
  /// The multipliers in seconds, from those of the program's rows.
  private func multipliers(
    _ box: SearchBox, _ duals: [Double], _ fill: [Double]
  ) -> [KindMultipliers] {
    guard duals.count == session.program.constraintCount else {
      return box.kinds.map { _ in .zero(options: instance.options) }
    }
    func price(_ constraint: Constraint) -> Double { max(0, duals[Int(constraint.index)]) }
    return box.kinds.enumerated().map { number, kind in
      let slot = slots[number]
      var multipliers = KindMultipliers.zero(options: instance.options)
      // Rounding must not make the shares more than a whole.
      if instance.stages > 1 { multipliers.fill = fill[number] * (1 - 1e-12) }
      multipliers.work = price(slot.work) / Double(instance.gpus)
      for (option, row) in slot.tokens.enumerated() {
        multipliers.tokens[option] =
          price(row) * unit * Double(instance.degrees[option]) / Double(instance.capacity(option))
      }
      for cut in slot.cuts where price(cut.constraint) > 0 && bounds(of: cut, kind) != .free {
        switch cut.condition {
        case .timeBelow: multipliers.time[cut.option] = price(cut.constraint)
        case .pacedFrom: multipliers.paced[cut.option] = price(cut.constraint)
        case .exclusive(let ranks, _):
          multipliers.exclusive.append(
            ExclusiveMultiplier(
              option: cut.option, ranks: ranks, price: price(cut.constraint) * unit))
        case .knapsack(let number):
          multipliers.knapsacks.append(
            KnapsackMultiplier(row: number, price: price(cut.constraint) * unit))
        case .headed(let heads, _, _):
          multipliers.headed.append(
            HeadedMultiplier(
              option: cut.option, heads: heads,
              price: price(cut.constraint) * unit / Double(instance.capacity(cut.option))))
        }
      }
      if kind.below == .infinity { multipliers.levelSlope(instance, kind) }
      return multipliers
    }
  }
}
