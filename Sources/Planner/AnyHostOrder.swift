import ClusterTopology
import CostModel
import LaunchPlan
import ParallelismSearch
import Quantities

// What the certificate tells of every order of hosts, and not of the plan's alone.

extension PlanAssembly {
  /// The bound over every order of the hosts within their groups; `nil` where the order was not open, or
  /// makes no difference, or other nodes would have other prices.
  func mappingPart(step: Seconds) throws -> Certificate.Part? {
    guard !request.keepsHostOrder, scattering == nil, space.goal == .time,
      model.cluster.hasOpenHostOrder
    else {
      return nil
    }
    let links = HostThresholds(model.cluster, model.calibration)
    let result = try ParallelismSearch(space: space, effort: request.effort, anyOrder: links).run()
    return Certificate.Part(
      name: .mapping, objective: step, bound: min(result.bound, step),
      rule: Certificate.anyOrderRule)
  }
}

extension Certificate {
  /// How the bound over every order of hosts is found.
  static let anyOrderRule =
    "least over all frames and every order of hosts within their groups, with links as good as the "
    + "slowest that so many nodes can have"
}
