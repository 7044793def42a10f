import ClusterTopology
import CostModel
import ModelDescription
import ParallelismVocabulary
import Quantities

/// The costs of scattering under a model, a cluster and a stack, as the cost model prices them.
///
/// For each context degree d, frames of one micro-batch are priced at three lengths, for every method
/// that the stack runs and the heads allow, and the fastest method at the middle length is taken. A
/// quadratic through the three times gives the coefficients:
/// ```
/// forward + backward = constant + linear · s + quadratic · s²
/// ```
/// The lengths are those of full groups, 4,096, 8,192 and 16,384 tokens a GPU, since a group's
/// sequences share its kernels. Gathering sharded weights, which hides behind the computation of long
/// micro-batches and bends the curve of short ones, is left out of the three times; what stays visible
/// of it at the longest is part of the constant. The least constant of all degrees is the
/// micro-batch's fixed time, what a degree has beyond it its group's. Lengths are padded to 2·d, so
/// that each rank holds two equal pieces of every sequence (zigzag). What a step takes once, like the
/// optimiser, is left out.
public struct ScatteringCosts: Sendable {
  /// The degree of tensor parallelism inside every context rank.
  public var tensor = 1
  /// The stages of the pipeline that micro-batches pass.
  public var pipeline = 1
  /// The degrees of expert parallelism, and of tensor parallelism inside experts.
  public var expert = (degree: 1, tensor: 1)
  /// The context ranks that groups share out; nil for as many as the cluster has room for.
  public var ranks: Int?
  /// The layers of each stage and what they recompute; nil for even shares.
  public var split: LayerSplit?
  public var sharding = Sharding.optimizer
  public var stateReplicas = 1
  /// What each layer recomputes; nil for nothing.
  public var recompute: RecomputePolicy?
  public var memoryRule = MemoryRule.packed
  /// The context degrees that groups may have; nil for all powers of two.
  public var degrees: [Int]?
  public var calibration = Calibration.shipped

  public init() {}

  /// - Throws: why there is no setting, in words.
  public func setting(
    _ model: ModelDescription, on cluster: ClusterTopology, _ workload: Workload, stack: Stack
  ) throws -> ScatteringSetting {
    let gpus = ranks ?? cluster.deviceCount / (tensor * pipeline)
    let degrees = degrees ?? (0..<20).map { 1 << $0 }.filter { $0 <= gpus }
    var priced: [(degree: Int, curve: PassCurve)] = []
    for degree in degrees.sorted() where degree <= gpus && sharesOut(degree, of: gpus) {
      var best: PassCurve?
      for method in methods(degree, model, cluster, stack) {
        let curve = try PassCurve(
          self, degree, method, replicas: gpus / degree, model, cluster, workload, stack)
        if curve.times[1] < best?.times[1] ?? .infinity { best = curve }
      }
      if let best { priced.append((degree, best)) }
    }
    let fixed = priced.map(\.curve.constant).min() ?? 0
    return try ScatteringSetting(
      gpus: gpus,
      degrees: priced.map { degree, curve in
        DegreeCost(
          degree: degree, padding: degree > 1 ? 2 * degree : 1,
          groupTime: Seconds(curve.constant - fixed),
          exposed: LengthPolynomial(quadratic: curve.quadratic, linear: curve.linear))
      },
      microBatchTime: Seconds(fixed), tokensPerGPU: priced.map(\.curve.tokensPerGPU).min() ?? 0,
      memoryRule: memoryRule, stages: pipeline)
  }

  /// Whether the ranks of a stage, in groups of a degree, are whole groups of experts.
  private func sharesOut(_ degree: Int, of gpus: Int) -> Bool {
    (tensor * degree * (gpus / degree)).isMultiple(of: expert.degree * expert.tensor)
  }

