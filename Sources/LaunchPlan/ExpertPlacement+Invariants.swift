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
