import ClusterTopology
import LaunchPlan
import ModelDescription

/// Plans for several numbers of nodes and lengths of sequences, each the best of its own space.
public struct Sweep: Sendable {
  /// What every point starts from.
  public var request: PlanRequest
  /// Numbers of nodes, of the first that the cluster lists; empty takes all.
  public var nodes: [Int]
  /// Workloads to plan for, in order.
  public var workloads: [Workload]

  public init(_ request: PlanRequest, nodes: [Int], workloads: [Workload]) {
    self.request = request
    self.nodes = nodes.isEmpty ? [request.cluster.nodeCount] : nodes
    self.workloads = workloads
  }

  /// The numbers of nodes of a front: one, and all with their halves, rounded up, in rising order.
  public static func halves(of nodes: Int) -> [Int] {
    var counts = [nodes]
    while let last = counts.last, last > 1 { counts.append((last + 1) / 2) }
    return counts.reversed()
  }

  /// Every point: workloads in order, and for each the numbers of nodes.
  ///
  /// - Parameter progress: called before each point with the number done and of all.
  /// - Throws: `CostModelError` where the accelerators cannot run a workload; `SweepFault` where the
  ///   cluster has too few nodes.
  public func points(
    inputs: PlanInputs, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> [SweepPoint] {
    var points: [SweepPoint] = []
    for workload in workloads {
      for count in nodes {
        progress(points.count, workloads.count * nodes.count)
        guard let cluster = request.cluster.first(nodes: count) else {
          throw SweepFault.tooFewNodes(asked: count, has: request.cluster.nodeCount)
        }
        var changed = request
        changed.cluster = cluster
        changed.workload = workload
        changed.workload.lengths = nil
        points.append(try Self.point(changed, inputs: inputs))
      }
    }
    return points.withFront
  }

  private static func point(_ request: PlanRequest, inputs: PlanInputs) throws -> SweepPoint {
    var inputs = inputs
    inputs.workload.globalBatch = request.workload.globalBatch
    inputs.workload.sequenceLength = request.workload.sequenceLength
    inputs.workload.lengths = nil
    let result: SweepPoint.Result =
      switch try makePlan(request, inputs: inputs) {
      case .planned(let plan): .planned(plan)
      case .infeasible(let reason): .infeasible(reason.summary)
      case .stopped: .stopped
      }
    return SweepPoint(
      nodes: request.cluster.nodeCount, devices: request.cluster.deviceCount,
      sequenceLength: request.workload.sequenceLength, globalBatch: request.workload.globalBatch,
      result: result)
  }
}

/// Why a sweep cannot be made.
public enum SweepFault: Error, Hashable, CustomStringConvertible {
  case tooFewNodes(asked: Int, has: Int)

  public var description: String {
    switch self {
    case .tooFewNodes(let asked, let has):
      "--nodes asks for \(asked.grouped) nodes, but the cluster has \(has.grouped)"
    }
  }
}
