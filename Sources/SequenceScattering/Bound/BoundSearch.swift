import LinearProgramming

/// Branch and bound over the times of the micro-batches, and the places of the longest sequences.
///
/// A box is relaxed to the linear program of `BoxProgram`; its multipliers, applied to the sequences
/// themselves, bound it. Where the program puts part of a sequence into a micro-batch that ends before
/// the sequence could, the box is split at that time; where it divides a long sequence between
/// micro-batches or degrees, by its place; in a proof also by the number of groups of a degree, where it
/// has part of one, and knapsack rows join where no split is left. Boxes of all numbers of micro-batches
/// wait in one queue, the lowest bound first.
struct BoundSearch: ~Copyable {
  private let instance: ScatteringInstance
  private let isProof: Bool
  /// What work alone tells.
  let plain: PlainBound
  private var program: BoxProgram
  private var certificate: ScatteringCertificate
  private var open: [OpenBox] = []
  /// The least bound of the boxes that are not split further.
  private var closedBound = Double.infinity
  private(set) var solved = 0
  /// Simplex iterations, and 30 for the fixed cost of each box.
  var work: Int { program.iterations + 30 * solved }

  private struct OpenBox {
    var node: Int
    var box: SearchBox
    var multipliers: [KindMultipliers]
    /// Seconds, fixed times included.
    var bound: Double
  }

  /// What the search learned from a box.
  struct Finding {
    /// What packings may aim at, by micro-batch; empty where the box has no use.
    var targets: [PackingTarget]
    /// Seconds that no scattering in the box is faster than.
    var bound: Double
    /// Whether the box was split.
    var isSplit: Bool
  }

  init(_ instance: ScatteringInstance, isProof: Bool) throws(SolverError) {
    self.instance = instance
    self.isProof = isProof
    plain = PlainBound(instance)
    program = try BoxProgram(instance, singleRows: 10, rowLimit: 48)
    certificate = ScatteringCertificate(
      bound: 0, firstMicroBatches: instance.leastMicroBatches, roots: [], nodes: [])
  }

  private var nextMicroBatches: Int {
    certificate.firstMicroBatches + certificate.roots.count
  }

  /// Seconds that no scattering is faster than, as far as the search came.
  var bound: Double {
    min(closedBound, open.last?.bound ?? .infinity, plain.atLeast(nextMicroBatches))
  }

  /// Whether a further step may raise the bound.
  var canRise: Bool { bound < closedBound }

  /// Takes up the box of the lowest bound.
  ///
  /// - Parameter cutoff: boxes with a bound of at least this are not split.
  mutating func step(cutoff: Double) throws(SolverError) -> Finding {
    if open.last?.bound ?? .infinity >= plain.atLeast(nextMicroBatches) { openTree() }
    guard var part = open.popLast() else {
      return Finding(targets: [], bound: bound, isSplit: false)
    }
    var answer = try solve(&part, separating: false)
    if isProof, part.bound < cutoff, answer.isOptimal, branch(part, answer) == nil {
      answer = try solve(&part, separating: true)
    }
    let targets = answer.isOptimal ? targets(part.box, answer) : []
    let finding = Finding(targets: targets, bound: part.bound, isSplit: false)
    guard part.bound < cutoff, answer.isOptimal, let branch = branch(part, answer) else {
      closedBound = min(closedBound, part.bound)
      return finding
    }
    split(part, at: branch)
    return Finding(targets: targets, bound: part.bound, isSplit: true)
  }

  /// The better answer of the program where the longest micro-batch is told by all alike, and, in a
  /// pipeline, by those that the program makes longest; its multipliers are kept where they prove more
  /// than the box's own.
  private mutating func solve(
    _ part: inout OpenBox, separating: Bool
  ) throws(SolverError) -> BoxProgram.Answer {
    let box = part.box
    func bound(_ answer: BoxProgram.Answer) -> Double {
      instance.bound(of: box, answer.multipliers, program.knapsacks)
        + instance.fixedTime(box.microBatches)
    }
    let alike = 1 / Double(box.microBatches)
    var answer = try program.solve(
      box, fill: box.kinds.map { _ in alike }, separating: separating)
    solved += 1
    var proven = bound(answer)
    if instance.stages > 1, box.kinds.count > 1, answer.isOptimal,
      let longest = answer.times.indices.max(by: { answer.times[$0] < answer.times[$1] })
    {
      let other = try program.solve(
        box, fill: box.kinds.indices.map { $0 == longest ? 1 / Double(box.kinds[$0].count) : 0 })
      solved += 1
      let value = bound(other)
      if other.isOptimal, value > proven { (answer, proven) = (other, value) }
    }
    if proven > part.bound {
      part.bound = proven
      part.multipliers = answer.multipliers
    }
    certificate.nodes[part.node] = .leaf(part.multipliers)
    return answer
  }

