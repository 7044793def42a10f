/// A part of a layer whose activations can be dropped in the forward pass and computed again.
public enum RecomputeModule: String, CaseIterable, Codable, Sendable, Hashable, Comparable {
  /// The scores and the weighted sum of softmax attention.
  case coreAttention
  /// The dense feed-forward block.
  case feedForward
  /// The routed and shared experts with their dispatch.
  case experts
  /// The experts that serve all tokens.
  case sharedExperts
  /// The activation functions of experts, between their products.
  case expertActivation
  /// The products that expand the latent queries, keys and values of latent attention.
  case latentProjection
  /// Layer normalisations.
  case normalisation
  /// Everything but attention and every second matrix product, as torchtitan's selective
  /// checkpointing by operator does.
  case alternateProducts

  /// The module as a bit: sets of few modules are compared millions of times, and to hash a name takes
  /// longer than to price what it names.
  @inlinable public var bit: UInt16 {
    switch self {
    case .coreAttention: 1
    case .feedForward: 1 << 1
    case .experts: 1 << 2
    case .sharedExperts: 1 << 3
    case .expertActivation: 1 << 4
    case .latentProjection: 1 << 5
    case .normalisation: 1 << 6
    case .alternateProducts: 1 << 7
    }
  }

  public static func < (left: RecomputeModule, right: RecomputeModule) -> Bool {
    left.rawValue < right.rawValue
  }
}

extension Set<RecomputeModule> {
  /// The bits of all modules.
  @inlinable public var bits: UInt16 { reduce(0) { $0 | $1.bit } }
}

/// What one pipeline stage computes again in the backward pass, or has its host keep until then.
///
/// `fullLayers` layers of every chunk keep only their input; in the others, `modules` are
/// recomputed, and what `offload` keeps waits in the host's memory.
@frozen public struct Recompute: Hashable, Sendable, Codable {
  public var modules: Set<RecomputeModule>
  public var fullLayers: Int
  public var offload: Set<OffloadModule>

  @inlinable public init(
    modules: Set<RecomputeModule> = [], fullLayers: Int = 0, offload: Set<OffloadModule> = []
  ) {
    self.modules = modules
    self.fullLayers = fullLayers
    self.offload = offload
  }

  public static let none = Recompute()

  private enum CodingKeys: String, CodingKey { case modules, fullLayers, offload }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    modules = try container.decode(Set<RecomputeModule>.self, forKey: .modules)
    fullLayers = try container.decode(Int.self, forKey: .fullLayers)
    offload = try container.decodeIfPresent(Set<OffloadModule>.self, forKey: .offload) ?? []
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(modules.sorted(), forKey: .modules)
    try container.encode(fullLayers, forKey: .fullLayers)
    if !offload.isEmpty { try container.encode(offload.sorted(), forKey: .offload) }
  }
}
