import ClusterTopology
import InputFiles
import Quantities

/// Slurm's `Key=Value` texts: slurm.conf, gres.conf, topology.conf, and what scontrol shows of nodes
/// and of the topology.
enum SlurmRecords: Importer {
  static let kind = SourceKind.slurm

  static func recognises(_ head: FileHead) -> Bool {
    head.lines.contains { line in
      guard let key = line.words.first?.text.lowercased() else { return false }
      return ["nodename=", "switchname=", "blockname="].contains { key.hasPrefix($0) }
        || key == "name=gpu" || key.hasPrefix("autodetect=")
    }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    var evidence = Evidence(text, kind)
    var switches: [NamedSwitch] = []
    var defaults = NodeFacts()
    for record in SlurmRecord.all(text) {
      switch record.name {
      case "nodename" where record["name"] == nil && record["file"] == nil:
        try add(record, text, &evidence, &defaults)
      case "switchname", "blockname": switches.append(try namedSwitch(record, text))
      case "name", "nodename": try addResource(record, text, &evidence)
      case "clustername": evidence.clusterName = record["clustername"].map(String.init)
      case "autodetect":
        evidence.warn(
          at: record.position, "leaves it to each node to find its accelerators (AutoDetect)")
      default: break
      }
    }
    if !switches.isEmpty {
      let tree = try SwitchTree.build(switches, in: text)
      evidence.tree = tree
      let tiers = tree.tiers.map { "\($0.units.count)" }.joined(separator: ", then ")
      evidence.findings.append("\(tree.hosts.count) hosts below \(tiers) switches")
    }
    let hosts = evidence.nodes.reduce(0) { $0 + $1.hosts.count }
    if hosts > 0 { evidence.findings.append("\(hosts.counted("host"))") }
    if evidence.nodes.contains(where: { $0.hosts.isEmpty }) {
      evidence.findings.append("the accelerators of a node")
    }
    guard !evidence.nodes.isEmpty || evidence.tree != nil else {
      throw text.fault("names no node, switch or accelerator, and so tells nothing of a cluster")
    }
    return evidence
  }

  // MARK: Records

  private static func add(
    _ record: SlurmRecord, _ text: TextFile, _ evidence: inout Evidence,
    _ defaults: inout NodeFacts
  ) throws(InputFaults) {
    guard let name = record["nodename"] else { return }
    var facts = defaults
    if let resources = record["gres"] {
      let found = GenericResources(resources)
      if found.count == nil { facts.acceleratorsPerNode = text.fact(0, at: record.position) }
      found.apply(to: &facts, in: text, at: record.position, &evidence)
    }
    if let memory = record["realmemory"].flatMap({ Double($0) }), memory > 1, memory < 1e9 {
      facts.hostMemory = text.fact(.mebibytes(memory), at: record.position)
    }
    if name.uppercased() == "DEFAULT" {
      defaults = facts
      return
    }
    if let state = record["state"], state.isUnavailable {
      evidence.warn(
        at: record.position,
        "\(String(name).onOneLine) is \(String(state).onOneLine); it is counted all the same")
    }
    facts.hosts = try HostNames.expand(name, in: text, at: record.position)
    evidence.nodes.append(facts)
  }

  /// A line of gres.conf: `NodeName=n[0-3] Name=gpu Type=h100 File=/dev/nvidia[0-7]`.
  private static func addResource(
    _ record: SlurmRecord, _ text: TextFile, _ evidence: inout Evidence
  ) throws(InputFaults) {
    guard record["name"]?.lowercased() == "gpu" else { return }
    let files = record["file"].flatMap { try? HostList(String($0)).count }
    let count = record["count"].flatMap { Int($0) } ?? files ?? 1
    let type = record["type"].map { ":\($0)" } ?? ""
    var facts = NodeFacts()
    GenericResources("gpu\(type):\(count)").apply(
      to: &facts, in: text, at: record.position, &evidence)
    if let names = record["nodename"] {
      facts.hosts = try HostNames.expand(names, in: text, at: record.position)
    }
    evidence.nodes.append(facts)
  }

  private static func namedSwitch(
    _ record: SlurmRecord, _ text: TextFile
  ) throws(InputFaults) -> NamedSwitch {
    let name = String(record[record.name] ?? "")
    var item = NamedSwitch(name: name, position: record.position)
    if let switches = record["switches"], switches != "(null)" {
      do throws(HostList.Malformed) {
        let list = try HostList(String(switches))
        item.children = (0..<list.count).map { list[$0] }
      } catch {
        throw text.fault(at: record.position, "\(String(switches).quoted) \(error.reason)")
      }
    } else if let nodes = record["nodes"], nodes != "(null)" {
      item.hosts = try HostNames.expand(nodes, in: text, at: record.position).map(\.value)
    }
    return item
  }
}

extension Substring {
  /// Whether a node's state keeps jobs off it: `DOWN*`, `IDLE+DRAIN`.
  var isUnavailable: Bool {
    let state = uppercased()
    return ["DOWN", "DRAIN", "FAIL"].contains { state.contains($0) }
  }
}
