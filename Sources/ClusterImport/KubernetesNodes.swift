import ClusterTopology
import InputFiles
import Quantities

/// `kubectl get nodes -o json`: nodes with their labels and capacity.
///
/// Labels of GPU feature discovery name the accelerator (`nvidia.com/gpu.product`, `.count`, and
/// `.clique` for an NVLink domain across nodes), those of clouds the type of instance
/// (`node.kubernetes.io/instance-type`), those of topograph the switches above a node
/// (`fabric.topograph.run/tier-0` and up) and its domain (`accelerator.topograph.run/domain`).
enum KubernetesNodes: Importer {
  static let kind = SourceKind.kubernetes

  static func recognises(_ head: FileHead) -> Bool {
    head.isJSON && head.has { $0.contains("\"apiVersion\"") || $0.contains("\"metadata\"") }
  }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let root = try JSONDocument.parse(text.bytes, file: text.file).root
    let items = root["items"]?.elements.map(Array.init) ?? [root]
    let nodes = items.filter {
      $0["kind"]?.string == "Node" || $0["kind"] == nil && root["kind"]?.string == "NodeList"
    }
    guard !nodes.isEmpty else {
      let kinds = Set(items.compactMap { $0["kind"]?.string }).sorted().prefix(3)
      throw text.fault(
        at: root.position,
        "is JSON of Kubernetes without a Node"
          + (kinds.isEmpty
            ? "" : ", but with \(kinds.map { $0.onOneLine }.joined(separator: ", "))")
          + "; give the output of kubectl get nodes -o json")
    }
    var evidence = Evidence(text, kind)
    var tiers: [Int: [(host: String, unit: String)]] = [:]
    for node in nodes {
      let facts = try facts(node, text, &evidence)
      evidence.nodes.append(facts)
      guard let host = facts.hosts.first?.value, let labels = node["metadata"]?["labels"]?.members
      else { continue }
      for label in labels {
        let prefix = "fabric.topograph.run/tier-"
        guard label.key.hasPrefix(prefix), let tier = Int(label.key.dropFirst(prefix.count)),
          0...16 ~= tier, let unit = label.value.string
        else { continue }
        tiers[tier, default: []].append((host, unit))
      }
    }
    evidence.findings.append("\(nodes.count.counted("host"))")
    if let tree = tree(tiers, text) {
      evidence.tree = tree
      let counts = tree.tiers.map { "\($0.units.count)" }.joined(separator: ", then ")
      evidence.findings.append("\(counts) switches")
    }
    return evidence
  }

  private static func facts(
    _ node: JSONNode, _ text: TextFile, _ evidence: inout Evidence
  ) throws(InputFaults) -> NodeFacts {
    guard let name = node["metadata"]?["name"], let host = name.string else {
      throw text.fault(at: node.position, "\(node.subject) has no metadata.name")
    }
    guard HostNames.isAllowed(host) else {
      throw text.fault(at: name.position, HostNames.refusal(of: host))
    }
    let labels = node["metadata"]?["labels"]
    let capacity = node["status"]?["capacity"] ?? node["status"]?["allocatable"]
    var facts = NodeFacts(hosts: [text.fact(host, at: name.position)])

    let count =
      labels?["nvidia.com/gpu.count"] ?? capacity?["nvidia.com/gpu"] ?? capacity?["amd.com/gpu"]
    let number = count.flatMap { $0.integer ?? $0.string.flatMap { Int($0) } } ?? 0
    if 0...ClusterTopology.acceleratorsPerNodeLimit ~= number {
      facts.acceleratorsPerNode = text.fact(number, at: (count ?? name).position)
    }
    if let product = labels?["nvidia.com/gpu.product"] ?? labels?["amd.com/gpu.product-name"] {
      let name = product.string ?? ""
      if let model = AcceleratorNames.recognise(name) {
        facts.accelerator = text.fact(model, at: product.position)
      } else {
        evidence.warn(
          at: product.position,
          "\(name.quoted) is no accelerator of the catalogue, or more than one")
      }
    }
    if let domain = labels?["accelerator.topograph.run/domain"] ?? labels?["nvidia.com/gpu.clique"]
    {
      facts.domain = domain.string.map { text.fact($0, at: domain.position) }
    }
    let type = labels?["node.kubernetes.io/instance-type"]
    if let type, let word = type.string {
      let bare = word.hasPrefix("Standard_") ? String(word.dropFirst(9)) : word
      facts.preset = Catalogue.node(bare).map { text.fact($0.name, at: type.position) }
    }
    if let memory = capacity?["memory"], let amount = memory.string.flatMap(amount) {
      facts.hostMemory = text.fact(amount, at: memory.position)
    }
    return facts
  }

  /// `2113513408Ki`: a quantity of Kubernetes.
  private static func amount(_ text: String) -> Bytes? {
    let units: [(String, Double)] = [
      ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
      ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("", 1),
    ]
    guard let unit = units.first(where: { text.hasSuffix($0.0) }),
      let number = Double(text.dropLast(unit.0.count)), number > 0, number.isFinite
    else { return nil }
    return Bytes(number * unit.1)
  }

  /// The tiers that the labels tell, hosts of one switch of the highest tier together.
  private static func tree(
    _ tiers: [Int: [(host: String, unit: String)]], _ text: TextFile
  ) -> SwitchTree? {
    guard !tiers.isEmpty else { return nil }
    let ranked = tiers.sorted { $0.key < $1.key }.map(\.value)
    var paths: [String: [String]] = [:]
    for tier in ranked.reversed() {
      for entry in tier { paths[entry.host, default: []].append(entry.unit) }
    }
    let order = paths.keys.sorted { (paths[$0] ?? [], $0) < (paths[$1] ?? [], $1) }
    let result = ranked.map { tier in
      let unit = Dictionary(
        tier.map { ($0.host, $0.unit) }, uniquingKeysWith: { first, _ in first })
      var units: [[String]] = []
      var last: String?
      for host in order {
        guard let own = unit[host] else { continue }
        if own != last { units.append([]) }
        units[units.count - 1].append(host)
        last = own
      }
      return SwitchTree.Tier(units: units)
    }
    return SwitchTree(tiers: result, file: text.file, position: nil)
  }
}

/// Paths of switches, compared from the top down.
private func < (one: ([String], String), other: ([String], String)) -> Bool {
  one.0 == other.0 ? one.1 < other.1 : one.0.lexicographicallyPrecedes(other.0)
}
