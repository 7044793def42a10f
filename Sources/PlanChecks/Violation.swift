/// Something that a plan says, or needs, and that does not hold.
public struct Violation: Sendable, Hashable {
  /// Which check failed.
  public enum Kind: String, CaseIterable, Sendable, Hashable {
    // Of the plan.
    case inputs, stack, precision, devices, tensor, context, expert, data, pipeline, schedule,
      sharding, recompute, layers, mapping, memory, prediction,
      repair
    case expertPlacement = "expert-placement"
    case microBatches = "micro-batches"
    case sequenceParallel = "sequence-parallel"
    case rankOrder = "rank-order"
    case stageGroups = "stage-groups"
    case sequenceScattering = "sequence-scattering"
    // Of its certificate.
    case objective, gap, scope, pins, parts, closures, bound
    case outsideSpace = "outside-space"
    case frameCount = "frame-count"
    case evidenceFrame = "evidence-frame"
    case evidenceBound = "evidence-bound"
    case openFrame = "open-frame"
    case alternative
    case hostOrders = "host-orders"
    case sequenceBound = "sequence-bound"

    /// Whether it leaves the plan feasible, and only a claim about it fails.
    public var isCertificate: Bool {
      switch self {
      case .inputs, .stack, .precision, .devices, .tensor, .context, .expert, .data, .pipeline,
        .schedule, .sharding, .recompute, .layers, .mapping, .memory, .prediction, .repair,
        .expertPlacement, .microBatches, .sequenceParallel, .rankOrder, .stageGroups,
        .sequenceScattering:
        false
      case .objective, .gap, .scope, .pins, .parts, .closures, .bound,
        .outsideSpace, .frameCount, .evidenceFrame, .evidenceBound, .openFrame, .alternative,
        .hostOrders, .sequenceBound:
        true
      }
    }
  }

  public let kind: Kind
  /// A sentence: the place in the document, what stands there, what must, and what to try.
  public let message: String

  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The stable name of the check, in kebab case: `memory`, `frame-count`.
  public var code: String { kind.rawValue }

  public var isCertificate: Bool { kind.isCertificate }
}
