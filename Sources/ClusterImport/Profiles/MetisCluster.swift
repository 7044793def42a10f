import ClusterTopology
import InputFiles

/// The cluster of Metis's `clusterfile.json` and of a host file.
struct MetisCluster {
  /// A kind of node, by its address.
  private struct Kind {
    var type: String
    var accelerator: String
    /// GB/s between the accelerators of a node and between nodes.
    var inside: Double
    var between: Double
    var memoryGiB: Double
  }

  private let kinds: [String: Kind]
  /// Nodes in the host file's order: their kind's address and number of accelerators.
  private let hosts: [(address: String, slots: Int)]

  /// - Returns: `nil` where the files hold no `clusterfile.json`.
  init?(_ files: [ProfileFile], _ table: AcceleratorTable) throws(InputFaults) {
    guard let file = files.first(where: { $0.name == "clusterfile.json" }) else { return nil }
    let document = try file.document()
    let entries = try document.read(.members(of: .object(Self.entry)))
    var kinds: [String: Kind] = [:]
    let lists = files.filter { $0.name.hasPrefix("host") }.meant
    guard lists.count == 1, let list = lists.first else {
      throw InputFaults(
        malformed: lists.isEmpty
          ? "stands without a host file, whose name begins with 'host'"
          : "stands beside \(lists.count) host files; name the one that is meant after "
            + "the folder", in: document.file)
    }
    hosts = try Self.hosts(list, known: entries.map(\.key))
    let used = Set(hosts.map(\.address))
    for (address, entry) in entries where used.contains(address) {
      let gigabytes = Int(entry.memoryGiB.rounded())
      let sized = "\(entry.type)-\(gigabytes)GB"
      let accelerator: String
      if let known = AcceleratorNames.recognise(sized), table.options.accelerators.isEmpty {
        accelerator = known
      } else {
        accelerator = try table.name(of: entry.type, file: document.file)
      }
      kinds[address] = Kind(
        type: entry.type,
        accelerator: accelerator,
        inside: entry.inside, between: entry.between, memoryGiB: entry.memoryGiB)
    }
    self.kinds = kinds
  }

  func accelerator(_ type: String) -> String? {
    kinds.values.first { $0.type == type }?.accelerator
  }

  var notes: [String] {
    ["every accelerator has a network card at inter_bandwidth, as Metis has it"]
  }

  var json: JSONValue {
    var groups: [(address: String, slots: Int, nodes: Int)] = []
    for host in hosts {
      if let last = groups.last, last.address == host.address, last.slots == host.slots {
        groups[groups.count - 1].nodes += 1
      } else {
        groups.append((host.address, host.slots, 1))
      }
    }
    let drafts: [JSONValue] = groups.enumerated().compactMap { index, group in
      guard let kind = kinds[group.address] else { return nil }
      return [
        "name": .string("\(kind.type.lowercased())-\(index)"), "nodes": .integer(group.nodes),
        "acceleratorsPerNode": .integer(group.slots),
        "accelerator": [
          "preset": .string(kind.accelerator), "name": .string(kind.accelerator),
          "visibleMemoryGiB": .brief(kind.memoryGiB),
        ],
        "scaleUp": [
          "kind": "pcie", "accelerators": .integer(group.slots),
          "gigabytesPerSecond": .brief(kind.inside),
        ],
        "nics": [
          "fabric": "network", "perNode": .integer(group.slots),
          "gigabitsPerSecond": .brief(8 * kind.between),
        ],
      ]
    }
    return [
      "name": "metis", "nodeGroups": .array(drafts),
      "fabrics": [["name": "network", "kind": "ethernet"]],
    ]
  }

  private struct Entry {
    var type: String
    var inside: Double
    var between: Double
    var memoryGiB: Double
  }

  private static func entry(_ object: ObjectReader) -> Entry? {
    let rate = Limits<Double>.above(0, atMost: 1e6)
    let type = object.required("instance_type", .name)
    let inside = object.required("intra_bandwidth", .number(rate))
    let between = object.required("inter_bandwidth", .number(rate))
    let memory = object.required("memory", .number(.above(0, atMost: 16_384)))
    object.finish()
    guard let type, let inside, let between, let memory else { return nil }
    return Entry(type: type, inside: inside, between: between, memoryGiB: memory)
  }

  /// `0.0.0.4 slots=4`, a node a line.
  private static func hosts(
    _ file: ProfileFile, known: [String]
  ) throws(InputFaults) -> [(address: String, slots: Int)] {
    let text = try TextFile.read(path: file.path, limit: ProfileImport.limit)
    var hosts: [(address: String, slots: Int)] = []
    for line in text.lines {
      let words = line.words
      guard let first = words.first else { continue }
      let address = String(first.text)
      guard known.contains(address) else {
        throw text.fault(
          at: first.position,
          "names the node \(address.quoted), but clusterfile.json has "
            + known.map(\.quoted).joined(separator: ", "))
      }
      guard words.count == 2,
        let slots = String(words[1].text).between("slots=", "").flatMap(Int.init),
        (1...ClusterTopology.acceleratorsPerNodeLimit).contains(slots)
      else {
        throw text.fault(
          at: words.count > 1 ? words[1].position : line.position,
          "must be an address and the accelerators of a node: \(address) slots=4")
      }
      hosts.append((address, slots))
    }
    guard !hosts.isEmpty else { throw text.fault("names no node") }
    return hosts
  }
}
