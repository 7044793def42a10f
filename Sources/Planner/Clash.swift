import ClusterTopology
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// The limits that exclude every plan together: without any one of them, some plan fits.
///
/// They are left out one after another for as long as nothing fits (the deletion filter of Chinneck and
/// Dravnieks, 1991): what was pinned first and memory last, so that a pin is named only where memory alone
/// leaves a plan.
struct Clash {
  /// A sentence each; empty where the model's dimensions and the batch exclude everything by themselves.
  let limits: [String]

  private struct Limit {
    var sentence: String
    /// The request without it; `nil` where there is no such request.
    var relaxed: (PlanRequest) -> PlanRequest?
  }

  /// - Parameters:
  ///   - memory: what limits the devices' memory, in words.
  ///   - host: the same of the hosts; only what lies there is limited by it.
  ///   - fits: whether some plan of a request fits.
  init(_ request: PlanRequest, memory: String, host: String, fits: (PlanRequest) -> Bool) {
    var all = request.pins.given.map { pin in
      Limit(sentence: pin.sentence) {
        var request = $0
        request.pins = pin.removed(request.pins)
        return request
      }
    }
    if request.workload.keepsInHosts {
      all.append(Limit(sentence: host) { $0.with(cluster: $0.cluster.withAmpleHosts()) })
    }
    all.append(
      Limit(sentence: memory) { request in
        request.with(cluster: request.cluster.with { $0.visibleMemory = 1e6 * $0.visibleMemory })
      })
    var rest = request
    var needed: [String] = []
    for limit in all {
      if let without = limit.relaxed(rest), !fits(without) {
        rest = without
      } else {
        needed.append(limit.sentence)
      }
    }
    limits = needed
  }
}

extension PlanRequest {
  fileprivate func with(cluster: ClusterTopology?) -> PlanRequest? {
    cluster.map {
      var request = self
      request.cluster = $0
      return request
    }
  }
}
