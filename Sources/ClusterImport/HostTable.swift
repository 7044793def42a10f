import InputFiles

/// The hosts of the cluster, with what is said of each.
struct HostTable {
  /// By the order in which they are met.
  private(set) var hosts: [(name: Fact<String>, facts: NodeFacts)] = []
  private(set) var warnings: [InputFault] = []
  /// What is said of nodes without a name.
  private(set) var shapes: [NodeFacts] = []

  private var index: [String: Int] = [:]

  /// The hosts are those of the best inventories among the sources: what a scheduler counts, else
  /// what a network joins, else what a measurement ran on.
  init(_ evidence: [Evidence], _ merger: inout FactMerger) {
    let best = evidence.compactMap(\.inventoryRank).min()
    for source in evidence where best != nil && source.inventoryRank == best {
      add(source, isInventory: true, &merger)
    }
    for source in evidence where best == nil || source.inventoryRank != best {
      add(source, isInventory: false, &merger)
    }
    leaveOutHosts()
  }

  private mutating func add(
    _ source: Evidence, isInventory: Bool, _ merger: inout FactMerger
  ) {
    var strangers: [Fact<String>] = []
    shapes += source.nodes.filter(\.hosts.isEmpty)
    for facts in source.nodes {
      for host in facts.hosts {
        if let place = index[host.value] {
          merger.merge(facts, into: &hosts[place].facts)
        } else if isInventory {
          append(host, facts)
        } else {
          strangers.append(host)
        }
      }
    }
    if let first = strangers.first { warn(of: strangers.count, first) }
    guard isInventory, source.nodes.allSatisfy(\.hosts.isEmpty), let tree = source.tree else {
      return
    }
    for name in tree.hosts where index[name] == nil {
      append(Fact(value: name, file: tree.file, position: tree.position), NodeFacts())
    }
  }

  private mutating func append(_ host: Fact<String>, _ facts: NodeFacts) {
    index[host.value] = hosts.count
    var facts = facts
    // The record is about one host; a list that thousands share would be copied with each.
    facts.hosts = []
    hosts.append((host, facts))
  }

  private mutating func warn(of count: Int, _ first: Fact<String>) {
    warnings.append(
      first.fault(
        "\(first.value)\(count > 1 ? " and \(count - 1) more are" : " is") no host of the cluster, "
          + "and left out", severity: .warning))
  }

  /// Hosts without accelerators train nothing.
  private mutating func leaveOutHosts() {
    let empty = hosts.filter { $0.facts.acceleratorsPerNode?.value == 0 }
    guard let first = empty.first, empty.count < hosts.count else { return }
    hosts.removeAll { $0.facts.acceleratorsPerNode?.value == 0 }
    warnings.append(
      first.name.fault(
        "\(first.name.value)\(empty.count > 1 ? " and \(empty.count - 1) more have" : " has") no "
          + "accelerator, and \(empty.count > 1 ? "are" : "is") left out", severity: .warning))
  }
}

extension Evidence {
  /// How well the source knows which hosts there are, 0 the best; nil where it names none.
  fileprivate var inventoryRank: Int? {
    let namesNodes = nodes.contains { !$0.hosts.isEmpty }
    guard namesNodes || tree != nil else { return nil }
    switch kind {
    case .slurm, .slurmJSON, .kubernetes: return namesNodes ? 0 : 1
    case .infiniband, .topograph: return 1
    default: return 2
    }
  }
}
