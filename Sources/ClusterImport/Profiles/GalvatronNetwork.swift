import ClusterTopology
import InputFiles
import Quantities

/// What Galvatron's hardware profiler measured: collectives by size, and rates of links.
struct GalvatronNetwork {
  private let nodes: Int
  private let perNode: Int
  /// GB/s between two accelerators of a node, and of two nodes.
  private(set) var insideRate: Double?
  private(set) var betweenRate: Double?
  /// Milliseconds by mebibytes; of groups of which only a rate is known, by two sizes.
  private var times: [Group: [Double: Double]] = [:]
  private var rates: [Group: [Double: Double]] = [:]

  private struct Group: Hashable, Comparable {
    var operation: String
    var members: Int
    var membersPerNode: Int

    static func < (one: Group, other: Group) -> Bool {
      (one.operation, one.members, one.membersPerNode)
        < (other.operation, other.members, other.membersPerNode)
    }
  }

  init(nodes: Int, perNode: Int) {
    self.nodes = nodes
    self.perNode = perNode
  }

  /// Takes a file of the hardware profiler for these numbers of nodes and accelerators; passes over
  /// others.
  mutating func read(_ file: ProfileFile) throws(InputFaults) {
    let shape = "\(nodes)nodes_\(perNode)gpus_per_node.json"
    let inside = "1nodes_\(perNode)gpus_per_node.json"
    switch file.name {
    case "sp_time_\(shape)", "sp_time_\(inside)":
      try read(file) { $0.addTime($1, $2) }
    case "allreduce_bandwidth_\(shape)", "allreduce_bandwidth_\(inside)":
      let nodes = file.name.hasSuffix(inside) ? 1 : nodes
      try read(file) { $0.addRate($1, $2, nodes: nodes) }
    case "p2p_bandwidth_\(inside)":
      try read(file) { if $1 == "pp_size_2" { $0.insideRate = $2 } }
    default: break
    }
    if nodes > 1, file.name == "p2p_bandwidth_\(shape)" {
      try read(file) { if $1 == "pp_size_2" { $0.betweenRate = $2 } }
    }
  }

  private mutating func read(
    _ file: ProfileFile, _ add: (inout GalvatronNetwork, String, Double) -> Void
  ) throws(InputFaults) {
    let document = try file.document()
    let entries = try document.read(.members(of: .number(.above(0, atMost: 1e9))))
    for (key, value) in entries { add(&self, key, value) }
  }

  /// `allreduce_size_8_64MB_time`, in milliseconds.
  private mutating func addTime(_ key: String, _ time: Double) {
    let words = key.split(separator: "_").map(String.init)
    guard words.count == 5, words[1] == "size", words[4] == "time", let members = Int(words[2]),
      let size = words[3].between("", "MB").flatMap(Double.init), members > 1, size > 0,
      let operation = ["allreduce": "allReduce", "all2all": "allToAll"][words[0]]
    else { return }
    let group = Group(
      operation: operation, members: members, membersPerNode: min(members, perNode))
    times[group, default: [:]][size] = time
  }

  /// `allreduce_size_8_consec_1`, in GB/s of the bytes that each member sends: a rate without a
  /// latency, for groups of which no times were measured.
  private mutating func addRate(_ key: String, _ rate: Double, nodes: Int) {
    let words = key.split(separator: "_").map(String.init)
    guard words.count == 5, words[0] == "allreduce", words[3] == "consec",
      let members = Int(words[2]),
      members > 1, words[4] == "1" || nodes > 1
    else { return }
    let together = words[4] == "1" ? min(members, perNode) : max(1, members / nodes)
    let group = Group(operation: "allReduce", members: members, membersPerNode: together)
    let sent = 2 * Double(members - 1) / Double(members)
    // The rate is in mebibytes a millisecond, which its figures call GB/s.
    rates[group] = Dictionary(
      uniqueKeysWithValues: [1.0 / 1024, 1024].map { ($0, sent * $0 / rate) })
  }

  /// As a cluster file states them; `nil` where nothing was measured.
  var collectives: JSONValue? {
    let series = rates.merging(times) { $1 }
    guard !series.isEmpty else { return nil }
    return .array(
      series.sorted { $0.key < $1.key }.map { group, times in
        var least = 0.0
        let points = times.sorted { $0.key < $1.key }.map { size, time in
          // Noise of small messages aside, larger ones take no less time.
          least = max(least, time)
          return ["mebibytes": .brief(size), "milliseconds": .brief(least.withoutNoise)]
            as JSONValue
        }
        return [
          "operation": .string(group.operation), "members": .integer(group.members),
          "membersPerNode": .integer(group.membersPerNode), "points": .array(points),
        ]
      })
  }
}
