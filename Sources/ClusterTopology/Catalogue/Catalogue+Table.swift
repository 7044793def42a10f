import Quantities

extension Catalogue {
  /// The nodes that a cluster file can be written from, one row each, for people.
  public static var nodeTable: (header: [String], rows: [[String]]) {
    (
      ["node", "accelerators", "memory", "scale-up domain", "cards", "fabric"],
      nodes.map(\.columns)
    )
  }
}

extension NodePreset {
  fileprivate var columns: [String] {
    let device = Catalogue.accelerator(accelerator)?.accelerator
    return [
      name, "\(acceleratorsPerNode) × \(accelerator)", device?.visibleMemory.description ?? "",
      scaleUp.map { "\(domain) by \($0.kind.rawValue), \($0.perAccelerator)" } ?? "",
      nics.map { "\($0.perNode) × \($0.gigabitsPerSecond.spelled) Gb/s" } ?? "state them",
      fabric.rawValue,
    ]
  }
}