  /// The evidence for the bound as it stands, which gives way by what rounding may do to sums over
  /// all sequences.
  var evidence: ScatteringCertificate {
    var evidence = certificate
    evidence.knapsacks = program.knapsacks
    evidence.bound = bound * (1 - 1e-9)
    return evidence
  }

  /// Adds the tree of the next number of micro-batches, split at once at the time that some sequence
  /// needs wherever it is, if that is longer than a micro-batch's share of the work.
  private mutating func openTree() {
    let box = SearchBox(microBatches: nextMicroBatches)
    // That a micro-batch takes its share of the work is the plain bound; rounding must not ask for
    // more of T than there is.
    var multipliers = KindMultipliers.zero(options: instance.options)
    if instance.stages > 1 { multipliers.fill = (1 - 1e-12) / Double(box.microBatches) }
    multipliers.work =
      (1 - 1e-12) * (1 + Double(instance.stages - 1) * multipliers.fill) / Double(instance.gpus)
    let root = certificate.nodes.count
    certificate.roots.append(root)
    let needed = instance.leastTime
    guard needed * Double(box.microBatches * instance.gpus) > instance.batchWork else {
      _ = add(box, [multipliers])
      return
    }
    certificate.nodes.append(.leaf([multipliers]))
    let (below, atLeast) = box.split(kind: 0, at: needed)
    let children = [below, atLeast].map {
      add($0, $0.kinds.map { _ in multipliers })
    }
    certificate.nodes[root] = .time(
      kind: 0, threshold: needed, below: children[0], atLeast: children[1])
  }

  /// Adds a box to the tree and, unless nothing fits it, to the queue; returns its node.
  private mutating func add(_ box: SearchBox, _ multipliers: [KindMultipliers]) -> Int {
    let node = certificate.nodes.count
    certificate.nodes.append(.leaf(multipliers))
    let fixed = instance.fixedTime(box.microBatches)
    let bound = max(
      instance.bound(of: box, multipliers, program.knapsacks) + fixed, plain(box.microBatches))
    guard bound < .infinity else { return node }
    // Descending, so that the lowest is last; of equal bounds the older one comes first.
    let place = open.firstIndex { $0.bound <= bound } ?? open.count
    open.insert(
      OpenBox(node: node, box: box, multipliers: multipliers, bound: bound), at: place)
    return node
  }
}

// MARK: - Branching

extension BoundSearch {
  /// Where a box is split.
  private enum Branch {
    case time(kind: Int, threshold: Double)
    case place(rank: Int, index: Int)
    case degree(rank: Int, index: Int, upTo: Int)
    case groups(kind: Int, option: Int, upTo: Int)
  }

  /// Where the relaxation is furthest from a scattering; nil where it is near enough.
  private func branch(_ part: OpenBox, _ answer: BoxProgram.Answer) -> Branch? {
    earlyTime(part.box, answer, total: part.bound) ?? dividedSequence(part.box, answer)
      ?? (isProof ? missingGroup(part.box, answer) : nil)
  }

  private mutating func split(_ part: OpenBox, at branch: Branch) {
    func degrees(_ index: Int) -> ClosedRange<Int> {
      instance.degrees[instance.leastOption[index]]...(instance.degrees.last ?? 1)
    }
    switch branch {
    case .time(let kind, let threshold):
      let (below, atLeast) = part.box.split(kind: kind, at: threshold)
      let children = [add(below, from: part), add(atLeast, from: part)]
      certificate.nodes[part.node] = .time(
        kind: kind, threshold: threshold, below: children[0], atLeast: children[1])
    case .place(let rank, let index):
      let children = part.box.split(rank: rank, anyOf: degrees(index)).enumerated().map {
        add($0.element, from: part, split: $0.offset)
      }
      certificate.nodes[part.node] = .place(rank: rank, children: children)
    case .degree(let rank, let index, let degree):
      let (narrow, wide) = part.box.split(rank: rank, anyOf: degrees(index), upTo: degree)
      let children = [add(narrow, from: part), add(wide, from: part)]
      certificate.nodes[part.node] = .degree(
        rank: rank, upTo: degree, narrow: children[0], wide: children[1])
    case .groups(let kind, let option, let most):
      let all = 0...instance.gpus / instance.degrees[option]
      let (few, many) = part.box.split(kind: kind, option: option, anyOf: all, upTo: most)
      let children = [add(few, from: part), add(many, from: part)]
      certificate.nodes[part.node] = .groups(
        kind: kind, option: option, upTo: most, few: children[0], many: children[1])
    }
  }

  /// A part of a box, with the multipliers of the whole: a kind that is new has those of its origin.
  private mutating func add(_ box: SearchBox, from part: OpenBox, split kind: Int? = nil) -> Int {
    var multipliers = part.multipliers
    if box.kinds.count > multipliers.count {
      let origin = part.box.kinds.indices.first { box.kinds[$0].count < part.box.kinds[$0].count }
      multipliers.append(multipliers[kind ?? origin ?? 0])
    }
    return add(box, multipliers)
  }

