import InputFiles
import Quantities

/// `sinfo --json` and `scontrol show nodes --json`, whose keys changed with Slurm's versions.
///
/// Up to 22.05, and in scontrol's: `nodes` with `name`, `gres` and `real_memory`. Since 23.02, sinfo
/// writes `sinfo` with groups of `nodes.nodes`, `gres.total` and `memory.minimum`.
enum SlurmJSON: Importer {
  static let kind = SourceKind.slurmJSON

  static func recognises(_ head: FileHead) -> Bool {
    head.isJSON
      && head.has {
        $0.contains("\"gres\"") || $0.contains("\"real_memory\"") || $0.contains("\"sinfo\"")
      }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let root = try JSONDocument.parse(text.bytes, file: text.file).root
    var evidence = Evidence(text, kind)
    if let nodes = root["nodes"]?.elements {
      for node in nodes { try add(node, names: [node["name"]], text, &evidence) }
    } else if let groups = root["sinfo"]?.elements {
      for group in groups {
        let names = group["nodes"]?["nodes"]?.elements.map(Array.init) ?? []
        try add(group, names: names, text, &evidence)
      }
    }
    let hosts = evidence.nodes.reduce(0) { $0 + $1.hosts.count }
    guard hosts > 0 else { throw text.fault("is JSON of Slurm that names no node") }
    evidence.findings.append("\(hosts.counted("host"))")
    return evidence
  }

  private static func add(
    _ node: JSONNode, names: [JSONNode?], _ text: TextFile, _ evidence: inout Evidence
  ) throws(InputFaults) {
    var facts = NodeFacts()
    for name in names {
      guard let place = name?.position ?? nil, let host = name?.string else {
        throw text.fault(at: node.position, "\(node.subject) has no name of a host")
      }
      guard HostNames.isAllowed(host) else {
        throw text.fault(at: place, HostNames.refusal(of: host))
      }
      facts.hosts.append(text.fact(host, at: place))
    }
    guard let place = facts.hosts.first?.position ?? nil else { return }
    if let resources = node["gres"]?.string ?? node["gres"]?["total"]?.string {
      let found = GenericResources(resources)
      if found.count == nil { facts.acceleratorsPerNode = text.fact(0, at: place) }
      found.apply(to: &facts, in: text, at: place, &evidence)
    }
    let memory =
      node["real_memory"]?.number ?? node["real_memory"]?["number"]?.number
      ?? node["memory"]?["minimum"]?.number
    if let memory, memory > 1, memory < 1e9 {
      facts.hostMemory = text.fact(.mebibytes(memory), at: place)
    }
    if let state = state(node), state[...].isUnavailable {
      evidence.warn(
        at: place,
        "\(facts.hosts.map(\.value).prefix(3).joined(separator: ", ")) is \(state.onOneLine); it is "
          + "counted all the same")
    }
    evidence.nodes.append(facts)
  }

  private static func state(_ node: JSONNode) -> String? {
    let state = node["state"] ?? node["node"]?["state"]
    let flags = node["state_flags"]?.elements?.compactMap(\.string) ?? []
    let parts = (state?.string.map { [$0] } ?? state?.elements?.compactMap(\.string) ?? []) + flags
    return parts.isEmpty ? nil : parts.joined(separator: "+")
  }
}
