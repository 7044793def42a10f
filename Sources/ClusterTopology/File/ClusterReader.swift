import InputFiles
import Quantities

/// Reads a cluster file's outermost object, and fits its parts together.
///
/// `name`, `nodeGroups` (see `NodeGroupDraft`), `fabrics` (`FabricDraft`), `measurements` with the
/// snapshots of `nodeBandwidth` (`SnapshotDraft`) and times of `collectives`, and `health` (`HealthDraft`).
struct ClusterReader {
  /// Paths are kept for each pair of groups, so their number is bounded.
  private static let groupLimit = 256
  private static let fabricLimit = 64

  let log: FaultLog
  let folder: String
  /// The faults of the files that the cluster file names.
  private(set) var foreignFaults: [InputFault] = []
  private(set) var foreignReason = InputFaults.Reason.malformed

  init(log: FaultLog, folder: String) {
    self.log = log
    self.folder = folder
  }

  /// The cluster; nil once the log or `foreignFaults` hold what is wrong with it.
  mutating func topology(_ node: JSONNode) -> ClusterTopology? {
    guard let object = ObjectReader(node, log) else { return nil }
    let name = object.optional("name", .name, default: "cluster")
    let drafts = object.required(
      "nodeGroups", .array(of: .object(NodeGroupDraft.init), count: .between(1, Self.groupLimit)))
    let declared = object.optional(
      "fabrics", .array(of: .object(FabricDraft.init), count: .atMost(Self.fabricLimit)),
      default: [])
    let measurements = object.optional(
      "measurements", .object(MeasurementsDraft.init), default: MeasurementsDraft())
    let health = object.optional("health", .object(HealthDraft.init), default: HealthDraft())
    object.finish()

    guard let name, let drafts, let declared else { return nil }
    checkNames(drafts, declared)
    checkTotal(drafts, object)
    let fabrics = FabricResolution(drafts, declared, log)
    let groups = fabrics.groups
    guard !log.isFaulty else { return nil }
    reportUnconnected(groups, fabrics.fabrics, drafts)
    let index = NodeIndex(groups) { group, name, earlier in
      log.error(
        at: drafts[group].namesNode,
        "\(drafts[group].namesNode.subject) has the node name \(name.quoted), which "
          + (earlier == group
            ? "stands there twice" : "\(drafts[earlier].node.subject) has already"))
    }
    let resolvedHealth = health?.resolved(index, log)
    let measured = readMeasurements(measurements?.snapshots ?? [], index)
    guard !log.isFaulty, foreignFaults.isEmpty, let resolvedHealth else { return nil }
    do {
      return try ClusterTopology(
        name: name, nodeGroups: groups, fabrics: fabrics.fabrics, measured: measured,
        health: resolvedHealth, collectives: measurements?.collectives ?? .none)
    } catch {
      log.error(at: node, "the cluster does not fit together: \(error)")
      return nil
    }
  }

  private func checkNames(_ groups: [NodeGroupDraft], _ fabrics: [FabricDraft]) {
    reportRepeated(groups.map { ($0.name, $0.nameNode) }, of: "node group")
    reportRepeated(fabrics.map { ($0.fabric.name, $0.nameNode) }, of: "fabric")
    for fabric in fabrics {
      for (name, node) in fabric.connects where !groups.contains(where: { $0.name == name }) {
        log.refuseName(node, name, among: groups.map(\.name), of: "node group")
      }
    }
  }

  private func reportRepeated(_ names: [(name: String, node: JSONNode)], of noun: String) {
    var first: [String: JSONNode] = [:]
    for (name, node) in names {
      guard let earlier = first.updateValue(node, forKey: name) else { continue }
      log.error(
        at: node,
        "\(node.subject) is \(name.quoted), which is the name of another \(noun) already, at "
          + "line \(earlier.position.line)")
    }
  }

  private func checkTotal(_ groups: [NodeGroupDraft], _ object: ObjectReader) {
    let nodes = groups.reduce(0) { $0 + $1.nodes }
    guard nodes > ClusterTopology.nodeLimit else { return }
    object.error(
      at: "nodeGroups",
      "has \(nodes.grouped) nodes in all, but must have at most "
        + ClusterTopology.nodeLimit.grouped)
  }

  private func reportUnconnected(
    _ groups: [NodeGroup], _ fabrics: [Fabric], _ drafts: [NodeGroupDraft]
  ) {
    for problem in NetworkPath.problems(groups: groups, fabrics: fabrics) {
      switch problem {
      case .noNetwork(let group):
        log.error(
          at: drafts[group].node,
          "\(drafts[group].node.subject) has \(groups[group].nodes) nodes and no network between them; "
            + "add 'nics', or a fabric whose 'connects' names it")
      case .unconnected(let group, let other):
        log.error(
          at: drafts[other].node,
          "\(drafts[other].node.subject) shares no fabric with \(drafts[group].node.subject); put "
            + "the cards of both on one, or add a fabric whose 'connects' names both")
      default: break
      }
    }
  }

  private mutating func readMeasurements(
    _ snapshots: [SnapshotDraft], _ index: NodeIndex
  ) -> MeasuredBandwidth? {
    var combined: [Float] = []
    var sources: [MeasuredBandwidth.Source] = []
    for snapshot in snapshots {
      do {
        let (entries, source) = try snapshot.read(folder: folder, index, log)
        sources.append(source)
        if combined.isEmpty { combined = entries } else { combined.lower(to: entries) }
      } catch {
        foreignFaults += error.faults
        foreignReason = error.reason
      }
    }
    let isWhole = sources.count == snapshots.count && !sources.isEmpty
    return isWhole
      ? MeasuredBandwidth(nodes: index.count, gigabytesPerSecond: combined, sources: sources) : nil
  }
}

extension [Float] {
  /// Takes the lesser of each two entries.
  fileprivate mutating func lower(to other: [Float]) {
    for index in indices { self[index] = Swift.min(self[index], other[index]) }
  }
}

extension FaultLog {
  /// Reports a name that names nothing, with the one that was probably meant.
  func refuseName(_ node: JSONNode, _ name: String, among names: [String], of noun: String) {
    _ = JSONShape.name(among: names, of: noun).read(node, self)
  }
}
