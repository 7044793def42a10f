extension LaunchPlan {
  /// Where a placement of experts does not agree with itself or with the plan's degrees.
  var expertPlacementFaults: [PlanFault] {
    guard let placed = expertPlacement?.placement else { return [] }
    let path = "expertPlacement.placement"
    let most = 1 << 20
    guard (1...most).contains(placed.nodes), (1...most).contains(placed.gpusPerNode),
      placed.nodes * placed.gpusPerNode == parallelism.expert
    else {
      return [
        PlanFault(
          "\(path).gpusPerNode",
          "is \(placed.gpusPerNode) on \(placed.nodes) nodes, but the plan has "
            + "\(parallelism.expert) expert ranks")
      ]
    }
    var faults: [PlanFault] = []
    if placed.slots.count != placed.layers.count {
      faults.append(
        PlanFault(
          "\(path).slots",
          "has \(placed.slots.count) layers, but \(placed.layers.count) are placed"))
    }
    for (index, row) in placed.slots.enumerated() {
      if row.isEmpty || !row.count.isMultiple(of: parallelism.expert) {
        faults.append(
          PlanFault(
            "\(path).slots[\(index)]",
            "has \(row.count) slots, but must have equally many on \(parallelism.expert) ranks"))
      }
      if let other = row.first(where: { !(-1..<max(0, placed.experts)).contains($0) }) {
        faults.append(
          PlanFault(
            "\(path).slots[\(index)]",
            "has expert \(other), but must be one of \(placed.experts) experts, or -1"))
      }
    }
    return faults
  }
}

extension PlanInputs.Workload {
  /// Where the use of expert ranks is none.
  var expertUseFaults: [PlanFault] {
    var faults: [PlanFault] = []
    for (index, use) in (expertUse ?? []).enumerated() {
      let path = "inputs.workload.expertUse[\(index)]"
      guard (2...1 << 20).contains(use.ranks), use.ranks <= use.experts else {
        faults.append(
          PlanFault(
            "\(path).ranks",
            "is \(use.ranks), but must be from 2 to the \(use.experts) experts"))
        continue
      }
      if let side = use.ranksPerDomain, side < 1 || !use.ranks.isMultiple(of: side) {
        faults.append(
          PlanFault("\(path).ranksPerDomain", "is \(side), but must divide \(use.ranks)"))
      }
      let most = Double(use.ranks)
      for (key, value) in [
        ("imbalance", use.imbalance), ("ranksReached", use.ranksReached ?? 1),
        ("domainsReached", use.domainsReached ?? 1),
      ] where !(value >= 1 - 1e-9 && value <= most * (1 + 1e-9)) {
        faults.append(
          PlanFault("\(path).\(key)", "is \(value), but must be from 1 to \(use.ranks)"))
      }
    }
    return faults
  }
}