  /// The degree of which the program has too few whole groups for what it puts into them, the most
  /// GPUs too few, and the whole groups that it has.
  private func missingGroup(_ box: SearchBox, _ answer: BoxProgram.Answer) -> Branch? {
    var worst = 0.05
    var found: Branch?
    for (number, kind) in box.kinds.enumerated() {
      let count = Double(kind.count)
      for option in 0..<instance.options {
        var time = 0.0
        var tokens = 0.0
        for (row, sequences) in program.rows.enumerated() {
          let placed = answer.placed[number][row][option] / count
          time += placed * sequences.times[option]
          tokens += placed * sequences.tokens[option]
        }
        let left = answer.times[number] - instance.groupTimes[option]
        guard time > 0, left > 0 else { continue }
        let isPacked = instance.setting.memoryRule == .packed
        let needed = max(
          time / left, isPacked ? tokens / Double(instance.capacity(option)) : 0,
          answer.groups[number][option])
        let whole = (needed - 0.01).rounded(.up)
        let range = instance.groups(kind, option)
        let missing = (whole - answer.groups[number][option]) * Double(instance.degrees[option])
        guard missing > worst, whole - 1 >= Double(range.lowerBound),
          whole - 1 < Double(range.upperBound)
        else { continue }
        worst = missing
        found = .groups(kind: number, option: option, upTo: Int(whole) - 1)
      }
    }
    return found
  }

  /// The kind in which sequences most miss "a sequence ends before its micro-batch does", and the
  /// median, by how much each misses it, of the times that they need.
  private func earlyTime(
    _ box: SearchBox, _ answer: BoxProgram.Answer, total: Double
  ) -> Branch? {
    var worst = 0.0005 * total
    var found: Branch?
    for kind in box.kinds.indices {
      var violations: [(time: Double, weight: Double)] = []
      for (row, sequences) in program.rows.enumerated() {
        for option in 0..<instance.options {
          let placed = answer.placed[kind][row][option]
          guard placed > 1e-6 else { continue }
          let alone = instance.aloneTime(sequences.index, option)
          let weight = (alone - answer.times[kind]) * min(1, placed)
          if weight > 0.0005 * total, alone > box.kinds[kind].atLeast {
            violations.append((alone, weight))
          }
        }
      }
      guard let largest = violations.map(\.weight).max(), largest > worst else { continue }
      violations.sort { $0.time < $1.time }
      var left = violations.reduce(0) { $0 + $1.weight } / 2
      let median = violations.first {
        left -= $0.weight
        return left <= 0
      }
      worst = largest
      found = median.map { .time(kind: kind, threshold: $0.time) }
    }
    return found
  }

  /// The heaviest sequence that the program divides between micro-batches or degrees.
  private func dividedSequence(_ box: SearchBox, _ answer: BoxProgram.Answer) -> Branch? {
    var worst = isProof ? 0.002 : 0.02
    var found: Branch?
    for (row, sequences) in program.rows.enumerated() {
      guard sequences.isSingle else { continue }
      let rank = sequences.ranks.lowerBound
      let share =
        instance.leastWork[sequences.index] * Double(box.microBatches) / instance.batchWork
      var inKind = box.kinds.indices.map { answer.placed[$0][row].reduce(0, +) }
      for kind in box.kinds.indices { inKind[kind] /= Double(box.kinds[kind].count) }
      guard let home = inKind.indices.max(by: { inKind[$0] < inKind[$1] }) else { continue }
      if share * (1 - inKind[home]) > worst {
        worst = share * (1 - inKind[home])
        found = .place(rank: rank, index: sequences.index)
        continue
      }
      let atDegree = answer.placed[home][row]
      let most = atDegree.max() ?? 1
      if inKind[home] > 0.99, share * (1 - most) > worst,
        let option = atDegree.firstIndex(where: { $0 > 1e-6 }),
        let last = atDegree.lastIndex(where: { $0 > 1e-6 }), option < last
      {
        worst = share * (1 - most)
        found = .degree(rank: rank, index: sequences.index, upTo: instance.degrees[option])
      }
    }
    return found
  }

  /// The times of the micro-batches, long enough for the sequences that are mostly in them, and the
  /// groups that the program would form.
  private func targets(_ box: SearchBox, _ answer: BoxProgram.Answer) -> [PackingTarget] {
    box.kinds.indices.flatMap { kind in
      var time = answer.times[kind]
      for (row, sequences) in program.rows.enumerated() {
        for option in 0..<instance.options where answer.placed[kind][row][option] > 0.3 {
          time = max(time, instance.aloneTime(sequences.index, option))
        }
      }
      let groups = answer.groups[kind].map { Int($0 + 1e-6) }
      return [PackingTarget](
        repeating: PackingTarget(time: time, groups: groups), count: box.kinds[kind].count)
    }
  }
}
