import InputFiles
import Quantities

/// The topology of a node as NCCL reads and writes it (`NCCL_TOPO_FILE`, `NCCL_TOPO_DUMP_FILE`).
///
/// `cpu` elements hold trees of `pci` elements; a dump has `gpu` elements with `nvlink` inside, and
/// `net` elements with a `speed` in 10⁶ bits a second. Files that clouds ship hold the tree only.
enum NCCLTopology: Importer {
  static let kind = SourceKind.ncclTopology

  static func recognises(_ head: FileHead) -> Bool { head.element == "system" }

  static func read(_ text: TextFile) throws(InputFaults) -> Evidence {
    let root = try XMLElement.parse(text)
    guard root.name == "system" else {
      throw text.fault(
        at: root.position, "the outermost element is \(root.name.quoted), but must be \"system\"")
    }
    let devices = root.all(named: "pci")
    let described = devices.filter { !$0.children(named: "gpu").isEmpty }
    let accelerators =
      described.isEmpty ? devices.filter { PCIDevices.isAccelerator($0["class"]) } : described
    guard !accelerators.isEmpty else {
      let isBare = !devices.isEmpty && devices.allSatisfy { $0["class"] == nil }
      throw text.fault(
        at: root.position,
        isBare
          ? "is a NCCL topology whose \(devices.count) PCI devices have no 'class', so that "
            + "accelerators and network cards cannot be told apart; if the catalogue has the node, "
            + "'plan init' writes the cluster file"
          : "is a NCCL topology without an accelerator")
    }
    var evidence = Evidence(text, kind)
    var facts = NodeFacts()
    facts.acceleratorsPerNode = text.fact(accelerators.count, at: accelerators[0].position)
    evidence.findings.append("\(accelerators.count.counted("accelerator")) a node")
    name(accelerators, &facts, &evidence, text)
    if described.isEmpty {
      evidence.warn(
        at: root.position, "tells nothing of NVLink: the usual wiring of the accelerator is taken")
    } else {
      wire(accelerators, &facts, &evidence, text)
    }
    facts.hostLink = accelerators.compactMap {
      PCIDevices.rate(speed: $0["link_speed"], width: $0["link_width"])
    }
    .min().map { text.fact($0, at: accelerators[0].position) }
    addCards(root, devices, &facts, &evidence, text)
    evidence.nodes = [facts]
    return evidence
  }

  /// The model, where the numbers of all devices tell one.
  private static func name(
    _ accelerators: [XMLElement], _ facts: inout NodeFacts, _ evidence: inout Evidence,
    _ text: TextFile
  ) {
    let names = Set(
      accelerators.map { PCIDevices.accelerator(vendor: $0["vendor"], device: $0["device"]) })
    if names.count == 1, let name = names.first ?? nil {
      facts.accelerator = text.fact(name, at: accelerators[0].position)
      evidence.findings.append("of the model \(name)")
    } else if names.count > 1 {
      evidence.warn(at: accelerators[0].position, "has accelerators of several models in one node")
    }
  }

  /// The NVLink links of each accelerator, by where they end.
  private static func wire(
    _ accelerators: [XMLElement], _ facts: inout NodeFacts, _ evidence: inout Evidence,
    _ text: TextFile
  ) {
    let index = Dictionary(
      accelerators.enumerated().compactMap { number, device in device["busid"].map { ($0, number) }
      },
      uniquingKeysWith: { first, _ in first })
    var matrix = accelerators.map { _ in accelerators.map { _ in 0 } }
    var switched = accelerators.map { _ in 0 }
    var stray: (count: Int, place: SourcePosition)?
    for (number, device) in accelerators.enumerated() {
      for link in device.all(named: "nvlink") {
        guard let count = link["count"].flatMap({ Int($0) }), 1...1024 ~= count else { continue }
        if link["tclass"]?.hasPrefix("0x0680") == true {
          switched[number] += count
        } else if let peer = link["target"].flatMap({ index[$0] }), peer != number {
          matrix[number][peer] += count
        } else {
          stray = ((stray?.count ?? 0) + count, stray?.place ?? link.position)
        }
      }
    }
    if let stray {
      evidence.warn(
        at: stray.place,
        "\(stray.count.counted("NVLink link")) end where they start, or outside the node, and are "
          + "left out")
    }
    let place = accelerators[0].position
    let least = switched.min() ?? 0
    if least > 0 {
      facts.wiring = text.fact(.switched(links: least), at: place)
    } else {
      let (wiring, doubt) = LinkMatrix(matrix).wiring
      facts.wiring = wiring.map { text.fact($0, at: place) }
      if let doubt { evidence.warn(at: place, doubt) }
    }
    if let wiring = facts.wiring { evidence.findings.append(wiring.value.words) }
  }

  /// The network: `net` elements where there are any, else PCI devices of a network's class.
  private static func addCards(
    _ root: XMLElement, _ devices: [XMLElement], _ facts: inout NodeFacts,
    _ evidence: inout Evidence, _ text: TextFile
  ) {
    let ports = root.all(named: "net").compactMap { port in
      port["speed"].flatMap(Double.init).map { (port, megabits: $0) }
    }.filter { 1...1e8 ~= $0.megabits }
    if let fastest = ports.map(\.megabits).max() {
      let used = ports.filter { $0.megabits == fastest }
      facts.cards = text.fact(used.count, at: used[0].0.position)
      facts.cardRate = text.fact(.gigabits(fastest / 1000), at: used[0].0.position)
      if used.count < ports.count {
        evidence.warn(
          at: used[0].0.position,
          "has \((ports.count - used.count).counted("slower network port")) beside \(used.count) of "
            + "\((fastest / 1000).spelled) Gb/s; only the fast ones are counted")
      }
      evidence.findings.append(
        "\(used.count.counted("network port")) of \((fastest / 1000).spelled) Gb/s")
      return
    }
    let cards = devices.filter { PCIDevices.isNetwork($0["class"]) }
    guard let first = cards.first else { return }
    facts.cards = text.fact(cards.count, at: first.position)
    evidence.findings.append("\(cards.count.counted("network card"))")
    // Amazon's adapter is the only one that its fabric has; InfiniBand has a class of its own.
    if cards.allSatisfy({ $0["vendor"]?.lowercased() == "0x1d0f" }) {
      evidence.network = text.fact(.efa, at: first.position)
    } else if cards.allSatisfy({ $0["class"]?.hasPrefix("0x0207") == true }) {
      evidence.network = text.fact(.infiniband, at: first.position)
    }
  }
}
