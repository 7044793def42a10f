import ClusterTopology
import InputFiles
import Quantities

/// A node group with every figure that a cluster file needs, and where each comes from.
struct ImportedGroup {
  var name: String
  /// Empty where the nodes have no names.
  var hosts: [String]
  var nodes: Int
  var preset: NodePreset?
  var acceleratorsPerNode: Int
  var accelerator: CatalogueAccelerator
  var scaleUp: ScaleUp?
  /// The accelerators of a node in an order in which those that are joined are neighbours; empty where
  /// they are by number.
  var deviceOrder: [Int] = []
  var cards: (perNode: Int, rate: BytesPerSecond)?
  var hostMemory: Bytes?
  /// One line a figure: what it is, and its source.
  var origins: [String] = []

  /// Whether two of the nodes lie in different scale-up domains.
  var needsNetwork: Bool { nodes > nodesPerDomain }

  var nodesPerDomain: Int {
    max(1, (scaleUp?.accelerators ?? acceleratorsPerNode) / acceleratorsPerNode)
  }
}

/// Makes a node group of what the sources, the flags and the catalogue say, in this order of rank:
/// flags, sources, catalogue.
struct GroupBuilder {
  let options: ImportOptions
  private(set) var warnings: [InputFault] = []

  init(_ options: ImportOptions) { self.options = options }

  /// - Parameter domainSize: the nodes of one scale-up domain, where the sources tell it.
  /// - Throws: `ImportNeed`, for what nobody tells.
  mutating func group(
    _ source: HostGroup, nodes: Int, domainSize: Fact<Int>?
  ) throws(ImportNeed) -> ImportedGroup {
    let facts = source.facts
    let preset = (options.node ?? facts.preset?.value).flatMap(Catalogue.node)
    let presetOrigin = options.node != nil ? "--node" : "the catalogue's \(preset?.name ?? "")"
    let (accelerator, model) = try accelerator(facts, preset, presetOrigin)
    let (count, number) = try count(facts, preset, presetOrigin)
    var group = ImportedGroup(
      name: accelerator.name.lowercased(), hosts: source.hosts.map(\.value), nodes: nodes,
      preset: preset, acceleratorsPerNode: count, accelerator: accelerator)
    group.origins = [model, number]
    try wire(&group, facts, domainSize)
    try plug(&group, facts, presetOrigin)
    if let memory = facts.hostMemory {
      group.hostMemory = memory.value
      group.origins.append("\(memory.value) of host memory: \(memory.place)")
    } else if let memory = preset?.hostMemoryGiB {
      group.hostMemory = .gibibytes(memory)
    }
    return group
  }

  // MARK: Accelerators

  private mutating func accelerator(
    _ facts: NodeFacts, _ preset: NodePreset?, _ presetOrigin: String
  ) throws(ImportNeed) -> (CatalogueAccelerator, origin: String) {
    let found = facts.accelerator
    let named = options.accelerator ?? found?.value ?? preset?.accelerator
    guard let model = named.flatMap(Catalogue.accelerator) else { throw .accelerator }
    let origin =
      options.accelerator != nil ? "--accelerator" : found.map(\.place) ?? presetOrigin
    if let found,
      let flag = options.accelerator.map({ _ in "--accelerator" })
        ?? options.node.map({ _ in "--node" }),
      case let asked = options.accelerator.flatMap(Catalogue.accelerator)?.name
        ?? preset?.accelerator, asked != found.value
    {
      warnings.append(
        found.fault(
          "the accelerator is \(found.value), where \(flag) says \(asked ?? ""); "
            + (flag == "--node" ? "the file's stands" : "the flag's stands"), severity: .warning))
    }
    return (model, "\(model.name): \(origin)")
  }

  private mutating func count(
    _ facts: NodeFacts, _ preset: NodePreset?, _ presetOrigin: String
  ) throws(ImportNeed) -> (Int, origin: String) {
    let found = facts.acceleratorsPerNode
    let words = { (count: Int, origin: String) in
      (count, origin: "\(count) \(count == 1 ? "accelerator" : "accelerators") a node: \(origin)")
    }
    if let flag = options.acceleratorsPerNode {
      if let found, facts.isPartial ? found.value > flag : found.value != flag {
        warnings.append(
          found.fault(
            "a node has \(found.value) accelerators, where --accelerators-per-node says \(flag); "
              + "the flag's stands", severity: .warning))
      }
      return words(flag, "--accelerators-per-node")
    }
    if let found, !facts.isPartial {
      if let preset, preset.acceleratorsPerNode != found.value {
        warnings.append(
          found.fault(
            "a node has \(found.value) accelerators, where \(preset.name) has "
              + "\(preset.acceleratorsPerNode); the file's stand", severity: .warning))
      }
      return words(found.value, found.place)
    }
    if let preset, preset.acceleratorsPerNode >= found?.value ?? 1 {
      return words(preset.acceleratorsPerNode, presetOrigin)
    }
    guard let found else { throw .acceleratorsPerNode }
    warnings.append(
      found.fault(
        "\(found.value) accelerators of each node took part, and are taken for all it has; "
          + "--accelerators-per-node says otherwise", severity: .warning))
    return words(found.value, found.place)
  }

  // MARK: Links

