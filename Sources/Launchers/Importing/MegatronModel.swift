import InputFiles

/// The model that a list of Megatron-LM's arguments builds, as a native model file.
struct MegatronModel {
  private let options: LaunchOptions

  init(_ options: LaunchOptions) { self.options = options }

  /// The file's document; `nil` where sizes that must be there are absent, once the log says so.
  var document: JSONValue? {
    guard let layers = need("num-layers"), let hidden = need("hidden-size"),
      let heads = need("num-attention-heads")
    else { return nil }
    var architecture: [JSONValue.Member] = [
      .init("hiddenSize", .integer(hidden)),
      .init("vocabularySize", .integer(vocabulary)),
      .init("tiedHead", .bool(!options.has("untie-embeddings-and-output-weights"))),
      .init("normalisation", isRootMeanSquare ? "rootMeanSquare" : "layer"),
    ]
    if let length = options.count("max-position-embeddings") {
      architecture.append(.init("maximumSequenceLength", .integer(length)))
      if options.text("position-embedding-type") ?? "learned_absolute" == "learned_absolute",
        !options.has("use-rotary-position-embeddings")
      {
        architecture.append(.init("learnedPositions", .integer(length)))
      }
    }
    architecture.append(.init("layers", .array(layerList(layers, hidden: hidden, heads: heads))))
    let further = options.count("mtp-num-layers", atLeast: 0) ?? 0
    if further > 0 {
      let last = layer(routed: isRouted(layers - 1), hidden: hidden, heads: heads, count: further)
      architecture.append(.init("multiTokenPrediction", .array([last])))
    }
    return .object([
      .init("name", "imported"), .init("architecture", .object(architecture)),
    ])
  }

  private func need(_ name: String) -> Int? {
    if !options.has(name) {
      options.log.error(at: nil, "has no --\(name), without which the model is not known")
    }
    return options.count(name)
  }

  private var isRootMeanSquare: Bool { options.text("normalization") == "RMSNorm" }

  /// Megatron pads the vocabulary itself; the planner pads it like that too.
  private var vocabulary: Int {
    if let size = options.count("padded-vocab-size") ?? options.count("vocab-size") { return size }
    return Self.assumedVocabulary
  }

  /// What is taken where only the tokenizer tells: that of Llama 3, near today's usual sizes.
  static let assumedVocabulary = 128_256

  // MARK: Layers

  private func isRouted(_ layer: Int) -> Bool {
    guard options.has("num-experts") else { return false }
    guard let text = options.text("moe-layer-freq") else { return true }
    if let step = Int(text) { return layer.isMultiple(of: max(1, step)) }
    let pattern = Self.pattern(text)
    return pattern.isEmpty || pattern[layer % pattern.count] != 0
  }

  /// A Python list of numbers: `([0]*3+[1]*58)`, `[1,0,1]`.
  static func pattern(_ text: String) -> [Int] {
    text.filter { !$0.isWhitespace && $0 != "(" && $0 != ")" }.split(separator: "+").flatMap {
      term -> [Int] in
      let parts = term.split(separator: "*")
      let numbers = parts.first?.filter { $0 != "[" && $0 != "]" }.split(separator: ",")
        .compactMap { Int($0) }
      let count = parts.count > 1 ? Int(parts[1]) ?? 1 : 1
      return Array(repeatElement(numbers ?? [], count: min(max(0, count), 1 << 14)).joined())
    }
  }

  /// Runs of like layers.
  private func layerList(_ layers: Int, hidden: Int, heads: Int) -> [JSONValue] {
    var runs: [(routed: Bool, count: Int)] = []
    for index in 0..<min(layers, 1 << 14) {
      let routed = isRouted(index)
      if let last = runs.last, last.routed == routed {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((routed, 1))
      }
    }
    return runs.map { layer(routed: $0.routed, hidden: hidden, heads: heads, count: $0.count) }
  }

  private func layer(routed: Bool, hidden: Int, heads: Int, count: Int) -> JSONValue {
    [
      "count": .integer(count),
      "attention": attention(hidden: hidden, heads: heads),
      "feedForward": routed ? experts(hidden: hidden) : dense(hidden: hidden),
    ]
  }

  private var hasBias: Bool { !options.has("disable-bias-linear") }

  private func attention(hidden: Int, heads: Int) -> JSONValue {
    if options.has("multi-latent-attention") {
      var members: [JSONValue.Member] = [
        .init("kind", "mla"), .init("heads", .integer(heads)),
        .init("keyValueRank", .integer(options.count("kv-lora-rank") ?? 32)),
        .init("plainSize", .integer(options.count("qk-head-dim") ?? 128)),
        .init("rotarySize", .integer(options.count("qk-pos-emb-head-dim") ?? 64)),
        .init("valueSize", .integer(options.count("v-head-dim") ?? 128)),
      ]
      if let rank = options.count("q-lora-rank") {
        members.append(.init("queryRank", .integer(rank)))
      }
      return .object(members)
    }
    let groups =
      options.has("group-query-attention") ? options.count("num-query-groups") ?? 1 : heads
    var members: [JSONValue.Member] = [
      .init("kind", "softmax"), .init("heads", .integer(heads)),
      .init("keyValueHeads", .integer(groups)),
      .init("bias", .bool(hasBias || options.has("add-qkv-bias"))),
      .init("outputBias", .bool(hasBias)),
      .init("queryKeyNorm", .bool(options.has("qk-layernorm"))),
    ]
    if let size = options.count("kv-channels") {
      members.append(.init("headSize", .integer(size)))
    }
    if let window = options.text("window-size")?.split(separator: ",").first.flatMap({ Int($0) }) {
      members.append(.init("window", .integer(window + 1)))
    }
    return .object(members)
  }

  private var isGated: Bool { options.has("swiglu") || options.has("quick-geglu") }

  private func dense(hidden: Int) -> JSONValue {
    // Megatron's default keeps the arithmetic of a network of four times the hidden size.
    let usual = isGated ? hidden * 4 * 2 / 3 / 64 * 64 : 4 * hidden
    return [
      "kind": isGated ? "gated" : "plain",
      "intermediateSize": .integer(options.count("ffn-hidden-size") ?? usual),
      "bias": .bool(hasBias),
    ]
  }

  private func experts(hidden: Int) -> JSONValue {
    let width =
      options.count("moe-ffn-hidden-size") ?? options.count("ffn-hidden-size") ?? 4 * hidden
    return [
      "kind": "experts",
      "count": .integer(options.count("num-experts") ?? 1),
      "perToken": .integer(options.count("moe-router-topk") ?? 2),
      "intermediateSize": .integer(width),
      "gated": .bool(isGated),
      "sharedIntermediateSize": .integer(
        options.count("moe-shared-expert-intermediate-size", atLeast: 0) ?? 0),
    ]
  }
}
