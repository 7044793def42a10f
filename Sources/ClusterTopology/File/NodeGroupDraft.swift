import InputFiles
import Quantities

/// A node group as the file states it, before its cards are joined to a fabric.
struct NodeGroupDraft {
  let node: JSONNode
  let name: String
  let nameNode: JSONNode
  let nodes: Int
  let names: NodeNames
  /// Where the names come from: `names`, or else the name of the group.
  let namesNode: JSONNode
  let preset: NodePreset?
  let acceleratorsPerNode: Int
  let accelerator: Accelerator
  let scaleUp: ScaleUp
  let deviceOrder: [Int]
  let nics: NICsDraft?
  let hostMemory: Bytes?
  let hostMemoryBandwidth: BytesPerSecond?
  let pricePerNodeHour: Double?

  init?(_ object: ObjectReader) {
    let name = object.required("name", .name)
    let preset = object.optional("node", .catalogueNode)
    let lacksPreset = !object.has("node")

    let names = object.optional("names", .nodeNames)
    let nodesShape = JSONShape.integer(.between(1, ClusterTopology.nodeLimit))
    let nodes =
      object.has("names")
      ? object.optional("nodes", nodesShape, default: names?.count ?? 1)
      : object.required("nodes", nodesShape)
    if let names, let nodes, names.count != nodes {
      object.error(
        at: "names",
        "\(names.count == 1 ? "has 1 name" : "has \(names.count) names"), but nodes is \(nodes)")
    }

    let countShape = JSONShape.integer(.between(1, ClusterTopology.acceleratorsPerNodeLimit))
    let count =
      object.value("acceleratorsPerNode", countShape, isRequired: lacksPreset)
      ?? preset?.acceleratorsPerNode
    let base = preset.flatMap { Catalogue.accelerator($0.accelerator) }?.accelerator
    let accelerator =
      object.value("accelerator", .accelerator(base: base), isRequired: lacksPreset) ?? base

    let stated = object.node(at: "accelerator")
    let model = stated?.string ?? stated?["preset"]?.string ?? preset?.accelerator
    let usual = count.flatMap { count in
      accelerator.flatMap { Self.usualScaleUp(preset, model, $0, acceleratorsPerNode: count) }
    }
    let isOpen = usual == nil && count != nil && accelerator != nil
    let scaleUp =
      object.value(
        "scaleUp", .scaleUp(base: usual, acceleratorsPerNode: count), isRequired: isOpen)
      ?? usual

    let order = object.optional(
      "deviceOrder",
      .array(of: .integer(.between(0, ClusterTopology.acceleratorsPerNodeLimit - 1))), default: [])
    if let order, let count, object.has("deviceOrder"), order.sorted() != Array(0..<count) {
      object.error(
        at: "deviceOrder",
        "is \(order), but must name each device of a node, 0 to \(count - 1), once")
    }
    deviceOrder = (order ?? []).elementsEqual(0..<(order ?? []).count) ? [] : order ?? []
    nics = object.optional("nics", .nics(base: preset?.nics)) ?? NICsDraft(preset, at: object.node)
    let hostMemoryGiB = object.optional("hostMemoryGiB", .number(.above(0, atMost: 1e6)))
    hostMemory = (hostMemoryGiB ?? preset?.hostMemoryGiB).map(Bytes.gibibytes)
    hostMemoryBandwidth = object.optional(
      "hostMemoryGigabytesPerSecond", .number(.above(0, atMost: 1e6))
    ).map(BytesPerSecond.gigabytes)
    pricePerNodeHour = object.optional("pricePerNodeHour", .number(.between(0, 1e6)))
    object.finish()

    guard let name, let nodes, let count, let accelerator, let scaleUp else { return nil }
    guard let nameNode = object.node(at: "name") else { return nil }
    self.node = object.node
    self.name = name
    self.nameNode = nameNode
    self.nodes = nodes
    self.names = names ?? .generated(prefix: name, count: nodes)
    self.namesNode = object.node(at: "names") ?? nameNode
    self.preset = preset
    self.acceleratorsPerNode = count
    self.accelerator = accelerator
    self.scaleUp = scaleUp
  }

  /// The group with its cards on a fabric.
  func group(nics: NICs?) -> NodeGroup {
    var group = NodeGroup(
      name: name, nodes: nodes, names: names, acceleratorsPerNode: acceleratorsPerNode,
      accelerator: accelerator, scaleUp: scaleUp, nics: nics, hostMemory: hostMemory,
      hostMemoryBandwidth: hostMemoryBandwidth, pricePerNodeHour: pricePerNodeHour,
      preset: preset?.name)
    group.deviceOrder = deviceOrder
    return group
  }

  /// The wiring that the file need not state: the preset's, or else that of the accelerator of the
  /// catalogue that the group's is, or started from.
  private static func usualScaleUp(
    _ preset: NodePreset?, _ model: String?, _ accelerator: Accelerator, acceleratorsPerNode: Int
  ) -> ScaleUp? {
    let listed = model.flatMap(Catalogue.accelerator)
    let isPresets = preset != nil && listed?.name == preset?.accelerator
    if let preset, isPresets, preset.acceleratorsPerNode == acceleratorsPerNode {
      return preset.scaleUp
    }
    let wiring = (isPresets ? preset?.wiring : nil) ?? listed?.wiring
    if let wiring { return wiring.scaleUp(accelerators: acceleratorsPerNode) }
    // A single accelerator talks to nobody inside its node.
    return acceleratorsPerNode == 1
      ? ScaleUp(kind: .pcie, accelerators: 1, perAccelerator: accelerator.memoryBandwidth) : nil
  }
}

extension JSONShape where Value == NodePreset {
  /// The name of a node of the catalogue.
  static var catalogueNode: JSONShape {
    JSONShape<String>.name(among: Catalogue.nodeNames, of: "node of the catalogue")
      .compactMap("a node of the catalogue", Catalogue.node)
  }
}

extension JSONShape where Value == NodeNames {
  /// A host list such as `a[001-016]`, or an array of names as they stand.
  static var nodeNames: JSONShape {
    JSONShape("a host list or an array of names") { node, log in
      if node.elements != nil {
        return JSONShape<[String]>.array(of: .name, count: .atLeast(1)).read(node, log)
          .map(NodeNames.listed)
      }
      guard let text = node.string else {
        log.refuse(node, expected: "a host list such as \"a[001-016]\" or an array of names")
        return nil
      }
      do throws(HostList.Malformed) {
        return .hostList(try HostList(text))
      } catch {
        let remedy = "write a host list such as \"a[001-016]\", or an array of names as they stand"
        log.error(at: node, "\(node.subject) is \(text.quoted), which \(error.reason); \(remedy)")
        return nil
      }
    }
  }
}
