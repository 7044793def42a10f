import InputFiles

/// Which layers of a family see only a window, where the file does not say it layer by layer.
enum WindowRule: Sendable {
  case none, all
  /// From the layer `max_window_layers` on, where `use_sliding_window` is set.
  case upperLayers
  /// All but every n-th; `sliding_window_pattern` is n, or letters, L and G, in turn.
  case pattern(Int)
}

// The groups of fields that many families share, in their usual spellings.

extension HuggingFaceConfig {
  /// Sizes that every decoder has.
  func stem(
    hidden: ObjectKey = "hidden_size", layers: ObjectKey = "num_hidden_layers",
    positions: ObjectKey = "max_position_embeddings", tied: Bool = false,
    norm: Normalisation = .rootMeanSquare, vocabulary: Int? = nil
  ) -> DecoderStem {
    DecoderStem(
      hidden: size(hidden), layers: count(layers),
      vocabulary: size("vocab_size", .vocabulary, default: vocabulary),
      tied: tiedHead(default: tied), maximumSequenceLength: optionalSize(positions, .sequence),
      norm: norm)
  }

  // MARK: Attention

  /// Grouped-query attention; all heads have their own keys where no number of them is given.
  func groupedAttention(
    _ stem: DecoderStem, heads: ObjectKey = "num_attention_heads",
    keyValueHeads: ObjectKey = "num_key_value_heads", headSize fallback: Int? = nil
  ) -> SoftmaxAttention {
    let count = self.count(heads)
    let groups = self.count(keyValueHeads, default: count)
    requireDivisible((heads, count), by: (keyValueHeads, groups))
    return SoftmaxAttention(
      hidden: stem.hidden, heads: count, keyValueHeads: groups,
      headSize: headSize(stem, heads: (heads, count), default: fallback))
  }

  /// The size of a head: as stated, else `fallback`, else the hidden size over the heads.
  func headSize(
    _ stem: DecoderStem, heads: (ObjectKey, Int), default fallback: Int? = nil
  ) -> Int {
    if let stated = optionalSize(["head_dim", "attention_head_dim"]) { return stated }
    if let fallback { return size("head_dim", default: fallback) }
    requireDivisible(("hidden_size", stem.hidden), by: heads)
    return max(1, stem.hidden / max(1, heads.1))
  }

  /// For each layer its window, or nil where it sees all tokens before.
  ///
  /// `layer_types` decides; where it is absent, the rule does. A window of 0 or none is no window.
  func windows(_ stem: DecoderStem, _ rule: WindowRule) -> [Int?] {
    let slides = slidingLayers(rule)
    let types = layerTypes(stem, among: ["full_attention", "sliding_attention"]) {
      slides($0) ? "sliding_attention" : "full_attention"
    }
    let window = optionalSize("sliding_window", .between(0, 1 << 30)) ?? 0
    return types.map { $0 == "sliding_attention" && window > 0 ? window : nil }
  }

  /// Whether a layer slides by a rule, whose fields are read.
  private func slidingLayers(_ rule: WindowRule) -> (Int) -> Bool {
    switch rule {
    case .none: return { _ in false }
    case .all: return { _ in true }
    case .upperLayers:
      let isOn = flag("use_sliding_window", default: modelType == "dots1")
      let first = optionalSize("max_window_layers", .countOrNone) ?? 28
      return { isOn && $0 >= first }
    case .pattern(let usual):
      let key: ObjectKey = ["sliding_window_pattern", "_sliding_window_pattern"]
      if let letters = node(at: key)?.string, !letters.isEmpty {
        let pattern = Array(letters)
        return { pattern[$0 % pattern.count] == "L" }
      }
      let period = optionalSize(key, .countOrNone) ?? usual
      return { period > 0 && ($0 + 1) % period != 0 }
    }
  }

  /// The name of each layer's type, as stated (further entries belong to layers that predict
  /// further tokens) or by a rule.
  func layerTypes(
    _ stem: DecoderStem, _ key: ObjectKey = "layer_types", among names: [String],
    default rule: (Int) -> String
  ) -> [String] {
    perLayer(stem, key, self.names(key, among: names)) ?? (0..<stem.layers).map(rule)
  }