  /// The methods by which a degree may cut sequences; nil stands for not cutting.
  private func methods(
    _ degree: Int, _ model: ModelDescription, _ cluster: ClusterTopology, _ stack: Stack
  ) -> [ContextMethod?] {
    guard degree > 1 else { return [nil] }
    let heads = model.sharedHeads
    return ContextMethod.allCases.filter { method in
      stack.capabilities.contextMethods.contains(method)
        && (method != .allToAll || heads.allSatisfy { $0.isMultiple(of: tensor * degree) })
        && (method != .hierarchical
          || HierarchicalContext(context: degree, tensor: tensor, model: model, cluster: cluster)
            != nil)
    }
  }
}

/// The passes of a micro-batch of one sequence over its length, at one degree and method.
private struct PassCurve {
  /// Seconds at the three lengths.
  let times: [Double]
  let constant: Double
  let linear: Double
  let quadratic: Double
  /// The tokens that memory leaves room for on each GPU of a group.
  let tokensPerGPU: Int

  init(
    _ costs: ScatteringCosts, _ degree: Int, _ method: ContextMethod?, replicas: Int,
    _ model: ModelDescription, _ cluster: ClusterTopology, _ workload: Workload, _ stack: Stack
  ) throws {
    let share = [4096, 8192, 16_384]
    let stages = costs.pipeline
    let frame = Frame(
      degrees: ParallelismDegrees(
        tensor: costs.tensor, context: degree, expert: costs.expert.degree,
        expertTensor: costs.expert.tensor, data: replicas, pipeline: stages),
      microBatchSize: 1, microBatches: stages, schedule: .oneForwardOneBackward,
      sharding: costs.sharding, stateReplicas: costs.stateReplicas, contextMethod: method,
      sequenceParallel: costs.tensor > 1)
    // Weights are held whole where none need be gathered.
    var ungathered = frame
    ungathered.sharding = min(frame.sharding, .gradients)
    var times: [Double] = []
    var gathering = 0.0
    /// Bytes by length and rank, and what each rank may allocate.
    var allocated: [[Double]] = []
    var capacities: [Double] = []
    for tokens in share {
      var workload = workload
      workload.globalBatch = replicas * stages
      workload.sequenceLength = tokens * degree
      let priced = try CostModel(
        model: model, cluster: cluster, workload: workload, stack: stack,
        recompute: costs.split == nil ? costs.recompute ?? .modules([]) : costs.recompute,
        calibration: costs.calibration)
      let policy = priced.pinnedPolicy ?? 0
      let prices = FramePricer(priced).prices(of: frame)
      let split =
        costs.split
        ?? LayerSplit(
          chunkLayers: LayerSplit.evenShares(of: prices.layers, over: stages),
          recompute: Array(repeating: StageRecompute(policy: policy), count: stages))
      // The slowest stage sets the pace; as many micro-batches as stages are in flight at the first.
      let time = FramePricer(priced).prices(of: ungathered).slowestPass(split)
      times.append(time)
      gathering = max(0, prices.slowestPass(split) - time)
      allocated.append((0..<stages).map { prices.allocated(rank: $0, split: split) })
      capacities = (0..<stages).map { prices.capacity(rank: $0) }
    }
    self.times = times
    let lengths = share.map { Double($0 * degree) }
    let first = (times[1] - times[0]) / (lengths[1] - lengths[0])
    let second = (times[2] - times[1]) / (lengths[2] - lengths[1])
    // Where windows keep attention linear, rounding must not bend the curve down.
    quadratic = max(0, (second - first) / (lengths[2] - lengths[0]))
    linear = max(0, first - quadratic * (lengths[0] + lengths[1]))
    constant = max(0, times[0] - (linear + quadratic * lengths[0]) * lengths[0]) + gathering
    tokensPerGPU =
      capacities.enumerated().map { rank, capacity in
        let slope = (allocated[2][rank] - allocated[0][rank]) / Double(share[2] - share[0])
        let resting = allocated[0][rank] - slope * Double(share[0])
        return slope > 0 ? max(0, Int(min(1e12, (capacity - resting) / slope))) : 0
      }.min() ?? 0
  }
}

extension FramePrices {
  /// Seconds of a micro-batch's two passes on the stage where they take longest.
  fileprivate func slowestPass(_ split: LayerSplit) -> Double {
    let passes = times(split)
    return zip(passes.forward, passes.backward).map(+).max() ?? 0
  }
}
