import ClusterTopology
import InputFiles
import LaunchPlan
import ParallelismVocabulary

/// Where every rank of a plan runs, and its place on each axis.
public struct RankTable: Sendable {
  /// One rank: its device and its indices.
  public struct Row: Sendable, Hashable {
    public var rank: Int
    public var host: String
    public var device: Int
    public var tensor: Int
    public var context: Int
    public var data: Int
    public var stage: Int
    public var expert: Int
    public var expertTensor: Int
  }

  /// Why the ranks have no place on a cluster.
  public enum Fault: Error, Hashable, CustomStringConvertible {
    case unknownGroup(String)
    case tooFewNodes(group: String, needed: Int, has: Int)
    case tooFewDevices(needed: Int, has: Int)
    case noSuchDevice(rank: Int, host: Int, device: Int)

    public var description: String {
      switch self {
      case .unknownGroup(let name):
        "the plan runs on the node group \(name.quoted), which the cluster does not have"
      case .tooFewNodes(let group, let needed, let has):
        "the plan runs on \(needed) nodes of \(group.quoted), which has \(has)"
      case .tooFewDevices(let needed, let has):
        "the plan has \(needed) ranks, but its hosts have \(has) devices"
      case .noSuchDevice(let rank, let host, let device):
        "rank \(rank) is moved to device \(device) of host \(host), which is not there"
      }
    }
  }

  public let rows: [Row]

  /// - Throws: `Fault`, where the plan's hosts are not in the cluster.
  public init(_ plan: LaunchPlan, on cluster: ClusterTopology) throws(Fault) {
    let nodes = try Self.nodes(of: plan.mapping, in: cluster)
    var devices: [(host: Int, device: Int)] = []
    for (host, node) in nodes.enumerated() {
      let count = cluster.devices(ofNode: node).count
      let order = plan.mapping.deviceOrder ?? Array(0..<count)
      devices += order.filter { $0 < count }.map { (host, $0) }
    }
    guard devices.count >= plan.devices else {
      throw .tooFewDevices(needed: plan.devices, has: devices.count)
    }
    for exception in plan.mapping.exceptions {
      guard nodes.indices.contains(exception.host),
        (0..<cluster.devices(ofNode: nodes[exception.host]).count).contains(exception.device)
      else {
        throw .noSuchDevice(
          rank: exception.rank, host: exception.host, device: exception.device)
      }
      devices[exception.rank] = (exception.host, exception.device)
    }
    let names = nodes.map { cluster.name(ofNode: $0) }
    rows = (0..<plan.devices).map { rank in
      let place = devices[rank]
      return Row(plan, rank: rank, host: names[place.host], device: place.device)
    }
  }

  /// The nodes in launch order, by their index in the cluster.
  private static func nodes(
    of mapping: LaunchPlan.Mapping, in cluster: ClusterTopology
  ) throws(Fault) -> [Int] {
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

  // MARK: Writing

  private static let columns: [(name: String, value: @Sendable (Row) -> JSONValue)] = [
    ("rank", { .integer($0.rank) }), ("host", { .string($0.host) }),
    ("device", { .integer($0.device) }), ("stage", { .integer($0.stage) }),
    ("data", { .integer($0.data) }), ("context", { .integer($0.context) }),
    ("tensor", { .integer($0.tensor) }), ("expert", { .integer($0.expert) }),
    ("expertTensor", { .integer($0.expertTensor) }),
  ]

  public var json: JSONValue {
    .array(
      rows.map { row in .object(Self.columns.map { JSONValue.Member($0.name, $0.value(row)) }) })
  }

  /// One line a rank under a line of headings; host names as JSON writes them where they are not
  /// plain.
  public var text: String {
    let cells = rows.map { row in
      Self.columns.map { column in
        switch column.value(row) {
        case .string(let name): name.isPlain ? name : name.quoted
        case let number: JSONText.compact(number)
        }
      }
    }
    return table([Self.columns.map(\.name)] + cells, indentation: "")
      .joined(separator: "\n") + "\n"
  }
}

extension RankTable.Row {
  /// The indices of a rank: its digits in the mixed base of the axes, in rank order. Among the ranks
  /// of a stage, expert-tensor runs fastest, then expert.
  fileprivate init(_ plan: LaunchPlan, rank: Int, host: String, device: Int) {
    let degrees = plan.parallelism.degrees
    self.init(
      rank: rank, host: host, device: device, tensor: 0, context: 0, data: 0, stage: 0, expert: 0,
      expertTensor: 0)
    var rest = rank
    var inStage = 0
    var width = 1
    for axis in plan.mapping.rankOrder {
      let degree = degrees.degree(of: axis)
      let index = rest % degree
      rest /= degree
      switch axis {
      case .tensor: tensor = index
      case .context: context = index
      case .data: data = index
      case .pipeline: stage = index
      case .expert: break
      }
      if axis != .pipeline {
        inStage += index * width
        width *= degree
      }
    }
    expertTensor = inStage % degrees.expertTensor
    expert = inStage / degrees.expertTensor % degrees.expert
  }
}

extension ParallelismDegrees {
  fileprivate func degree(of axis: Axis) -> Int {
    switch axis {
    case .tensor: tensor
    case .context: context
    case .data: data
    case .pipeline: pipeline
    case .expert: 1
    }
  }
}

extension String {
  /// Whether the name cannot be mistaken for anything else in a table.
  fileprivate var isPlain: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0))
      }
  }
}
