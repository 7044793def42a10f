import ModelDescription
import ParallelismVocabulary

/// What one layer computes again in the backward pass, or has its host keep until then.
public enum RecomputePolicy: Hashable, Sendable {
  /// Nothing, or the named modules.
  case modules(Set<RecomputeModule>)
  /// What some modules keep waits in the host's memory; others may be computed again.
  case offload(Set<OffloadModule>, recomputing: Set<RecomputeModule>)
  /// Everything: only the layer's input is kept.
  case full
}

extension RecomputePolicy {
  /// What the layers of a stage that are not recomputed whole do.
  public init(_ recompute: Recompute) {
    self =
      recompute.offload.isEmpty
      ? .modules(recompute.modules)
      : .offload(recompute.offload, recomputing: recompute.modules)
  }

  /// The modules that are computed again; none of a layer that is recomputed whole.
  public var modules: Set<RecomputeModule> {
    switch self {
    case .modules(let modules), .offload(_, recomputing: let modules): modules
    case .full: []
    }
  }

  /// The modules whose activations wait in the host's memory.
  public var offloaded: Set<OffloadModule> {
    if case .offload(let modules, _) = self { modules } else { [] }
  }

  /// The policies that are worth trying on a model, from least to most recomputation, then those that
  /// use the host's memory; the last is always `.full`.
  static func choices(
    for model: ModelDescription, _ capabilities: Capabilities, place: ActivationPlace
  ) -> [RecomputePolicy] {
    let recomputing =
      capabilities.moduleRecompute ? choices(for: model) : [.modules([]), .full]
    guard place == .host, capabilities.offloadsActivations else { return recomputing }
    let offloading = offloads(in: model, recomputes: capabilities.moduleRecompute)
    return recomputing.dropLast() + offloading + [.full]
  }

  /// Attention alone, then experts too; without recomputation, and with that of the large products which
  /// cannot be offloaded.
  private static func offloads(
    in model: ModelDescription, recomputes: Bool
  ) -> [RecomputePolicy] {
    let blocks = model.kinds.flatMap(\.blocks)
    let modules = blocks.flatMap(\.operators).reduce(into: Set()) { $0.formUnion($1.modules) }
    let hasExperts = blocks.contains { $0.offloadModule == .experts }
    var policies: [RecomputePolicy] = []
    func add(_ offloaded: Set<OffloadModule>, recomputing: Set<RecomputeModule>) {
      policies.append(.offload(offloaded, recomputing: []))
      if recomputes, !recomputing.isEmpty {
        policies.append(.offload(offloaded, recomputing: recomputing))
      }
    }
    if blocks.contains(where: { $0.offloadModule == .attention }) {
      add([.attention], recomputing: modules.intersection([.feedForward, .experts]))
    }
    if hasExperts {
      add(
        [.attention, .experts],
        recomputing: modules.intersection([.feedForward]).union([.expertActivation]))
    }
    return policies
  }

  /// The policies that only recompute.
  ///
  /// Core attention alone helps only where its scores are stored; the feed-forward part of each
  /// kind of layer is the cheapest large saving.
  public static func choices(for model: ModelDescription) -> [RecomputePolicy] {
    let operators = model.kinds.flatMap(\.operators)
    var sets: [Set<RecomputeModule>] = [[]]
    let storesScores = operators.contains {
      if case .attention(let shape) = $0.work { !shape.fused } else { false }
    }
    if storesScores { sets.append([.coreAttention]) }
    if operators.contains(where: { $0.modules.contains(.normalisation) }) {
      sets.append([.normalisation])
    }
    let feedForward = Set(
      operators.flatMap(\.modules).filter { $0 == .feedForward || $0 == .experts })
    if !feedForward.isEmpty { sets.append(feedForward) }
    return sets.map(RecomputePolicy.modules) + [.full]
  }
}

extension RecomputePolicy {
  /// The name in documents: `none`, modules joined by `+`, those whose activations go to the hosts' memory
  /// as `host:attention`, or `full`.
  public var name: String {
    if self == .full { return "full" }
    let parts = modules.sorted().map(\.rawValue) + offloaded.sorted().map { "host:\($0.rawValue)" }
    return parts.isEmpty ? "none" : parts.joined(separator: "+")
  }

  /// The policy of a name; `nil` where a module is unknown.
  public init?(name: String) {
    switch name {
    case "full": self = .full
    case "none": self = .modules([])
    default:
      let parts = name.split(separator: "+")
      let modules = parts.compactMap { RecomputeModule(rawValue: String($0)) }
      let offloaded = parts.filter { $0.hasPrefix("host:") }
        .compactMap { OffloadModule(rawValue: String($0.dropFirst(5))) }
      guard modules.count + offloaded.count == parts.count, !parts.isEmpty else { return nil }
      self.init(Recompute(modules: Set(modules), offload: Set(offloaded)))
    }
  }
}

extension RecomputePolicy {
  /// The share of an operator's forward pass that runs again in the backward pass.
  @inline(__always)
  func share(of operation: Operator) -> Double { share(of: operation.work, operation.moduleBits) }

  private func share(of work: Work, _ moduleBits: UInt16) -> Double {
    switch self {
    case .full: return 1
    case .modules(let modules), .offload(_, recomputing: let modules):
      let bits = modules.bits
      if bits & moduleBits != 0 { return 1 }
      guard bits & RecomputeModule.alternateProducts.bit != 0 else { return 0 }
      return switch work {
      case .attention, .scan: 0
      case .projection, .experts: 0.5
      case .convolution, .normalisation, .elementwise, .lookup, .none: 1
      }
    }
  }

  /// Whether experts run their activation function again, and nothing else of them.
  var repeatsOnlyActivation: Bool {
    let bits = modules.bits
    return bits & RecomputeModule.expertActivation.bit != 0
      && bits & RecomputeModule.experts.bit == 0
  }
}
