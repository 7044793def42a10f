import LinearProgramming

/// The linear program that a box relaxes to, kept in GLPK from box to box.
///
/// For each kind c of micro-batches: the sum T_c of their times, x_scd of each row of sequences in
/// groups of each degree, and n_cd groups. It minimises Σ T_c under the rows of `KindMultipliers`,
/// Σ_d d · n_cd ≤ N · count_c, and every sequence being somewhere. A box is told by bounds alone;
/// rows that depend on the limit of T join the program when a box first needs them.
struct BoxProgram: ~Copyable {
  private let instance: ScatteringInstance
  let rows: [SequenceRow]
  private var session: Session
  private var covers: [Constraint] = []
  private var slots: [Slot] = []
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
    var limited: [LimitedRow] = []
    var paced: [PacedRow] = []
    /// "This sequence needs a group of this degree", for those that needed saying.
    var lone: [(row: Int, option: Int, constraint: Constraint)] = []
  }

  /// The rows of one degree that hold under a limit of T.
  private struct LimitedRow {
    var limit: Double
    var option: Int
    var ranks: Range<Int>
    var exclusive: Constraint?
    var time: Constraint?
  }

  /// The row of one degree that holds above a time.
  private struct PacedRow {
    var atLeast: Double
    var option: Int
    var constraint: Constraint
  }

  init(_ instance: ScatteringInstance, singleRows: Int, rowLimit: Int) throws(SolverError) {
    self.instance = instance
    rows = instance.sequenceRows(single: singleRows, limit: rowLimit)
    unit = instance.batchWork / Double(instance.gpus)
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
    /// How many sequences of each row are in groups of each option, by kind, row and option.
    var placed: [[[Double]]] = []
  }

  mutating func solve(_ box: SearchBox) throws(SolverError) -> Answer {
    while slots.count < box.kinds.count { addSlot() }
    for kind in box.kinds.indices { addLimitedRows(kind, limit: box.kinds[kind].below) }
    for kind in box.kinds.indices { addPacedRows(kind, atLeast: box.kinds[kind].atLeast) }
    for slot in slots.indices { setBounds(slot, box) }
    var solution = try session.solve()
    for _ in 0..<4 where solution.termination == .optimal && addLoneRows(box, solution) {
      solution = try session.solve()
    }
    switch solution.termination {
    case .optimal:
      var answer = Answer(
        isOptimal: true, multipliers: multipliers(box, solution.duals.map { -$0 }))
      answer.times = box.kinds.indices.map {
        (solution[slots[$0].time] ?? 0) * unit / Double(box.kinds[$0].count)
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
      return Answer(isOptimal: false, multipliers: multipliers(box, proof.map { -$0 * scale }))
    default:
      return Answer(isOptimal: false, multipliers: multipliers(box, solution.duals.map { -$0 }))
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
        tokens[option].add(row.tokens[option] / Double(instance.setting.tokensPerGPU), x[option])
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

  /// Adds the rows that depend on a limit of T, where the slot has none for it yet.
  private mutating func addLimitedRows(_ kind: Int, limit: Double) {
    guard !slots[kind].limited.contains(where: { $0.limit == limit }) else { return }
    for option in 0..<instance.options {
      let first = instance.classOfRank.firstIndex {
        instance.isHeld($0, option) && instance.aloneTime($0, option) < limit
      }
      guard let first else { continue }
      let groups = slots[kind].groups[option]
      var limited = LimitedRow(
        limit: limit, option: option,
        ranks: instance.exclusiveRanks(from: first, option, limit: limit))
      var exclusive = LinearExpression([.init(-1, groups)])
      var time = LinearExpression()
      for (row, x) in zip(rows, slots[kind].placed) {
        let isInside =
          row.ranks.lowerBound >= first && row.ranks.upperBound <= limited.ranks.upperBound
        if isInside { exclusive.add(1, x[option]) }
        time.add(row.times[option] / unit, x[option])
      }
      limited.exclusive = session.program.constrain(exclusive <= 0)
      let room = limit - instance.groupTimes[option]
      if limit < .infinity, room > 0 {
        time.add(-room / unit, groups)
        limited.time = session.program.constrain(time <= 0)
      }
      slots[kind].limited.append(limited)
    }
  }

  /// Adds the rows that depend on the least T, where the slot has none for it yet.
  private mutating func addPacedRows(_ kind: Int, atLeast: Double) {
    guard !slots[kind].paced.contains(where: { $0.atLeast == atLeast }) else { return }
    for option in 0..<instance.options {
      let most = Double(instance.gpus / instance.degrees[option])
      var paced = LinearExpression([.init(-most, slots[kind].time)])
      paced.add((instance.groupTimes[option] - atLeast) / unit, slots[kind].groups[option])
      for (row, x) in zip(rows, slots[kind].placed) {
        paced.add(row.times[option] / unit, x[option])
      }
      slots[kind].paced.append(
        PacedRow(
          atLeast: atLeast, option: option, constraint: session.program.constrain(paced <= 0)))
    }
  }

  /// Says of long sequences that they need a group, where the solution gives them a part of one;
  /// false where it does so nowhere.
  private mutating func addLoneRows(_ box: SearchBox, _ solution: Solution) -> Bool {
    var isAdded = false
    for slot in box.kinds.indices {
      for row in rows.indices where rows[row].isSingle {
        for option in 0..<instance.options {
          let x = slots[slot].placed[row][option]
          let groups = slots[slot].groups[option]
          guard let placed = solution[x], let opened = solution[groups],
            placed > opened + 0.01
          else { continue }
          slots[slot].lone.append(
            (row, option, session.program.constrain(LinearExpression([.init(1, x)]) <= groups)))
          isAdded = true
        }
      }
    }
    return isAdded
  }

  private mutating func setBounds(_ slot: Int, _ box: SearchBox) {
    let parts = slots[slot]
    let kind = slot < box.kinds.count ? box.kinds[slot] : MicroBatchKind(count: 0, below: 0)
    let count = Double(kind.count)
    session.program.setBounds(
      .between(count * kind.atLeast / unit, count == 0 ? 0 : count * kind.below / unit),
      of: parts.time)
    session.program.setBounds(.atMost(count * Double(instance.gpus)), of: parts.gpus)
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
    for limited in parts.limited {
      let bounds: Bounds = limited.limit == kind.below ? .atMost(0) : .free
      if let exclusive = limited.exclusive { session.program.setBounds(bounds, of: exclusive) }
      if let time = limited.time { session.program.setBounds(bounds, of: time) }
    }
    for row in parts.paced {
      let most = Double(instance.gpus / instance.degrees[row.option])
      session.program.setBounds(
        row.atLeast == kind.atLeast ? .atMost(-most * count * kind.atLeast / unit) : .free,
        of: row.constraint)
    }
  }

  /// The multipliers in seconds, from those of the program's rows.
  private func multipliers(_ box: SearchBox, _ duals: [Double]) -> [KindMultipliers] {
    guard duals.count == session.program.constraintCount else {
      return box.kinds.map { _ in .zero(options: instance.options) }
    }
    func price(_ constraint: Constraint?) -> Double {
      constraint.map { max(0, duals[Int($0.index)]) } ?? 0
    }
    return box.kinds.enumerated().map { number, kind in
      let slot = slots[number]
      var multipliers = KindMultipliers.zero(options: instance.options)
      multipliers.work = price(slot.work) / Double(instance.gpus)
      for row in slot.paced where row.atLeast == kind.atLeast {
        multipliers.paced[row.option] = price(row.constraint)
      }
      if kind.below == .infinity { multipliers.levelSlope(instance) }
      for (option, row) in slot.tokens.enumerated() {
        multipliers.tokens[option] = price(row) * unit / Double(instance.setting.tokensPerGPU)
      }
      for row in slot.limited where row.limit == kind.below {
        multipliers.time[row.option] = price(row.time)
        add(row.ranks, row.option, price(row.exclusive) * unit)
      }
      for lone in slot.lone {
        add(rows[lone.row].ranks, lone.option, price(lone.constraint) * unit)
      }
      return multipliers

      func add(_ ranks: Range<Int>, _ option: Int, _ price: Double) {
        guard price > 0 else { return }
        multipliers.exclusive.append(
          ExclusiveMultiplier(option: option, ranks: ranks, price: price))
      }
    }
  }
}

extension KindMultipliers {
  /// Lowers the prices of time until they ask for no more of T than its cost of 1, which rounding may
  /// miss and which only a limit on T would forgive.
  fileprivate mutating func levelSlope(_ instance: ScatteringInstance) {
    var slope = Double(instance.gpus) * work
    for (degree, paced) in zip(instance.degrees, paced) {
      slope += Double(instance.gpus / degree) * paced
    }
    guard slope > 1 - 1e-12 else { return }
    let factor = (1 - 1e-12) / slope
    work *= factor
    paced = paced.map { $0 * factor }
  }
}
