import ClusterTopology
import LaunchPlan

/// The nodes of a plan in launch order, and the node and device of each of its ranks.
public struct RankPlaces: Sendable, Hashable {
  /// One node, in launch order.
  public struct Host: Sendable, Hashable {
    public var name: String
    /// The devices that the node has.
    public var devices: Int
    /// Whether the cluster's file names it, or the name only counts it.
    public var isNamed: Bool
  }

  /// Where one rank runs.
  public struct Place: Sendable, Hashable {
    /// The position of its node in launch order.
    public var host: Int
    /// The index of its device in the node.
    public var device: Int
  }

  public let hosts: [Host]
  /// By rank.
  public let places: [Place]

  /// - Throws: `RankTable.Fault`, where the plan's hosts are not in the cluster.
  public init(_ plan: LaunchPlan, on cluster: ClusterTopology) throws(RankTable.Fault) {
    let nodes = try Self.nodes(of: plan.mapping, in: cluster)
    let hosts = nodes.map { node in
      let names = cluster.nodeGroups[cluster.group(ofNode: node)].names
      return Host(
        name: cluster.name(ofNode: node), devices: cluster.devices(ofNode: node).count,
        isNamed: !names.isGenerated)
    }
    var places: [Place] = []
    places.reserveCapacity(plan.devices)
    for (index, host) in hosts.enumerated() {
      let order = plan.mapping.deviceOrder ?? Array(0..<host.devices)
      places += order.filter { $0 < host.devices }.map { Place(host: index, device: $0) }
    }
    guard places.count >= plan.devices else {
      throw .tooFewDevices(needed: plan.devices, has: places.count)
    }
    for exception in plan.mapping.exceptions {
      guard hosts.indices.contains(exception.host),
        (0..<hosts[exception.host].devices).contains(exception.device)
      else {
        throw .noSuchDevice(rank: exception.rank, host: exception.host, device: exception.device)
      }
      places[exception.rank] = Place(host: exception.host, device: exception.device)
    }
    self.places = Array(places.prefix(plan.devices))
    let used = (self.places.map(\.host).max() ?? 0) + 1
    self.hosts = Array(hosts.prefix(used))
  }

  /// The nodes in launch order, by their index in the cluster.
  private static func nodes(
    of mapping: LaunchPlan.Mapping, in cluster: ClusterTopology
  ) throws(RankTable.Fault) -> [Int] {
    var nodes: [Int] = []
    for run in mapping.hosts {
      guard let group = cluster.nodeGroups.firstIndex(where: { $0.name == run.nodeGroup }) else {
        throw .unknownGroup(run.nodeGroup)
      }
      let all = cluster.nodes(ofGroup: group)
      guard run.firstNode <= all.count, run.nodes <= all.count - run.firstNode else {
        throw .tooFewNodes(
          group: run.nodeGroup,
          needed: run.firstNode.addingReportingOverflow(run.nodes).partialValue,
          has: all.count)
      }
      let first = all.lowerBound + run.firstNode
      nodes += first..<first + run.nodes
    }
    return nodes
  }
}

extension RankPlaces {
  /// The ranks of each host.
  private var ranksPerHost: [Int] {
    places.reduce(into: Array(repeating: 0, count: hosts.count)) { $0[$1.host] += 1 }
  }

  /// The ranks of a full host where all are alike and ranks fill the hosts in order, each host in
  /// the same order of devices; `nil` where single ranks were moved or hosts differ.
  var regular: (perHost: Int, devices: [Int])? {
    let counts = ranksPerHost
    guard let perHost = counts.first, perHost > 0,
      counts.dropLast().allSatisfy({ $0 == perHost }), counts.last ?? 0 <= perHost
    else { return nil }
    let devices = places.prefix(perHost).map(\.device)
    let isRegular = places.enumerated().allSatisfy { rank, place in
      place.host == rank / perHost && place.device == devices[rank % perHost]
    }
    return isRegular ? (perHost, devices) : nil
  }

  /// Whether every host has a name that a launcher can address.
  var areHostsNamed: Bool { hosts.allSatisfy(\.isNamed) }
}
