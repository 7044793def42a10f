import InputFiles
import Quantities

extension ClusterFile {
  /// Why no cluster file can be written from a preset.
  public enum TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The catalogue has no node of that name; with the one that was probably meant.
    case unknownNode(String, meant: String?)
    case nodeCount(Int)
    /// The catalogue does not know the network cards of the node.
    case needsCards(String)

    public var description: String {
      switch self {
      case .unknownNode(let name, let meant):
        "\(name.quoted) names no node of the catalogue"
          + (meant.map { "; did you mean \($0.quoted)?" } ?? "")
      case .nodeCount(let count):
        "the number of nodes is \(count), but must be from 1 to \(ClusterTopology.nodeLimit)"
      case .needsCards(let name):
        "the catalogue has no network cards for \(name), since they differ from site to site; "
          + "state their number and rate"
      }
    }
  }

  /// A cluster file of equal nodes of the catalogue, with the figures that a user may want to
  /// change written out.
  ///
  /// - Parameter cards: the network cards of a node, where they are not the preset's.
  public static func template(
    node name: String, nodes: Int, cards: (perNode: Int, gigabitsPerSecond: Double)? = nil
  ) throws(TemplateError) -> String {
    guard let preset = Catalogue.node(name) else {
      throw .unknownNode(name, meant: Suggestion.nearest(to: name, among: Catalogue.nodeNames))
    }
    guard 1...ClusterTopology.nodeLimit ~= nodes else { throw .nodeCount(nodes) }
    let cards = cards ?? preset.nics
    if cards == nil, nodes > max(1, preset.domain / preset.acceleratorsPerNode) {
      throw .needsCards(preset.name)
    }

    let group = preset.name.lowercased().replacing { $0 == " " || $0 == "_" || $0 == "." }
    let last = String(nodes)
    let range = "[\(1.padded(to: last.utf8.count))-\(last)]"
    var members: [JSONValue.Member] = [
      .init("name", .string(group)), .init("nodes", .integer(nodes)),
      .init("names", .string(nodes == 1 ? group : group + "-" + range)),
      .init("node", .string(preset.name)),
      .init("acceleratorsPerNode", .integer(preset.acceleratorsPerNode)),
      .init("accelerator", .string(preset.accelerator)),
    ]
    if let scaleUp = preset.scaleUp { members.append(.init("scaleUp", scaleUp.brief)) }
    var fabrics: [JSONValue] = []
    if let cards {
      members.append(
        .init(
          "nics",
          [
            "fabric": .string(preset.fabric.rawValue), "perNode": .integer(cards.perNode),
            "gigabitsPerSecond": .brief(cards.gigabitsPerSecond),
          ]))
      let latency = preset.latencyMicroseconds ?? preset.fabric.defaultLatency.spelledMicroseconds
      fabrics.append([
        "name": .string(preset.fabric.rawValue), "kind": .string(preset.fabric.rawValue),
        "latencyMicroseconds": .brief(latency),
      ])
    }
    if let memory = preset.hostMemoryGiB { members.append(.init("hostMemoryGiB", .brief(memory))) }
    var file: [JSONValue.Member] = [
      .init("name", .string("\(nodes)-\(group)")),
      .init("nodeGroups", .array([.object(members)])),
    ]
    if !fabrics.isEmpty { file.append(.init("fabrics", .array(fabrics))) }
    return JSONText.pretty(.object(file))
  }
}

extension ScaleUp {
  /// The figures that differ from wiring to wiring, as a cluster file states them.
  public var brief: JSONValue {
    var members: [JSONValue.Member] = [
      .init("kind", .string(kind.rawValue)), .init("accelerators", .integer(accelerators)),
      .init("gigabytesPerSecond", .brief(perAccelerator.gigabytes)),
    ]
    if kind.isMesh || perPair != perAccelerator {
      members.append(.init("pairGigabytesPerSecond", .brief(perPair.gigabytes)))
    }
    if !innerLevels.isEmpty { members.append(.init("levels", levelsJSON)) }
    return .object(members)
  }
}

extension JSONValue {
  /// A number as people write it: whole ones without a fraction.
  public static func brief(_ number: Double) -> JSONValue {
    Int(exactly: number).map(JSONValue.integer) ?? .number(number)
  }
}

extension String {
  /// The text with a hyphen for each character that a host name cannot have.
  fileprivate func replacing(_ isForeign: (Character) -> Bool) -> String {
    String(map { isForeign($0) ? "-" : $0 })
  }
}
