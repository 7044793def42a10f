import ClusterTopology
import CostModel
import ParallelismSearch
import ParallelismVocabulary
import Quantities

/// A change of what a plan is made from whose worth a reader may want to know.
struct InputChange: Sendable {
  /// In words: `network twice as fast`.
  var words: String
  /// Whether the batch or the devices change.
  var changesScale = false
  /// `nil` where the inputs cannot be changed like this.
  var apply: @Sendable (PlanRequest) -> PlanRequest?

  init(
    _ words: String, changesScale: Bool = false,
    apply: @escaping @Sendable (PlanRequest) -> PlanRequest?
  ) {
    self.words = words
    self.changesScale = changesScale
    self.apply = apply
  }

  /// A change of the cluster alone.
  private static func cluster(
    _ words: String, _ change: @escaping @Sendable (ClusterTopology) -> ClusterTopology?
  ) -> InputChange {
    InputChange(words) { request in
      change(request.cluster).map { cluster in
        var changed = request
        changed.cluster = cluster
        return changed
      }
    }
  }

  /// A change of the stack's timing alone, as calibrated.
  private static func timing(
    _ words: String, _ change: @escaping @Sendable (inout StackTiming) -> Void
  ) -> InputChange {
    InputChange(words) { request in
      var timing = request.calibration.timing(of: request.stack)
      change(&timing)
      var changed = request
      changed.calibration = request.calibration.with(timing, of: request.stack)
      return changed
    }
  }

  // MARK: Faster parts

  /// Changes that leave the plan as feasible as it was.
  static let faster: [InputChange] = [
    cluster("matrix units 20 % faster") {
      $0.with(accelerators: { $0.peaks = $0.peaks.times(1.2) })
    },
    cluster("memory bandwidth 20 % higher") {
      $0.with(accelerators: { $0.memoryBandwidth = 1.2 * $0.memoryBandwidth })
    },
    cluster("scale-up links twice as fast") { $0.with(scaleUpRates: 2) },
    cluster("network twice as fast") { $0.with(networkRates: 2) },
    cluster("network latency halved") { $0.with(networkLatency: 0.5) },
    timing("no wait for the host's launches") { timing in
      timing.launch = .zero
      timing.launchTensor = .zero
      timing.launchExperts = .zero
      timing.launchUnfusedSoftmax = .zero
      timing.perMicroBatch = .zero
    },
    InputChange("no stragglers") { request in
      var timing = request.calibration.timing(of: request.stack)
      timing.jitterPerDoubling = 0
      var changed = request
      changed.calibration = request.calibration.with(timing, of: request.stack)
      guard let cluster = request.cluster.withoutSlowNodes() else { return nil }
      changed.cluster = cluster
      return changed
    },
  ]

  // MARK: Other plans

  /// No change, for plans that the search that was made left room to better.
  static let none = InputChange("planned again as it is") { $0 }

  /// Changes after which another plan may be the best, or the plan may no longer run.
  static func enabling(nodes: Int) -> [InputChange] {
    [
      cluster("20 % more memory") {
        $0.with(accelerators: { $0.visibleMemory = 1.2 * $0.visibleMemory })
      },
      inAll(nodes + 1, "one more node"),
      inAll(nodes - 1, "one node fewer"),
      InputChange("twice the global batch", changesScale: true) { request in
        let (batch, isTooLarge) = request.workload.globalBatch.multipliedReportingOverflow(by: 2)
        guard !isTooLarge else { return nil }
        var changed = request
        changed.workload.globalBatch = batch
        return changed
      },
    ]
  }

  /// So many nodes in all, with the data-parallel degree free to follow.
  private static func inAll(_ count: Int, _ words: String) -> InputChange {
    InputChange("\(words) (\(count.grouped))", changesScale: true) { request in
      guard let cluster = request.cluster.with(moreNodes: count - request.cluster.nodeCount) else {
        return nil
      }
      var changed = request
      changed.cluster = cluster
      changed.pins.data = nil
      return changed
    }
  }
}
