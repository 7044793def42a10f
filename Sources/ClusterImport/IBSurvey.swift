import InputFiles
import Quantities

/// What the switches of an InfiniBand fabric have plugged into them.
struct IBSurvey {
  private let text: TextFile
  /// Hosts in the order in which they were met.
  private var hosts: [String] = []
  private var adapters:
    [String: (ports: [Substring], rates: [BytesPerSecond], place: SourcePosition)] = [:]
  /// The hosts below each leaf, with what its links carry down and up.
  private var leaves: [(hosts: [String], down: Double, up: Double)] = []
  private var unnamed: [SourcePosition] = []
  private var hasAggregation = false

  init(_ text: TextFile) { self.text = text }

  mutating func add(_ item: IBBlock) {
    var below: [String] = []
    var down = 0.0
    var up = 0.0
    for port in item.ports {
      let rate = port.rate?.value ?? 0
      guard port.peer.hasPrefix("H-") else {
        up += rate
        continue
      }
      if port.description.contains("Aggregation Node") {
        hasAggregation = true
        continue
      }
      guard let host = Self.host(port.description) else {
        unnamed.append(port.position)
        down += rate
        continue
      }
      down += rate
      if adapters[host] == nil {
        hosts.append(host)
        adapters[host] = ([], [], port.position)
      }
      adapters[host]?.ports.append(port.peer)
      if let rate = port.rate { adapters[host]?.rates.append(rate) }
      if !below.contains(host) { below.append(host) }
    }
    if !below.isEmpty { leaves.append((below, down, up)) }
  }

  /// - Throws: one fault, where no adapter names its host.
  func evidence() throws(InputFaults) -> Evidence {
    let counts = adapters.mapValues(\.ports.count)
    guard let usual = Self.mode(counts.values) else {
      throw text.fault("is ibnetdiscover output in which no adapter names its host")
    }
    var evidence = Evidence(text, InfiniBandDiscovery.kind)
    // Gateways and managers have few adapters; a host with one short has one that names nobody.
    let nodes = hosts.filter { 2 * (counts[$0] ?? 0) > usual }
    let others = hosts.filter { 2 * (counts[$0] ?? 0) <= usual }
    var facts = NodeFacts(
      hosts: nodes.compactMap { name in adapters[name].map { text.fact(name, at: $0.place) } })
    let place = facts.hosts.first?.position
    facts.cards = text.fact(usual, at: place)
    let rates = nodes.flatMap { adapters[$0]?.rates ?? [] }
    if let rate = Self.mode(rates.map(\.value)).map({ BytesPerSecond($0) }) {
      facts.cardRate = text.fact(rate, at: place)
      evidence.findings.append("\(usual) adapters a node of \((rate.value * 8 / 1e9).spelled) Gb/s")
      let slow = rates.count { $0 < rate }
      if slow > 0 {
        evidence.warn(
          "\(slow) links of \(rates.count) run below \((rate.value * 8 / 1e9).spelled) Gb/s")
      }
    }
    evidence.nodes = [facts]
    evidence.network = text.fact(.infiniband, at: place)
    evidence.tree = tree(Set(nodes))
    evidence.findings.insert("\(nodes.count) hosts", at: 0)
    if let tier = evidence.tree?.tiers.first, tier.units.count > 1 {
      let sizes = tier.units.map(\.count)
      evidence.findings.append(
        "\(tier.units.count) leaf groups of \(sizes.min() ?? 0) to \(sizes.max() ?? 0) hosts")
    }
    addWarnings(others, counts, usual, &evidence)
    return evidence
  }

  private func addWarnings(
    _ others: [String], _ counts: [String: Int], _ usual: Int, _ evidence: inout Evidence
  ) {
    if !unnamed.isEmpty {
      evidence.warn(
        at: unnamed[0],
        "\(unnamed.count) adapters name no host, as those of hosts that are down; they are left out"
      )
    }
    if !others.isEmpty {
      evidence.warn(
        "\(others.prefix(5).map(\.onOneLine).joined(separator: ", "))"
          + (others.count > 5 ? " and \(others.count - 5) more" : "")
          + (others.count == 1 ? " has" : " have")
          + " half as many adapters as most hosts, \(usual), or fewer; taken for gateways, they are "
          + "left out")
    }
    if hasAggregation {
      evidence.warn(
        "the switches can add up messages on their way (SHARP); set 'inNetworkReduction' of the "
          + "fabric if jobs use it")
    }
  }

  /// Leaves that share a host are rails of one another: their hosts are as near as can be.
  private func tree(_ nodes: Set<String>) -> SwitchTree {
    var unit: [String: Int] = [:]
    var units: [(hosts: [String], down: Double, up: Double)?] = []
    for leaf in leaves {
      let own = leaf.hosts.filter(nodes.contains)
      guard !own.isEmpty else { continue }
      let met = Set(own.compactMap { unit[$0] }).sorted()
      var joined: (hosts: [String], down: Double, up: Double) = ([], leaf.down, leaf.up)
      for index in met {
        guard let other = units[index] else { continue }
        joined = (joined.hosts + other.hosts, joined.down + other.down, joined.up + other.up)
        units[index] = nil
      }
      let known = Set(joined.hosts)
      joined.hosts += own.filter { !known.contains($0) }
      for host in joined.hosts { unit[host] = units.count }
      units.append(joined)
    }
    let whole = units.compactMap { $0 }.sorted { $0.hosts[0] < $1.hosts[0] }
    let down = whole.reduce(0) { $0 + $1.down }
    let up = whole.reduce(0) { $0 + $1.up }
    let factor = up > 0 ? max(1, (down / up * 100).rounded() / 100) : nil
    return SwitchTree(
      tiers: [.init(units: whole.map { $0.hosts.sorted() }, oversubscription: factor)],
      file: text.file, position: nil)
  }

  /// The host of `a01 mlx5_0` or `a01 HCA-1`; nil for a maker's own words.
  private static func host(_ description: Substring) -> String? {
    let words = description.split(separator: " ")
    guard words.count == 2, HostNames.isAllowed(words[0]), words[0] != "localhost" else {
      return nil
    }
    let isAdapter = ["HCA-", "mlx", "ib", "hfi"].contains { words[1].hasPrefix($0) }
    return isAdapter ? String(words[0]) : nil
  }

  /// The most frequent value, the greatest of equals.
  private static func mode<Value: Hashable & Comparable>(_ values: some Sequence<Value>) -> Value? {
    var counts: [Value: Int] = [:]
    for value in values { counts[value, default: 0] += 1 }
    return counts.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key
  }
}
