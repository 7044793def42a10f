import ClusterTopology
import InputFiles
import Quantities

/// Adds the fabric, its switches and what was measured on it to a cluster that has its nodes.
struct NetworkMerge {
  private let evidence: [Evidence]
  private let options: ImportOptions

  init(_ evidence: [Evidence], _ options: ImportOptions) {
    self.evidence = evidence
    self.options = options
  }

  func apply(to cluster: inout ImportedCluster) throws(ImportNeed) {
    let nodes = cluster.groups.reduce(0) { $0 + $1.nodes }
    // Groups reach one another by the network only.
    if cluster.groups.count > 1, cluster.groups.contains(where: { $0.cards == nil }) {
      throw .cards(nodes: nodes)
    }
    guard cluster.groups.contains(where: { $0.cards != nil }) else {
      warnOfUnused(&cluster)
      return
    }
    let presets = cluster.groups.compactMap(\.preset)
    let found = evidence.compactMap(\.network).first
    let kind = options.fabric ?? found?.value ?? presets.first?.fabric ?? .infiniband
    var fabric = Fabric(
      name: kind.rawValue, kind: kind,
      latency: presets.compactMap(\.latencyMicroseconds).max().map(Seconds.microseconds))
    if options.fabric == nil, found == nil, presets.isEmpty {
      cluster.warn(
        "no file tells the kind of network: InfiniBand is taken; --fabric says otherwise")
    } else {
      let origin =
        options.fabric != nil
        ? "--fabric" : found?.place ?? (options.node != nil ? "--node" : "the catalogue")
      cluster.origins.append("\(kind.rawValue): \(origin)")
    }
    addLatency(&fabric, &cluster)
    addLevels(&fabric, &cluster)
    cluster.fabric = fabric
    addMatrices(&cluster)
  }

  private func warnOfUnused(_ cluster: inout ImportedCluster) {
    for source in evidence where source.tree != nil || source.collective != nil {
      cluster.warnings.append(
        InputFault(
          file: source.file, position: nil, severity: .warning,
          message: "the cluster has no network cards, so that nothing of the network is used"))
    }
  }

  // MARK: Latency

  private func addLatency(_ fabric: inout Fabric, _ cluster: inout ImportedCluster) {
    let measured = evidence.compactMap(\.collective)
    guard let best = measured.first(where: { $0.hopLatency != nil }), let latency = best.hopLatency
    else {
      for one in measured {
        cluster.warnings.append(
          one.fault(
            "ran inside one host, or had no small message, so that it tells no latency of the network"
          ))
      }
      return
    }
    let rounded = (latency.microseconds * 100).rounded() / 100
    guard rounded <= 1e6 else { return }
    fabric.latency = .microseconds(rounded)
    cluster.origins.append("latency of a hop \(fabric.latency): \(best.place)")
  }

  // MARK: Switches

  private func addLevels(_ fabric: inout Fabric, _ cluster: inout ImportedCluster) {
    let trees = evidence.compactMap(\.tree)
    guard let tree = trees.first else { return }
    if trees.count > 1 {
      cluster.warn("several files describe switches: those of \(tree.file.onOneLine) are taken")
    }
    let hosts = cluster.groups.flatMap(\.hosts)
    let (levels, isUneven) = tree.restricted(to: Set(hosts)).levels
    let known = Set(tree.hosts)
    let strangers = hosts.filter { !known.contains($0) }
    if let first = strangers.first {
      cluster.warnings.append(
        tree.fault(
          "\(first)\(strangers.count > 1 ? " and \(strangers.count - 1) more hosts are" : " is") below "
            + "no switch, and placed last"))
    }
    guard !levels.isEmpty else { return }
    fabric.levels = levels
    let sizes = levels.map { "\($0.nodesPerSwitch)" }.joined(separator: ", then ")
    cluster.origins.append("\(sizes) nodes below a switch: \(tree.place)")
    if isUneven {
      cluster.warnings.append(
        tree.fault(
          "switches have unlike numbers of hosts; a cluster file has one number for all, and "
            + "\(sizes) stands, so that a few hosts count with their neighbours' switch"))
    }
    if tree.tiers.allSatisfy({ $0.oversubscription == nil }) {
      cluster.warnings.append(
        tree.fault(
          "does not tell how much faster the links below a switch are than those above: 1 is taken")
      )
    }
  }

  // MARK: Rates

  private func addMatrices(_ cluster: inout ImportedCluster) {
    let hosts = Set(cluster.groups.flatMap(\.hosts))
    for matrix in evidence.flatMap(\.matrices) {
      guard Set(matrix.hosts) == hosts else {
        let missing = hosts.subtracting(matrix.hosts).sorted().first
        cluster.warnings.append(
          matrix.fault(
            "the rates are left out: "
              + (missing.map { "there are none of \($0)" } ?? "they are of other hosts too")
              + ", but a matrix must have all hosts of the cluster and no other"))
        continue
      }
      cluster.matrices.append(matrix)
      cluster.origins.append("rates between \(hosts.count) hosts: \(matrix.place)")
    }
    guard cluster.matrices.isEmpty else { return }
    for measured in evidence.compactMap(\.collective) {
      addUniformMatrix(measured, hosts, &cluster)
    }
  }

  /// A collective over all devices of all nodes shows what each node sends at least: rings leave a
  /// node once, with all that a rank sends on the bus.
  private func addUniformMatrix(
    _ measured: CollectiveMeasurement, _ hosts: Set<String>, _ cluster: inout ImportedCluster
  ) {
    // A matrix of thousands of equal entries tells no more than the cards do.
    guard 2...4096 ~= measured.hosts.count, let rate = measured.busRate else { return }
    let devices = cluster.groups.reduce(0) { $0 + $1.nodes * $1.acceleratorsPerNode }
    guard Set(measured.hosts) == hosts, measured.ranks == devices else {
      cluster.warnings.append(
        measured.fault(
          "the rate of \(rate) is left out: \(measured.ranks) ranks on \(measured.hosts.count) hosts "
            + "do not show what a node can send, which takes all \(devices.grouped) accelerators"))
      return
    }
    guard cluster.matrices.isEmpty else { return }
    cluster.matrices.append(
      HostMatrix(
        hosts: measured.hosts,
        rates: [BytesPerSecond](
          repeating: rate, count: measured.hosts.count * measured.hosts.count),
        file: measured.file, position: measured.position))
    cluster.origins.append("\(rate) between any two hosts: \(measured.place)")
  }
}

/// What names a place in a file.
protocol Placed {
  var file: String { get }
  var position: SourcePosition? { get }
}

extension Placed {
  var place: String { file.onOneLine + (position.map { ":\($0.line)" } ?? "") }

  func fault(_ message: String) -> InputFault {
    InputFault(file: file, position: position, severity: .warning, message: message)
  }
}

extension SwitchTree: Placed {}
extension HostMatrix: Placed {}
extension CollectiveMeasurement: Placed {}
