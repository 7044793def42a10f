import InputFiles

/// The hosts of the cluster, with what is said of each.
struct HostTable {
  /// By the order in which they are met; the record is an index into `records`.
  private(set) var hosts: [(name: Fact<String>, record: Int)] = []
  /// What is said of hosts: those of which the same is said share one.
  private(set) var records: [NodeFacts] = []
  /// What is said of nodes without a name.
  private(set) var shapes: [NodeFacts] = []
  private(set) var warnings: [InputFault] = []
  private var index: [String: Int] = [:]
  /// The record that a statement makes of another, or of none.
  private var combined: [Combination: Int] = [:]
  private var statements = 0

  private struct Combination: Hashable {
    let record: Int?
    let statement: Int
  }

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

  private mutating func add(_ source: Evidence, isInventory: Bool, _ merger: inout FactMerger) {
    var strangers: [Fact<String>] = []
    shapes += source.nodes.filter(\.hosts.isEmpty)
    for facts in source.nodes {
      statements += 1
      for host in facts.hosts {
        if let place = index[host.value] {
          hosts[place].record = record(hosts[place].record, with: facts, &merger)
        } else if isInventory {
          append(host, facts, &merger)
        } else {
          strangers.append(host)
        }
      }
    }
    if let first = strangers.first { warn(of: strangers.count, first) }
    guard isInventory, source.nodes.allSatisfy(\.hosts.isEmpty), let tree = source.tree else {
      return
    }
    statements += 1
    for name in tree.hosts where index[name] == nil {
      let host = Fact(value: name, file: tree.file, position: tree.position)
      append(host, NodeFacts(), &merger)
    }
  }

  private mutating func append(
    _ host: Fact<String>, _ facts: NodeFacts, _ merger: inout FactMerger
  ) {
    index[host.value] = hosts.count
    hosts.append((host, record(nil, with: facts, &merger)))
  }

  /// What the present statement makes of a record.
  private mutating func record(
    _ record: Int?, with facts: NodeFacts, _ merger: inout FactMerger
  ) -> Int {
    let key = Combination(record: record, statement: statements)
    if let known = combined[key] { return known }
    var result = record.map { records[$0] } ?? NodeFacts()
    merger.merge(facts, into: &result)
    combined[key] = records.count
    records.append(result)
    return records.count - 1
  }

  private mutating func warn(of count: Int, _ first: Fact<String>) {
    warnings.append(
      first.fault(
        "\(first.value)\(count > 1 ? " and \((count - 1).grouped) more are" : " is") no host of the "
          + "cluster, and left out", severity: .warning))
  }

  /// Hosts without accelerators train nothing.
  private mutating func leaveOutHosts() {
    let isEmpty = records.map { $0.acceleratorsPerNode?.value == 0 }
    let empty = hosts.filter { isEmpty[$0.record] }
    guard let first = empty.first, empty.count < hosts.count else { return }
    hosts.removeAll { isEmpty[$0.record] }
    let others = (empty.count - 1).grouped
    warnings.append(
      first.name.fault(
        first.name.value
          + (empty.count > 1
            ? " and \(others) more have no accelerator, and are left out"
            : " has no accelerator, and is left out"),
        severity: .warning))
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
