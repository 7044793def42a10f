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
    self.init(plan, try RankPlaces(plan, on: cluster))
  }

  init(_ plan: LaunchPlan, _ places: RankPlaces) {
    rows = places.places.enumerated().map { rank, place in
      Row(plan, rank: rank, host: places.hosts[place.host].name, device: place.device)
    }
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
