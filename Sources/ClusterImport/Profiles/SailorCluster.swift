import ClusterTopology
import InputFiles
import Quantities

/// The cluster that Sailor's configurations tell of, with the numbers of nodes that the user gives.
struct SailorCluster {
  private let options: ProfileImport.Options
  private let table: AcceleratorTable
  private let nodes: [String: Node]
  /// A measured bandwidth by accelerator and number of members: coefficients of a parabola over the
  /// logarithm of the mebibytes, in GB/s, and the rate of large messages in bytes a second.
  private let inside: [String: [Int: Double]]
  private let between: [String: [Int: Double]]

  private struct Node {
    var accelerators: Int
    var memory: Bytes
  }

  init(
    _ files: [ProfileFile], _ options: ProfileImport.Options, _ table: AcceleratorTable
  ) throws(InputFaults) {
    self.options = options
    self.table = table
    nodes = try Self.nodes(files)
    let network = files.first { $0.name.hasPrefix("network_coeffs") }
    inside = try Self.rates(files.first { $0.name == "intra_node_bandwidths.json" }, under: nil)
    between = try Self.rates(network, under: "inter")
  }

  var json: JSONValue {
    get throws(InputFaults) {
      var groups: [JSONValue] = []
      for (name, count) in options.nodes.sorted(by: { $0.key < $1.key }) {
        guard let node = nodes[name] else {
          throw InputFaults(
            malformed: "has no \(name.quoted), but "
              + nodes.keys.sorted().map(\.quoted).joined(separator: ", "),
            in: "basic_cluster_config.json")
        }
        let preset = try table.name(of: name, file: "basic_cluster_config.json")
        var group: [JSONValue.Member] = [
          .init("name", .string(name.lowercased())), .init("nodes", .integer(count)),
          .init("acceleratorsPerNode", .integer(node.accelerators)),
          .init(
            "accelerator",
            [
              "preset": .string(preset), "name": .string(preset),
              "visibleMemoryGiB": .brief(node.memory.gibibytes.withoutNoise),
            ]),
        ]
        if let rate = inside[name]?[node.accelerators] {
          group.append(
            .init(
              "scaleUp",
              [
                "gigabytesPerSecond": .brief((rate / 1e9).withoutNoise)
              ]))
        }
        guard let rate = between[name]?[node.accelerators] ?? between[name]?.values.max() else {
          throw InputFaults(
            malformed: "has no bandwidth between nodes of \(name.quoted)", in: "network_coeffs")
        }
        group.append(
          .init(
            "nics",
            [
              "fabric": "network", "perNode": 1,
              "gigabitsPerSecond": .brief((8 * rate / 1e9).withoutNoise),
            ]))
        groups.append(.object(group))
      }
      return [
        "name": "sailor", "nodeGroups": .array(groups),
        "fabrics": [["name": "network", "kind": "ethernet"]],
      ]
    }
  }

  private static func nodes(_ files: [ProfileFile]) throws(InputFaults) -> [String: Node] {
    guard let file = files.first(where: { $0.name == "basic_cluster_config.json" }) else {
      throw InputFaults(
        malformed: "has no basic_cluster_config.json",
        in: files.first?.path.folderName ?? "the folder")
    }
    let document = try file.document()
    let log = FaultLog(file: document.file)
    var nodes: [String: Node] = [:]
    for member in document.root.members.map(Array.init) ?? [] where member.value.members != nil {
      guard let object = ObjectReader(member.value, log) else { continue }
      let count = object.required(
        "gpus_per_node", .integer(.between(1, ClusterTopology.acceleratorsPerNodeLimit)))
      let memory = object.required("mem_per_gpu", .number(.above(0, atMost: 1e13)))
      object.finish()
      if let count, let memory {
        nodes[member.key] = Node(accelerators: count, memory: Bytes(memory))
      }
    }
    try log.throwIfFaulty()
    return nodes
  }

  /// `{"A100-40": {"2": [[…], rate]}}`, maybe under a key.
  private static func rates(
    _ file: ProfileFile?, under key: String?
  ) throws(InputFaults) -> [String: [Int: Double]] {
    guard let file else { return [:] }
    let document = try file.document()
    let log = FaultLog(file: document.file)
    var rates: [String: [Int: Double]] = [:]
    let root = key.flatMap { document.root[$0] } ?? document.root
    for kind in root.members.map(Array.init) ?? [] {
      for count in kind.value.members.map(Array.init) ?? [] {
        let entry = count.value.elements.map(Array.init) ?? []
        guard let members = Int(count.key), entry.count == 2 else {
          log.error(
            at: count.value,
            "\(count.value.subject) must be coefficients and a rate, by a number of accelerators")
          continue
        }
        rates[kind.key, default: [:]][members] =
          JSONShape<Double>.number(.above(0, atMost: 1e15)).read(entry[1], log)
      }
    }
    try log.throwIfFaulty()
    return rates
  }
}