  /// A list with one entry a layer; further entries belong to layers that predict further tokens.
  func perLayer<Value>(_ stem: DecoderStem, _ key: ObjectKey, _ list: [Value]?) -> [Value]? {
    guard let list, !isFaulty("num_hidden_layers") else { return nil }
    guard list.count >= stem.layers else {
      error(
        at: key, "has \(list.count) entries, but must have one for each of \(stem.layers) layers")
      return nil
    }
    return Array(list.prefix(stem.layers))
  }

  /// What `per_layer_config` states for single layers, by their index.
  func layerOverrides<Value>(
    _ stem: DecoderStem, _ read: (HuggingFaceConfig) -> Value?
  ) -> [Int: Value] {
    guard let all = nested("per_layer_config", modelType: modelType) else { return [:] }
    var overrides: [Int: Value] = [:]
    for key in all.keys {
      guard let layer = Int(key), (0..<stem.layers).contains(layer) else {
        all.error(at: ObjectKey(key), "stands for no layer of \(stem.layers)")
        continue
      }
      guard let single = all.nested(ObjectKey(key), modelType: modelType) else { continue }
      if let value = read(single) { overrides[layer] = value }
      single.finish()
    }
    return overrides
  }

  // MARK: Networks

  func feedForward(_ stem: DecoderStem, gated: Bool = true) -> FeedForward {
    FeedForward(
      hidden: stem.hidden, intermediate: size("intermediate_size"), gated: gated,
      bias: flag("mlp_bias"))
  }

  /// The dense network of the layers without experts; where all have experts, its size is moot.
  func feedForward(_ stem: DecoderStem, unlessAll haveExperts: [Bool]) -> FeedForward {
    guard haveExperts.contains(false) else {
      ignore(["intermediate_size", "mlp_bias"])
      return FeedForward(hidden: stem.hidden, intermediate: 0)
    }
    return feedForward(stem)
  }

  /// Routed experts.
  func experts(
    _ stem: DecoderStem,
    count: ObjectKey = ["n_routed_experts", "num_experts", "num_local_experts"],
    perToken: ObjectKey = ["num_experts_per_tok", "num_experts_per_token"],
    width: ObjectKey = "moe_intermediate_size", perTokenDefault: Int? = nil
  ) -> Experts {
    let all = self.count(count)
    let chosen = self.count(perToken, default: perTokenDefault)
    if !isFaulty(count), !isFaulty(perToken), chosen > all {
      error(at: perToken, "is \(chosen), but must be at most \(count.spellings[0]), \(all)")
    }
    return Experts(
      hidden: stem.hidden, count: all, perToken: chosen, intermediate: size(width))
  }

  /// For each layer whether it has experts: by `mlp_layer_types`; else by `moe_layer_freq`, a list
  /// of switches, or all but the first `first_k_dense_replace` and then every `moe_layer_freq`-th.
  func layersWithExperts(_ stem: DecoderStem, denseFirst: Int = 0) -> [Bool] {
    let first = optionalSize("first_k_dense_replace", .countOrNone) ?? denseFirst
    let frequency = node(at: "moe_layer_freq")
    let isList = frequency?.elements != nil
    let switches = isList ? integers("moe_layer_freq", .between(0, 1)) : nil
    let step = isList ? 1 : optionalSize("moe_layer_freq", .count) ?? 1
    if let types = perLayer(
      stem, "mlp_layer_types", names("mlp_layer_types", among: ["dense", "sparse"]))
    {
      return types.map { $0 == "sparse" }
    }
    if let switches = perLayer(stem, "moe_layer_freq", switches) { return switches.map { $0 == 1 } }
    return (0..<stem.layers).map { $0 >= first && $0.isMultiple(of: step) }
  }

  // MARK: Further tokens

  /// The layers that predict further tokens, each like `layer`.
  func furtherPredictors(
    _ stem: DecoderStem, count key: ObjectKey = ["num_nextn_predict_layers", "num_mtp_layers"],
    like layer: Layer
  ) -> [Layer] {
    let count = optionalSize(key, .countOrNone) ?? 0
    return Array(
      repeating: layer.predictingFurther(hidden: stem.hidden, norm: stem.norm), count: count)
  }
}
