import ParallelismVocabulary

extension LaunchPlan {
  /// What one pipeline stage holds and what it computes again.
  public struct Stage: Sendable, Hashable, Codable {
    public var stage: Int
    /// The pieces of the model in the order of the virtual stages.
    public var chunks: [Chunk]
    public var recompute: Recompute

    public init(stage: Int, chunks: [Chunk], recompute: Recompute = .none) {
      self.stage = stage
      self.chunks = chunks
      self.recompute = recompute
    }

    /// The runs of layers, one a virtual stage.
    public var layerRuns: [Range<Int>] {
      chunks.compactMap { if case .layers(let run) = $0 { run } else { nil } }
    }

    /// All layers of the stage.
    public var layers: Int { layerRuns.reduce(0) { $0 + $1.count } }
  }

  /// A piece of the model that lies on one stage.
  public enum Chunk: Sendable, Hashable {
    case embedding
    /// A run of layers, counted from 0: the work of one virtual stage. It may be empty.
    case layers(Range<Int>)
    case head
    /// The extra layers that predict further tokens.
    case multiTokenPrediction(layers: Int)
    /// A vision or audio tower.
    case encoder
  }
}

extension LaunchPlan.Chunk: Codable {
  private enum CodingKeys: String, CodingKey { case kind, firstLayer, layers }
  private enum Kind: String, CaseIterable, Codable {
    case embedding, layers, head, multiTokenPrediction, encoder
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(Kind.self, forKey: .kind) {
    case .embedding: self = .embedding
    case .head: self = .head
    case .encoder: self = .encoder
    case .multiTokenPrediction:
      self = .multiTokenPrediction(layers: try container.count(forKey: .layers, upTo: .max))
    case .layers:
      let first = try container.count(forKey: .firstLayer, upTo: .max)
      let layers = try container.count(forKey: .layers, upTo: .max - first)
      self = .layers(first..<first + layers)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .embedding: try container.encode(Kind.embedding, forKey: .kind)
    case .head: try container.encode(Kind.head, forKey: .kind)
    case .encoder: try container.encode(Kind.encoder, forKey: .kind)
    case .multiTokenPrediction(let layers):
      try container.encode(Kind.multiTokenPrediction, forKey: .kind)
      try container.encode(layers, forKey: .layers)
    case .layers(let run):
      try container.encode(Kind.layers, forKey: .kind)
      try container.encode(run.lowerBound, forKey: .firstLayer)
      try container.encode(run.count, forKey: .layers)
    }
  }
}

extension KeyedDecodingContainer {
  /// A whole number that is neither negative nor above a limit.
  fileprivate func count(forKey key: Key, upTo limit: Int) throws -> Int {
    let count = try decode(Int.self, forKey: key)
    guard (0...limit).contains(count) else {
      throw DecodingError.dataCorruptedError(
        forKey: key, in: self, debugDescription: "is \(count), but must be at least 0")
    }
    return count
  }
}

extension LaunchPlan {
  /// Whether any stage has its host keep activations for the backward pass.
  public var offloadsActivations: Bool { stages.contains { !$0.recompute.offload.isEmpty } }
}
