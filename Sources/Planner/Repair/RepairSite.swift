import ClusterTopology
import InputFiles
import LaunchPlan
import PlanChecks

/// The cluster after a failure: the nodes that are left, and those that can stand in for the lost ones.
struct RepairSite {
  /// The nodes that are left, as they are listed.
  let cluster: ClusterTopology
  /// The nodes that ran the plan, in launch order; `nil` where one is lost.
  let survivors: [Int?]
  /// The nodes that can stand in, those that were named or all that are idle; by name where one takes a
  /// lost node's own place.
  let spares: [Int]
  /// The place in launch order that a spare without a place in the cluster must take.
  let ownPlace: [Int: Int]
  /// The names of the nodes that failed.
  let lost: [String]

  /// - Throws: `RepairFault`, all that is wrong with the names.
  init(
    _ plan: LaunchPlan, on before: ClusterTopology, lost: [String], spares: [String]
  ) throws(RepairFault) {
    guard let hosts = plan.mapping.nodes(in: before) else {
      throw RepairFault(["the plan's hosts are not in its cluster; 'plan check' tells more"])
    }
    let names = RepairNames(before, hosts: hosts, lost: lost, spares: spares)
    guard names.faults.isEmpty else { throw RepairFault(names.faults) }
    // A spare that the cluster does not list comes in at the place of a node that is lost.
    let lostHosts = hosts.filter(names.lost.contains)
    let replaced = Dictionary(uniqueKeysWithValues: zip(lostHosts, names.unlisted))
    guard let renamed = before.renaming(replaced),
      let cluster = renamed.without(names.lost.subtracting(replaced.keys))
    else { throw RepairFault(["no node of the cluster is left"]) }
    var index: [Int: Int] = [:]
    for node in 0..<before.nodeCount where !names.lost.contains(node) || replaced[node] != nil {
      index[node] = index.count
    }
    self.cluster = cluster
    self.lost = names.lost.sorted().map(before.name(ofNode:))
    survivors = hosts.map { names.lost.contains($0) ? nil : index[$0] }
    var ownPlace: [Int: Int] = [:]
    for (place, node) in hosts.enumerated() where replaced[node] != nil {
      if let spare = index[node] { ownPlace[spare] = place }
    }
    self.ownPlace = ownPlace
    let running = Set(hosts)
    let listed =
      names.listed.isEmpty && names.unlisted.isEmpty
      ? (0..<before.nodeCount).filter { !running.contains($0) } : names.listed
    self.spares = ownPlace.keys.sorted() + listed.compactMap { index[$0] }
  }

  /// The lost places in launch order.
  var gaps: [Int] { survivors.indices.filter { survivors[$0] == nil } }
}

/// The nodes that somebody named as lost and as spare.
private struct RepairNames {
  private(set) var lost: Set<Int> = []
  /// Spares that the cluster lists, and the names of those that it does not.
  private(set) var listed: [Int] = []
  private(set) var unlisted: [String] = []
  private(set) var faults: [String] = []

  init(_ cluster: ClusterTopology, hosts: [Int], lost names: [String], spares: [String]) {
    var numbers: [String: Int] = [:]
    for node in 0..<cluster.nodeCount { numbers[cluster.name(ofNode: node)] = node }
    let gone = Set(cluster.lostNames)
    for name in names {
      if let node = numbers[name] {
        if !lost.insert(node).inserted { faults.append("\(name.quoted) is named as lost twice") }
      } else if gone.contains(name) {
        faults.append("\(name.quoted) is out of service already, and the plan does not run on it")
      } else {
        let meant = Suggestion.nearest(to: name, among: numbers.keys.sorted())
        faults.append(
          "\(name.quoted) is no node of the plan's cluster"
            + (meant.map { "; did you mean \($0.quoted)?" } ?? ""))
      }
    }
    let running = Set(hosts)
    var seen: Set<String> = []
    for name in spares {
      if !seen.insert(name).inserted {
        faults.append("\(name.quoted) is named as a spare twice")
      } else if let node = numbers[name] {
        if lost.contains(node) {
          faults.append("\(name.quoted) is named as lost and as a spare")
        } else if running.contains(node) {
          faults.append("\(name.quoted) runs the plan already, and cannot be a spare")
        } else {
          listed.append(node)
        }
      } else if gone.contains(name) {
        faults.append(
          "\(name.quoted) is out of service; take it out of health.lostNodes of the cluster, and plan "
            + "anew")
      } else {
        unlisted.append(name)
      }
    }
    checkUnlisted(cluster, lostHosts: hosts.count(where: lost.contains))
    if faults.isEmpty, lost.count == cluster.nodeCount, unlisted.count < lost.count,
      unlisted.isEmpty
    {
      faults.append("all \(cluster.nodeCount) nodes are lost, and no spare is named")
    }
  }

  private mutating func checkUnlisted(_ cluster: ClusterTopology, lostHosts: Int) {
    guard let first = unlisted.first else { return }
    if cluster.measured != nil {
      faults.append(
        "\(first.quoted) is no node of the cluster, whose links were measured; add it to the cluster "
          + "and to the measurements, and plan anew")
    } else if cluster.nodeGroups.contains(where: \.names.isGenerated) {
      faults.append(
        "\(first.quoted) is no node of the cluster, whose nodes have no names; give 'names' to its "
          + "node groups")
    } else if unlisted.count > lostHosts {
      faults.append(
        "\(unlisted[lostHosts].quoted) is no node of the cluster and has no lost node to stand in for; "
          + "add it to the cluster, and plan anew")
    }
  }
}

/// What is wrong with the names of nodes that are lost or spare, one sentence each.
public struct RepairFault: Error, Hashable, CustomStringConvertible {
  public let sentences: [String]

  init(_ sentences: [String]) { self.sentences = sentences }

  public var description: String { sentences.joined(separator: "; ") }
}
