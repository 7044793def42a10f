import CostModel
import Quantities

extension TokenChoices {
  /// The experts' time in one layer: what the fullest GPU and the dispatch take.
  public func time(
    _ assignment: ExpertAssignment, on hierarchy: GPUHierarchy, layer: Int, loads: [Double],
    _ times: ExpertTimes
  ) -> Seconds {
    times.time(
      imbalance: assignment.imbalance(layer: layer, loads: loads, gpus: hierarchy.gpus),
      gpus: meanDestinations(assignment, layer: layer),
      nodes: meanDestinations(assignment, layer: layer, gpusPerPart: hierarchy.gpusPerNode))
  }

  /// The experts' time in all layers.
  public func time(
    _ assignment: ExpertAssignment, on hierarchy: GPUHierarchy, _ times: ExpertTimes
  ) -> Seconds {
    let load = load
    return (0..<layers).reduce(.zero) {
      $0 + time(assignment, on: hierarchy, layer: $1, loads: load[$1], times)
    }
  }
}

/// The search for a placement that takes the experts least time.
///
/// How much balance is worth giving up for shorter ways depends on the links, so placements are made
/// under several limits of the load, and every layer takes the one that is fastest there.
public struct TimeSearch: Sendable {
  private let choices: any TokenChoices
  private let hierarchy: GPUHierarchy
  private let times: ExpertTimes
  private let seed: UInt64

  /// The loads that a GPU may have, in mean loads; the first keeps what balance the start has.
  private static let limits = [1, 1.01, 1.03, 1.07, 1.15, 1.35, .infinity]

  public init(
    _ choices: some TokenChoices, on hierarchy: GPUHierarchy, _ times: ExpertTimes, seed: UInt64 = 1
  ) {
    self.choices = choices
    self.hierarchy = hierarchy
    self.times = times
    self.seed = seed
  }

  /// The best placement found with that effort.
  ///
  /// - Parameter start: a placement that no layer may be slower than; experts in their order where
  ///   `nil`.
  public func best(
    _ effort: SearchEffort, from start: ExpertAssignment? = nil
  ) -> ExpertAssignment {
    let began = effort.elapsedShare()
    let load = choices.load
    let (layers, experts) = (choices.layers, choices.experts)
    var best =
      start
      ?? .linear(layers: layers, experts: experts, gpus: hierarchy.gpus)
    var least = (0..<layers).map {
      choices.time(best, on: hierarchy, layer: $0, loads: load[$0], times)
    }
    for (index, limit) in Self.limits.enumerated() where !effort.isOver {
      var share = effort
      share.moves = effort.moves / Self.limits.count
      let end = began + (1 - began) * Double(index + 1) / Double(Self.limits.count)
      share.elapsedShare = { effort.elapsedShare() / end }
      let found = DispatchSearch(choices, on: hierarchy, loadLimit: limit, seed: seed).best(share)
      for layer in 0..<layers {
        let time = choices.time(found, on: hierarchy, layer: layer, loads: load[layer], times)
        guard time < least[layer] else { continue }
        least[layer] = time
        best.replace(layer: layer, with: found)
      }
    }
    return best
  }
}

extension ExpertAssignment {
  fileprivate mutating func replace(layer: Int, with other: ExpertAssignment) {
    for expert in 0..<experts { self[layer, expert] = other[layer, expert] }
  }
}
