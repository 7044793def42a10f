import LinearProgramming

extension ScatteringInstance {
  /// FlexSP's scattering, with its program for each micro-batch handed to GLPK as it is; nil where
  /// GLPK finds no answer within the time.
  ///
  /// Sequences are cut, longest first, into micro-batches of about equal tokens, and each micro-batch
  /// is solved by itself, with lengths rounded up to at most 16 buckets:
  /// ```
  /// min M,  Σ_p A_kp = size_k,  Σ_k s_k A_kp ≤ capacity_p m_p,  Σ_k t(s_k, d_p) A_kp ≤ M,
  /// Σ_p d_p m_p ≤ N,  A whole, m 0 or 1
  /// ```
  /// - Parameter timeLimit: for each micro-batch.
  /// - Source: Wang et al. 2025, arXiv 2412.01523, and their solver's code.
  func flexSP(timeLimit: Duration) throws(SolverError) -> Packing? {
    for microBatches in leastMicroBatches..<leastMicroBatches + 5 {
      var packing = Packing(
        microBatches: microBatches, stages: stages, groups: [],
        groupOfItem: Array(repeating: 0, count: count), times: [])
      var isSolved = true
      for (number, ranks) in evenCuts(microBatches).enumerated() where isSolved {
        let program = FlexSPProgram(self, ranks)
        guard let groups = try program.solve(timeLimit: timeLimit) else {
          isSolved = false
          break
        }
        var longest = 0.0
        for group in groups {
          for rank in group.ranks { packing.groupOfItem[rank] = packing.groups.count }
          packing.groups.append((number, group.option))
          let time = group.ranks.reduce(groupTimes[group.option]) {
            $0 + self.time(classOfRank[$1], group.option)
          }
          longest = max(longest, time)
        }
        packing.times.append(longest)
      }
      if isSolved { return packing }
    }
    return nil
  }

  /// The sequences by rank in consecutive runs of about equal tokens.
  private func evenCuts(_ parts: Int) -> [Range<Int>] {
    let tokens = classOfRank.map { lengths[$0] }
    let share = Double(tokens.reduce(0, +)) / Double(parts)
    var ends = [0]
    var sum = 0
    for (rank, length) in tokens.enumerated() {
      sum += length
      if Double(sum) >= share * Double(ends.count), ends.count < parts { ends.append(rank + 1) }
    }
    ends.append(count)
    return zip(ends, ends.dropFirst()).map { $0..<$1 }.filter { !$0.isEmpty }
  }
}

/// The program of one micro-batch.
private struct FlexSPProgram {
  private let instance: ScatteringInstance
  /// Sequences of about one length, by rank; the first is the longest and stands for all.
  private let buckets: [Range<Int>]

  init(_ instance: ScatteringInstance, _ ranks: Range<Int>) {
    self.instance = instance
    var starts: [Int] = []
    for rank in ranks
    where rank == ranks.lowerBound || instance.classOfRank[rank] != instance.classOfRank[rank - 1] {
      starts.append(rank)
    }
    // Neighbours whose rounding up costs least are joined until 16 are left.
    func length(_ rank: Int) -> Int { instance.lengths[instance.classOfRank[rank]] }
    while starts.count > 16 {
      let ends = Array(starts.dropFirst()) + [ranks.upperBound]
      let cheapest = (1..<starts.count).min { one, other in
        func loss(_ index: Int) -> Int {
          (length(starts[index - 1]) - length(starts[index])) * (ends[index] - starts[index])
        }
        return loss(one) < loss(other)
      }
      if let cheapest { starts.remove(at: cheapest) }
    }
    buckets = zip(starts, starts.dropFirst() + [ranks.upperBound]).map { $0..<$1 }
  }

  func solve(timeLimit: Duration) throws(SolverError) -> [(option: Int, ranks: [Int])]? {
    let candidates = instance.degrees.indices.flatMap { option in
      repeatElement(option, count: instance.gpus / instance.degrees[option])
    }
    let unit = instance.batchWork / Double(instance.gpus)
    var program = LinearProgram("FlexSP's micro-batch")
    let longest = program.variable("M", cost: 1)
    let opened = candidates.map { _ in program.variable(in: .unit, .binary) }
    let placed = buckets.map { bucket in
      candidates.map { option in
        let isHeld = instance.isHeld(instance.classOfRank[bucket.lowerBound], option)
        return program.variable(in: .between(0, isHeld ? Double(bucket.count) : 0), .integer)
      }
    }
    for (bucket, row) in zip(buckets, placed) {
      program.constrain(row.sum() == Double(bucket.count))
    }
    for (group, option) in candidates.enumerated() {
      var time = LinearExpression([.init(-1, longest)])
      var tokens = LinearExpression()
      for (bucket, row) in zip(buckets, placed) {
        let index = instance.classOfRank[bucket.lowerBound]
        time.add(instance.time(index, option) / unit, row[group])
        tokens.add(Double(instance.tokens(index, option)), row[group])
      }
      time.add(instance.groupTimes[option] / unit, opened[group])
      program.constrain(time <= 0)
      if instance.setting.memoryRule == .packed {
        tokens.add(-Double(instance.capacity(option)), opened[group])
        program.constrain(tokens <= 0)
      } else {
        program.constrain(placed.map { $0[group] }.sum() <= Double(instance.count) * opened[group])
      }
    }
    let degrees = candidates.map { Double(instance.degrees[$0]) }
    program.constrain(dot(degrees, opened) <= Double(instance.gpus))
    var options = SolveOptions()
    options.timeLimit = timeLimit
    let solution = try program.solve(options)
    guard let point = solution.point else { return nil }
    var groups = candidates.map { (option: $0, ranks: [Int]()) }
    for (bucket, row) in zip(buckets, placed) {
      var next = bucket.lowerBound
      for (group, x) in row.enumerated() {
        let end = min(bucket.upperBound, next + Int(point[x].rounded()))
        groups[group].ranks += next..<end
        next = end
      }
    }
    return groups.filter { !$0.ranks.isEmpty }
  }
}
