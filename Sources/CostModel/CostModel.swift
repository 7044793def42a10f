import ClusterTopology
import ModelDescription
import ParallelismVocabulary
import Quantities

/// What a step costs, in time and memory: a model, a cluster, a workload and a software stack.
///
/// Immutable, and shared by reference since every frame points to it; `FramePricer` keeps the prices that frames share.
public final class CostModel: Sendable {
  public let model: ModelDescription
  public let cluster: ClusterTopology
  /// The orders in which the cluster's node groups may stand, the listed one first, and the cluster
  /// in each (see `Frame.groupOrder`).
  public let groupOrders: [[Int]]
  public let clusters: [ClusterTopology]
  /// Whether its groups have accelerators that differ.
  public let isMixed: Bool
  public let workload: Workload
  /// The software, with the timing that the calibration gives it.
  public let stack: Stack
  public let calibration: Calibration
  public let device: ReferenceDevice
  /// What a layer may recompute or offload, nothing first; the last is full recomputation.
  public let policies: [RecomputePolicy]
  /// The policy that every layer must have, by its index in `policies`; `nil` leaves it open.
  public let pinnedPolicy: Int?
  /// Whether a stage may recompute some of its layers whole: what the stack can do.
  let recomputesPartly: Bool
  /// The measured layers that take the place of analytic figures; `nil` where none apply.
  public let measuredLayers: MeasuredLayers?
  /// What ranks are priced on that may lie on any node.
  let anyDevice: PricedDevice

  /// - Parameters:
  ///   - recompute: what every layer must recompute, where that is already decided.
  ///   - keepsGroupOrder: whether node groups serve the stages as they are listed, also where another
  ///     order may be faster.
  ///   - calibration: the coefficients to price with.
  /// - Throws: `CostModelError` where the accelerators cannot run the workload's number format.
  public init(
    model: ModelDescription, cluster: ClusterTopology, workload: Workload, stack: Stack,
    recompute: RecomputePolicy? = nil, calibration: Calibration = .shipped,
    keepsGroupOrder: Bool = false
  ) throws(CostModelError) {
    let device = ReferenceDevice(cluster: cluster, calibration: calibration)
    guard
      let anyDevice = PricedDevice(
        device, precision: workload.precision, collectives: cluster.collectives)
    else {
      throw .unsupportedPrecision(
        workload.precision, accelerator: device.name,
        available: Precision.allCases.filter { device.peak($0) != nil })
    }
    self.model = model
    self.cluster = cluster
    let orders = keepsGroupOrder ? [] : cluster.groupOrders().dropFirst()
    let others = orders.compactMap { order in cluster.reordered(groups: order).map { (order, $0) } }
    groupOrders = [Array(cluster.nodeGroups.indices)] + others.map(\.0)
    clusters = [cluster] + others.map(\.1)
    isMixed = cluster.isMixed
    self.workload = workload
    var calibrated = stack
    calibrated.timing = calibration.timing(of: stack)
    self.stack = calibrated
    self.calibration = calibration
    self.device = device
    var policies = RecomputePolicy.choices(
      for: model, stack.capabilities, place: workload.activationPlace)
    if let recompute, !policies.contains(recompute) {
      policies.insert(recompute, at: policies.count - 1)
    }
    self.policies = policies
    self.pinnedPolicy = recompute.flatMap { policies.firstIndex(of: $0) }
    self.recomputesPartly = stack.capabilities.partialRecompute
    self.measuredLayers = MeasuredLayers(
      model: model, accelerators: device.kinds, workload: workload)
    self.anyDevice = anyDevice
  }

  /// The arithmetic of a step that a model's size implies, without recomputation.
  public var modelFLOPs: FLOPs {
    Double(workload.tokens) * model.trainingFLOPsPerToken(sequenceLength: workload.sequenceLength)
  }

  /// Where measured steps of like plans lie around predicted ones.
  ///
  /// - Parameter groupOrder: in which order of node groups the devices lie (see `Frame.groupOrder`).
  public func interval(devices: Int, groupOrder: Int = 0) -> ErrorInterval {
    ErrorIntervalTable.shipped.interval(
      of: RunRegime(
        stack: stack.identity, cluster: clusters[groupOrder], devices: devices, model: model))
  }

  /// What failures leave of a job's time on the first so many devices; `nil` where the cluster states
  /// no rate of them.
  public func goodput(step: Seconds, devices: Int, groupOrder: Int = 0) -> Goodput? {
    cluster.health.failures.map {
      Goodput(
        step: step, nodes: clusters[groupOrder].node(ofDevice: devices - 1) + 1, failures: $0)
    }
  }

  /// The nodes of the cluster at each place of an order of its groups.
  public func nodes(inGroupOrder order: Int) -> [Int] {
    groupOrders[order].flatMap { Array(cluster.nodes(ofGroup: $0)) }
  }

  /// Whether its groups have accelerators that differ, or some nodes are slower than others.
  public var hasUnlikeDevices: Bool { isMixed || cluster.hasSlowNodes }

  /// The step time of a makespan on so many devices: the host's work and the stragglers on top.
  func step(makespan: Double, devices: Int, groupOrder: Int) -> Seconds {
    Seconds(
      stragglers(devices: devices, groupOrder: groupOrder)
        * (makespan + stack.timing.perStep.value))
  }

  /// The factor by which many nodes slow a step.
  func stragglers(devices: Int, groupOrder: Int) -> Double {
    let cluster = clusters[groupOrder]
    let nodes = Double(cluster.node(ofDevice: min(devices, cluster.deviceCount) - 1) + 1)
    return 1 + stack.timing.jitterPerDoubling * max(0, nodes.log2)
  }

  /// The share of the weights that is trained: all, or what low-rank adapters beside the attention
  /// projections add.
  var trainedShare: Double {
    guard let rank = workload.adapterRank else { return 1 }
    var adapters = 0.0
    var all = 0.0
    for kind in model.layers {
      for operation in model.kinds[kind].operators {
        all += Double(operation.weights)
        if case .projection(let inputs, let outputs) = operation.work,
          stack.timing.adapts(operation)
        {
          adapters += Double(rank * (inputs + outputs))
        }
      }
    }
    return all > 0 ? adapters / all : 1
  }

  /// The share of its devices' peak that a step of some length uses for the model's arithmetic: each
  /// device's own peak where there are several kinds.
  ///
  /// - Parameter groupOrder: the order of node groups whose first devices are used.
  public func modelFLOPsUtilization(step: Seconds, devices: Int, groupOrder: Int = 0) -> Double {
    let cluster = clusters[groupOrder]
    var peak = FLOPsPerSecond.zero
    for (index, group) in cluster.nodeGroups.enumerated() {
      let used = cluster.devices(ofGroup: index).clamped(to: 0..<devices).count
      if used > 0, let own = group.accelerator.peak(workload.precision) {
        peak = peak + Double(used) * own
      }
    }
    return modelFLOPs / step / peak
  }
}

/// Why a cost model cannot be made.
public enum CostModelError: Error, Hashable, CustomStringConvertible {
  case unsupportedPrecision(Precision, accelerator: String, available: [Precision])

  public var description: String {
    switch self {
    case .unsupportedPrecision(let precision, let accelerator, let available):
      "\(accelerator) has no rate for \(precision.rawValue); it runs "
        + available.map(\.rawValue).joined(separator: ", ")
    }
  }
}
