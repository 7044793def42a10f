import ClusterTopology
import InputFiles
import Quantities

/// Why no cluster can be made of some files.
public enum ImportFailure: Error, Sendable {
  /// The files contradict one another, or cannot be read.
  case faults(InputFaults)
  /// The user must say what no file tells.
  case need(ImportNeed)
}

/// Combines what several files say into one cluster.
public enum ClusterMerge {
  /// A file may have this many kinds of node.
  private static let groupLimit = 256

  /// The cluster that some files describe together.
  ///
  /// - Throws: all contradictions at once, or the first thing that the user must say.
  public static func cluster(
    _ evidence: [Evidence], options: ImportOptions = ImportOptions()
  ) throws(ImportFailure) -> ImportedCluster {
    guard !evidence.isEmpty else { throw .need(.noFile) }
    var merger = FactMerger()
    let table = HostTable(evidence, &merger)
    let groups = HostGroup.groups(table, &merger)
    if groups.count > groupLimit, let first = table.hosts.first?.name {
      merger.report(
        first.fault(
          "the hosts are of \(groups.count) kinds, but a cluster file may have \(groupLimit)"))
    }
    if table.hosts.count > ClusterTopology.nodeLimit, let first = table.hosts.first?.name {
      merger.report(
        first.fault(
          "the files name \(table.hosts.count.grouped) hosts, but a cluster may have "
            + ClusterTopology.nodeLimit.grouped))
    }
    for group in groups { merger.checkLimits(group.facts) }
    guard merger.faults.isEmpty else {
      throw .faults(InputFaults(reason: .malformed, faults: merger.faults))
    }
    var cluster = ImportedCluster(name: name(evidence, options))
    cluster.warnings = evidence.flatMap(\.warnings) + table.warnings
    do throws(ImportNeed) {
      try build(groups, table, evidence, options, &cluster)
    } catch {
      throw .need(error)
    }
    return cluster
  }

  private static func build(
    _ groups: [HostGroup], _ table: HostTable, _ evidence: [Evidence], _ options: ImportOptions,
    _ cluster: inout ImportedCluster
  ) throws(ImportNeed) {
    let named = table.hosts.count
    if let given = options.nodes, named > 0, given != named {
      throw .nodeCount(given: given, named: named)
    }
    if named == 0, options.nodes == nil {
      cluster.warn("no file names the hosts: one node is taken; --nodes says how many there are")
    }
    let trees = evidence.compactMap(\.tree)
    var builder = GroupBuilder(options)
    for source in groups {
      let (ordered, domain) = order(source, table, trees.first, &cluster)
      cluster.groups.append(
        try builder.group(
          ordered, nodes: named == 0 ? options.nodes ?? 1 : source.hosts.count, domainSize: domain))
    }
    cluster.warnings += builder.warnings
    cluster.nameGroups()
    try NetworkMerge(evidence, options).apply(to: &cluster)
  }

  private static func name(_ evidence: [Evidence], _ options: ImportOptions) -> String {
    options.name ?? evidence.lazy.compactMap(\.clusterName).first ?? "imported"
  }

  // MARK: Order

  /// The hosts in the order of the switches above them and of their scale-up domains, and the size
  /// of such a domain in nodes.
  private static func order(
    _ group: HostGroup, _ table: HostTable, _ tree: SwitchTree?, _ cluster: inout ImportedCluster
  ) -> (HostGroup, domainSize: Fact<Int>?) {
    var ordered = group
    var place: [String: Int] = [:]
    if let tree {
      for (index, host) in tree.hosts.enumerated() { place[host] = index }
      ordered.hosts = stableSort(group.hosts) { place[$0.value] ?? .max }
    }
    guard group.facts.domain != nil else { return (ordered, nil) }
    let domains = Dictionary(
      table.hosts.compactMap { host in
        table.records[host.record].domain.map { (host.name.value, $0) }
      },
      uniquingKeysWith: { first, _ in first })
    var sizes: [String: Int] = [:]
    var first: [String: Int] = [:]
    for (index, host) in ordered.hosts.enumerated() {
      let domain = domains[host.value]?.value ?? host.value
      sizes[domain, default: 0] += 1
      if first[domain] == nil { first[domain] = index }
    }
    ordered.hosts = stableSort(ordered.hosts) {
      first[domains[$0.value]?.value ?? $0.value] ?? .max
    }
    guard let size = Set(sizes.values).first, let fact = group.facts.domain else {
      return (ordered, nil)
    }
    guard Set(sizes.values).count == 1 else {
      cluster.warnings.append(
        fact.fault(
          "scale-up domains have \(sizes.values.min() ?? 0) to \(sizes.values.max() ?? 0) nodes; a "
            + "cluster file has one size for a group, and domains are left out", severity: .warning)
      )
      return (ordered, nil)
    }
    return (ordered, fact.map { _ in size })
  }

  private static func stableSort(
    _ hosts: [Fact<String>], by key: (Fact<String>) -> Int
  ) -> [Fact<String>] {
    hosts.enumerated().map { (key: key($1), index: $0, host: $1) }
      .sorted { ($0.key, $0.index) < ($1.key, $1.index) }.map(\.host)
  }
}
