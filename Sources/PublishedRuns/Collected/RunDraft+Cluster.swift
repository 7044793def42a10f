import ClusterTopology
import InputFiles

extension RunDraft {
  /// The cluster in its short form: as many usual nodes as the devices fill, with the network of the
  /// record.
  mutating func clusterDocument(devices: Int) -> JSONValue {
    let recorded = record.hardware.count("gpus_per_node") ?? accelerator.perNode
    let perNode = min(recorded, devices)
    var members: [JSONValue.Member] = []
    if let node = accelerator.node { members.append(.init("node", .string(node))) }
    members.append(.init("nodes", .integer((devices + perNode - 1) / perNode)))
    if accelerator.node == nil || perNode != accelerator.perNode {
      members.append(.init("acceleratorsPerNode", .integer(perNode)))
    }
    for member in accelerator.group {
      members.append(.init(member.key, member.value.resized(accelerators: perNode)))
    }
    if let domain = accelerator.domain {
      let size = domain / perNode * perNode
      members.append(.init("scaleUp", ["accelerators": .integer(max(size, perNode))]))
    }
    members.append(.init("nics", cards(perNode: perNode, spansNodes: devices > perNode)))
    members.append(.init("fabric", .string(fabric.rawValue)))
    return .object(members)
  }

  /// A card for each accelerator at its share, or as many as the record counts: `4x …`.
  private mutating func cards(perNode: Int, spansNodes: Bool) -> JSONValue {
    let hardware = record.hardware
    let each = hardware.amount("inter_Gbps_per_gpu")
    let node = hardware.amount("inter_Gbps_per_node")
    let full = hardware.count("gpus_per_node") ?? accelerator.perNode
    if let node, perNode == full {
      let stated = hardware.text("inter_link")?.countBeforeTimes ?? (each == nil ? 1 : full)
      return Self.cards(stated, node / Double(stated))
    }
    if let share = each ?? node.map({ $0 / Double(full) }) { return Self.cards(perNode, share) }
    if spansNodes {
      let rate = JSONText.compact(.brief(accelerator.gigabitsPerSecond))
      note("network \(rate) Gb/s each: not recorded; \(accelerator.origin)")
    }
    return Self.cards(perNode, accelerator.gigabitsPerSecond)
  }

  private static func cards(_ count: Int, _ rate: Double) -> JSONValue {
    ["perNode": .integer(count), "gigabitsPerSecond": .brief(rate)]
  }

  /// The kind of network that the record names, or that of the usual node.
  private var fabric: Fabric.Kind {
    let text = record.hardware.text("inter_link") ?? ""
    func has(_ words: String...) -> Bool { text.mentions(words) }
    if has("infiniband", " ib ", "ndr", "hdr", "quantum") { return .infiniband }
    if has("omni") { return .omnipath }
    if has("slingshot") { return .slingshot }
    if has("roce", "rdma") { return .roce }
    if has("efa") { return .efa }
    // Ethernet that reaches hundreds of gigabits is run with RDMA.
    if has("ethernet"), accelerator.gigabitsPerSecond < 100 { return .ethernet }
    return accelerator.fabric
  }
}

extension JSONValue {
  /// A number as people write it: whole ones without a fraction.
  static func brief(_ number: Double) -> JSONValue {
    Int(exactly: number).map(JSONValue.integer) ?? .number(number)
  }

  /// A scale-up domain of fewer accelerators; everything else as it is.
  fileprivate func resized(accelerators: Int) -> JSONValue {
    guard case .object(let members) = self, members.contains(where: { $0.key == "accelerators" })
    else { return self }
    return .object(
      members.map {
        $0.key == "accelerators" ? Member($0.key, .integer(accelerators)) : $0
      })
  }
}

extension String {
  /// The count in front of a text such as `8x HDR InfiniBand`.
  fileprivate var countBeforeTimes: Int? {
    let digits = prefix { $0.isNumber }
    guard dropFirst(digits.count).first == "x", let count = Int(digits), count > 0 else {
      return nil
    }
    return count
  }
}
