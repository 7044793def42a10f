import CostModel
import LaunchPlan
import ParallelismVocabulary

/// The values that the frames of a space take on every axis, and their number.
struct SpaceAxes {
  private(set) var frames = 0
  private var tensor: Set<Int> = []
  private var context: Set<Int> = []
  private var methods: Set<ContextMethod> = []
  private var expert: Set<Int> = []
  private var expertTensor: Set<Int> = []
  private var pipeline: Set<Int> = []
  private var virtualStages: Set<Int> = []
  private var schedules: Set<String> = []
  private var microBatchSizes: Set<Int> = []
  private var shardings: Set<Sharding> = []
  private var rankOrders: Set<AxisOrder> = []
  private var stateReplicas: Set<Int> = []

  /// Counts a family of frames that is closed as a whole.
  mutating func addClosedFamily() { frames += 1 }

  /// Whether the degrees are all listed.
  func list(_ degrees: ParallelismDegrees) -> Bool {
    tensor.contains(degrees.tensor) && context.contains(degrees.context)
      && pipeline.contains(degrees.pipeline)
  }

  mutating func add(_ degrees: ParallelismDegrees) {
    tensor.insert(degrees.tensor)
    context.insert(degrees.context)
    pipeline.insert(degrees.pipeline)
  }

  mutating func add(_ frame: Frame) {
    frames += 1
    add(frame.degrees)
    if let method = frame.contextMethod { methods.insert(method) }
    expert.insert(frame.degrees.expert)
    expertTensor.insert(frame.degrees.expertTensor)
    virtualStages.insert(frame.schedule.virtualStages)
    schedules.insert(frame.schedule.name)
    microBatchSizes.insert(frame.microBatchSize)
    shardings.insert(frame.sharding)
    rankOrders.insert(frame.rankOrder)
    stateReplicas.insert(frame.stateReplicas)
  }

  /// Where a certificate states other values or another count.
  func violations(_ scope: Certificate.Scope, _ model: CostModel) -> [Violation] {
    if frames == 0 {
      return scope.frames == 0 ? [] : [countViolation(scope)]
    }
    var violations: [Violation] = []
    func compare<Value: Equatable>(_ key: String, _ stated: [Value], _ derived: [Value]) {
      guard stated != derived else { return }
      let words = [stated, derived].map { $0.map { "\($0)" }.joined(separator: ", ") }
      violations.append(
        Violation(
          .scope, "certificate.scope.\(key) is [\(words[0])], but the space has [\(words[1])]"))
    }
    compare("stack", [scope.stack], [model.stack.identity])
    compare("devices", [scope.devices], [model.cluster.deviceCount])
    if let orders = scope.groupOrders {
      compare("groupOrders", [orders], [model.clusters.count])
    }
    compare("tensor", scope.tensor, tensor.sorted())
    compare("context", scope.context, context.sorted())
    compare(
      "contextMethods", scope.contextMethods, ContextMethod.allCases.filter(methods.contains))
    compare("expert", scope.expert, expert.sorted())
    compare("expertTensor", scope.expertTensor, expertTensor.sorted())
    compare("pipeline", scope.pipeline, pipeline.sorted())
    compare("virtualStages", scope.virtualStages, virtualStages.sorted())
    compare("schedules", scope.schedules, Schedule.names.filter(schedules.contains))
    compare("microBatchSizes", scope.microBatchSizes, microBatchSizes.sorted())
    compare("shardings", scope.shardings, shardings.sorted())
    // Absent where there is the usual value alone, or no frame was weighed by itself.
    let orders = AxisOrder.allCases.filter(rankOrders.contains)
    compare(
      "rankOrders", (scope.rankOrders ?? [.pipelineOutermost]).map(\.rawValue),
      (orders.isEmpty ? [.pipelineOutermost] : orders).map(\.rawValue))
    compare(
      "stateReplicas", scope.stateReplicas ?? [1],
      stateReplicas.isEmpty ? [1] : stateReplicas.sorted())
    let policies = model.pinnedPolicy.map { [model.policies[$0]] } ?? model.policies
    compare("recompute", scope.recompute, policies.map(\.name))
    if scope.frames != frames { violations.append(countViolation(scope)) }
    return violations
  }

  private func countViolation(_ scope: Certificate.Scope) -> Violation {
    Violation(
      .frameCount,
      "certificate.scope.frames is \(scope.frames.grouped), but the space has \(frames.grouped)")
  }
}
