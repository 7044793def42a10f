import InputFiles
import Quantities

/// What the file says is slow or out of service, by the names of nodes.
struct HealthDraft {
  private typealias Place = (name: String, node: JSONNode)
  private var slowNodes: [(node: Place, factor: Double)] = []
  private var badLinks: [(from: Place, to: Place, factor: Double)] = []
  private var lostNodes: [Place] = []
  private var failures: FailureRate?

  init() {}

  init?(_ object: ObjectReader) {
    let factor = JSONShape<Double>.number(.above(0, atMost: 1))
    let slow = object.optional(
      "slowNodes",
      .array(
        of: .object { object -> (node: Place, factor: Double)? in
          let node = object.required("node", .namePlace)
          let factor = object.required("factor", factor)
          object.finish()
          guard let node, let factor else { return nil }
          return (node, factor)
        }), default: [])
    let bad = object.optional(
      "badLinks",
      .array(
        of: .object { object -> (from: Place, to: Place, factor: Double)? in
          let from = object.required("from", .namePlace)
          let to = object.required("to", .namePlace)
          let factor = object.required("factor", factor)
          object.finish()
          guard let from, let to, let factor else { return nil }
          if from.name == to.name {
            object.error(at: "to", "is \(to.name.quoted), the node that the link comes from")
            return nil
          }
          return (from, to, factor)
        }), default: [])
    let lost = object.optional("lostNodes", .array(of: .namePlace), default: [])
    let failures = object.optional("failures", FailureRate.shape)
    object.finish()
    guard let slow, let bad, let lost else { return nil }
    self.failures = failures
    slowNodes = slow
    badLinks = bad
    lostNodes = lost
  }

  /// The numbers of the nodes that are out of service; nil, with the faults in the log, where a name is
  /// wrong, stands there twice, or no node is left.
  func lost(_ index: NodeIndex, _ log: FaultLog) -> Set<Int>? {
    var lost: Set<Int> = []
    var isSound = true
    for place in lostNodes {
      guard let number = number(place, index, log) else {
        isSound = false
        continue
      }
      if !lost.insert(number).inserted {
        log.error(
          at: place.node, "\(place.node.subject) is \(place.name.quoted), which stands there twice")
        isSound = false
      }
    }
    if isSound, lost.count == index.count, let first = lostNodes.first {
      log.error(
        at: first.node,
        "\(first.node.subject) and those after it are all nodes of the cluster, but one must be left"
      )
      return nil
    }
    return isSound ? lost : nil
  }

  /// The same by the numbers of the nodes; nil, with the faults in the log, where a name is wrong.
  func resolved(_ index: NodeIndex, _ log: FaultLog) -> ClusterHealth? {
    let slow = slowNodes.compactMap { entry in
      number(entry.node, index, log).map {
        ClusterHealth.SlowNode(node: $0, factor: entry.factor)
      }
    }
    let bad = badLinks.compactMap { entry -> ClusterHealth.BadLink? in
      let from = number(entry.from, index, log)
      let to = number(entry.to, index, log)
      guard let from, let to else { return nil }
      return ClusterHealth.BadLink(from: from, to: to, factor: entry.factor)
    }
    guard slow.count == slowNodes.count, bad.count == badLinks.count else { return nil }
    return ClusterHealth(slowNodes: slow, badLinks: bad, failures: failures)
  }

  private func number(_ place: Place, _ index: NodeIndex, _ log: FaultLog) -> Int? {
    if let number = index[place.name] { return number }
    log.refuseName(place.node, place.name, among: index.candidates, of: "node")
    return nil
  }
}

extension FailureRate {
  fileprivate static var shape: JSONShape<FailureRate> {
    .object { object in
      let positive = JSONShape<Double>.number(.above(0, atMost: 1e9))
      let perNode = object.required("nodeHoursBetween", positive)
      let restart = object.optional("restartMinutes", positive)
      let checkpoint = object.optional("checkpointSeconds", positive)
      let repair = object.optional("repairHours", positive)
      object.finish()
      guard let perNode else { return nil }
      var rate = FailureRate.assumed(perNode: Seconds(3_600 * perNode))
      if let restart { rate.restart = Seconds(60 * restart) }
      if let checkpoint { rate.checkpoint = Seconds(checkpoint) }
      if let repair { rate.repair = Seconds(3_600 * repair) }
      return rate
    }
  }
}