  private mutating func wire(
    _ group: inout ImportedGroup, _ facts: NodeFacts, _ domainSize: Fact<Int>?
  ) throws(ImportNeed) {
    let count = group.acceleratorsPerNode
    let isPresets = group.preset?.accelerator == group.accelerator.name
    let fromPreset =
      isPresets && group.preset?.acceleratorsPerNode == count ? group.preset?.scaleUp : nil
    let usual =
      fromPreset ?? (isPresets ? group.preset?.wiring : nil)?.scaleUp(accelerators: count)
      ?? group.accelerator.wiring?.scaleUp(accelerators: count)
    var scaleUp = usual
    if count > 1, let wiring = facts.wiring {
      scaleUp =
        wiring.value.scaleUp(count, group.accelerator, usual: usual, facts.hostLink?.value) ?? usual
      if let scaleUp {
        group.origins.append(
          "\(scaleUp.kind.rawValue) at \(scaleUp.perAccelerator) an accelerator: \(wiring.place)"
            + (wiring.value == .pcie && facts.hostLink == nil ? ", the catalogue" : ""))
        if let usual, usual.kind == scaleUp.kind, usual.perAccelerator != scaleUp.perAccelerator,
          scaleUp.kind != .pcie
        {
          warnings.append(
            wiring.fault(
              "the links of an accelerator add up to \(scaleUp.perAccelerator), where the catalogue "
                + "has \(usual.perAccelerator)", severity: .warning))
        }
      }
      if case .pairs(_, let order) = wiring.value, order.count == count {
        group.deviceOrder = order
        if !order.isEmpty {
          group.origins.append(
            "devices in the order \(order.words), in which pairs are neighbours: \(wiring.place)")
        }
      }
      // The domain of a rack goes beyond what one node sees.
      if let usual, usual.kind == scaleUp?.kind, usual.accelerators > count {
        scaleUp?.accelerators = usual.accelerators
      }
    } else if let scaleUp, count > 1 {
      group.origins.append(
        "\(scaleUp.kind.rawValue) at \(scaleUp.perAccelerator) an accelerator: the catalogue")
    }
    if scaleUp == nil, count > 1 { throw .wiring(group.accelerator.name) }
    if let domainSize, let kind = scaleUp?.kind, domainSize.value > 1 || kind == .nvswitch {
      scaleUp?.accelerators = domainSize.value * count
      group.origins.append(
        "\(domainSize.value) \(domainSize.value == 1 ? "node" : "nodes") in a scale-up domain: \(domainSize.place)"
      )
    }
    group.scaleUp = scaleUp
    if let pair = facts.pairRate, let scaleUp { compare(pair, scaleUp) }
  }

  /// A measured copy between two accelerators should reach a good part of their link.
  private mutating func compare(_ pair: Fact<BytesPerSecond>, _ scaleUp: ScaleUp) {
    let share = pair.value / scaleUp.perPair
    if share > 1.05 || share < 0.6 {
      warnings.append(
        pair.fault(
          "copies between two accelerators reach \(pair.value), \(share.percent) of the "
            + "\(scaleUp.perPair) of their link", severity: .warning))
    }
  }

  private mutating func plug(
    _ group: inout ImportedGroup, _ facts: NodeFacts, _ presetOrigin: String
  ) throws(ImportNeed) {
    let preset = group.preset?.nics
    let cards = options.cards ?? facts.cards?.value ?? preset?.perNode
    let given = options.gigabitsPerSecond.map(BytesPerSecond.gigabits)
    let rate = given ?? facts.cardRate?.value ?? preset.map { .gigabits($0.gigabitsPerSecond) }
    guard let cards else {
      if group.needsNetwork { throw .cards(nodes: group.nodes) }
      return
    }
    guard let rate else {
      if group.needsNetwork { throw .cardRate(cards: cards) }
      if let found = facts.cards {
        warnings.append(
          found.fault(
            "the rate of the \(cards) network cards is not told, and a single node needs none: they "
              + "are left out; --gigabits-per-second adds them", severity: .warning))
      }
      return
    }
    group.cards = (cards, rate)
    let cardsOrigin = options.cards != nil ? "--cards" : facts.cards?.place ?? presetOrigin
    let rateOrigin = given != nil ? "--gigabits-per-second" : facts.cardRate?.place ?? presetOrigin
    group.origins.append(
      "\(cards) network \(cards == 1 ? "card" : "cards") of \(rate.asGigabits): \(cardsOrigin)"
        + (cardsOrigin == rateOrigin ? "" : ", " + rateOrigin))
  }
}

extension WiringFact {
  /// The scale-up domain of some accelerators that are wired so.
  ///
  /// - Source: NVIDIA's data sheets: one NVLink link carries 25 GB/s each way from Volta to Hopper,
  ///   50 GB/s from Blackwell on.
  fileprivate func scaleUp(
    _ count: Int, _ accelerator: CatalogueAccelerator, usual: ScaleUp?, _ hostLink: BytesPerSecond?
  ) -> ScaleUp? {
    let isBlackwell = [.blackwell, .blackwellUltra].contains(accelerator.accelerator.architecture)
    let link = BytesPerSecond.gigabytes(isBlackwell ? 50 : 25)
    // A slot may be slower than the card; no slot makes a card faster.
    let pcie = [hostLink, accelerator.accelerator.hostLink].compactMap { $0 }.min()
    switch self {
    case .switched(let links):
      return ScaleUp(
        kind: .nvswitch, accelerators: count, perAccelerator: Double(links) * link,
        inNetworkReduction: usual?.kind == .nvswitch && usual?.inNetworkReduction == true)
    case .mesh(let perPair, let links):
      return ScaleUp(
        kind: .nvlinkMesh, accelerators: count, perAccelerator: Double(links) * link,
        perPair: Double(perPair) * link)
    case .pairs(let links, _):
      return pcie.map { pcie in
        ScaleUp(
          kind: .nvlinkPairs, accelerators: count, perAccelerator: pcie,
          innerLevels: count > 2
            ? [ScaleUp.Level(accelerators: 2, rate: Double(links) * link)] : [])
      }
    case .pcie:
      return pcie.map { ScaleUp(kind: .pcie, accelerators: count, perAccelerator: $0) }
    }
  }
}
