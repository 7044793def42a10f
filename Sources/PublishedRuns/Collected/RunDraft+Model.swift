import InputFiles

extension RunDraft {
  /// The model as a model file states it.
  ///
  /// Gated models are of Llama's kind; models without a gate and with one key-value head a head are
  /// of GPT's, with layer normalisations, biases and learned positions.
  mutating func modelDocument(tensor: Int) throws(LeftOut) -> JSONValue {
    let model = record.model
    let layers = try model.required("layers", "number of layers", atMost: 1 << 14)
    let hidden = try model.required("hidden", "hidden size")
    let length = try model.required("seq", "sequence length", atMost: 1 << 30)
    let name = record.modelName
    func isNamed(_ words: String...) -> Bool { name.mentions(words) }
    let isGated = model.flag("gated_mlp") ?? true
    let isPlain = !isGated && !isNamed("nemotron")
    let hasBias =
      isPlain && !isNamed("mpt", "disable_bias_linear") && !isWideContinuousIntegration
    let hasPositions =
      hasBias && !isNamed("bloom") && record.flags["position-embedding-type"] == nil

    let attentionBias = hasBias || isNamed("gpt-oss")
    let attention = attention(hidden: hidden, bias: attentionBias, window: window)
    var unlimited: JSONValue?
    if record.attention.mentions("alternating"), window != nil {
      unlimited = self.attention(hidden: hidden, bias: attentionBias, window: nil)
    }
    let dense = feedForward(hidden: hidden, gated: isGated, bias: hasBias)
    var members: [JSONValue.Member] = [
      .init("hiddenSize", .integer(hidden)),
      .init("vocabularySize", .integer(vocabulary(tensor: tensor))),
      .init("maximumSequenceLength", .integer(length)),
    ]
    if hasPositions { members.append(.init("learnedPositions", .integer(length))) }
    if !isGated { members.append(.init("normalisation", "layer")) }
    members.append(.init("tiedHead", .bool(tiesHead(gated: isGated))))
    let network =
      record.experts.isEmpty ? dense : try experts(gated: isGated, bias: isNamed("gpt-oss"))
    members += Self.layers(
      layers, attention: attention, alternating: unlimited, network: network, dense: dense,
      isDense: try densePattern(layers: layers))
    if let further = furtherPredictions {
      members.append(
        .init(
          "multiTokenPrediction",
          [
            [
              "count": .integer(further), "attention": attention, "feedForward": network,
            ]
          ]))
    }
    let title = record.modelName.trimmingBlanks
    return [
      "name": .string(title.isEmpty ? record.id : title), "architecture": .object(members),
    ]
  }

  private mutating func tiesHead(gated: Bool) -> Bool {
    if let stated = record.model.flag("tied_embeddings") { return stated }
    _ = assumed(.tiedHead)
    return !gated
  }

  /// The models of a few thousand hidden size in continuous integration follow Nemotron.
  private var isWideContinuousIntegration: Bool {
    record.isContinuousIntegration && (record.model.count("hidden") ?? 0) >= 4_096
  }

  // MARK: Layers

  /// `layers` with what they hold, listed only where they differ.
  private static func layers(
    _ count: Int, attention: JSONValue, alternating full: JSONValue?, network: JSONValue,
    dense: JSONValue, isDense: [Bool]
  ) -> [JSONValue.Member] {
    let isUniform = full == nil && Set(isDense).count <= 1
    if isUniform {
      return [
        .init("layers", .integer(count)), .init("attention", attention),
        .init("feedForward", isDense.first == true ? dense : network),
      ]
    }
    if let full, !isDense.contains(true), count.isMultiple(of: 2) {
      let pair: JSONValue = [
        ["attention": attention, "feedForward": network],
        ["attention": full, "feedForward": network],
      ]
      return [.init("layers", [["count": .integer(count / 2), "layers": pair]])]
    }
    let kinds: [JSONValue] = (0..<count).map { index in
      let isFull = !index.isMultiple(of: 2)
      return [
        "attention": isFull ? full ?? attention : attention,
        "feedForward": isDense.indices.contains(index) && isDense[index] ? dense : network,
      ]
    }
    var runs: [(kind: JSONValue, count: Int)] = []
    for kind in kinds {
      if runs.last?.kind == kind { runs[runs.count - 1].count += 1 } else { runs.append((kind, 1)) }
    }
    let entries = runs.map { run -> JSONValue in
      guard case .object(let members) = run.kind else { return run.kind }
      return .object([.init("count", .integer(run.count))] + members)
    }
    return [.init("layers", .array(entries))]
  }

  /// Which layers have a dense network instead of experts.
  private func densePattern(layers: Int) throws(LeftOut) -> [Bool] {
    guard !record.experts.isEmpty else { return [] }
    let first = record.experts.count("dense_first_layers", atLeast: 0) ?? 0
    let pattern = record.experts.text("layer_freq").flatMap {
      LayerPattern.expertLayers($0, layers)
    }
    let isExpert = pattern ?? (0..<layers).map { $0 >= first }
    guard isExpert.count == layers else {
      throw LeftOut("the pattern of expert layers has \(isExpert.count) of \(layers) layers")
    }
    return isExpert.map { !$0 }
  }

  /// The further tokens that are predicted, by an extra layer each.
  private var furtherPredictions: Int? {
    if record.isContinuousIntegration { return record.flags.count("mtp-num-layers") }
    let isWithout = (record.id + " " + record.modelName).mentions("w/o mtp", "w_o", "no_mtp")
    return record.modelName == "DeepSeek-V3" && !isWithout ? 1 : nil
  }

  // MARK: Attention

  private mutating func attention(hidden: Int, bias: Bool, window: Int?) -> JSONValue {
    let model = record.model
    let heads = model.count("heads") ?? assumed(.heads)?.count ?? max(1, hidden / 128)
    if record.attention.lowercased().hasPrefix("mla") {
      return latentAttention(heads: heads, hidden)
    }
    var members: [JSONValue.Member] = [
      .init("heads", .integer(heads)),
      .init("keyValueHeads", .integer(model.count("kv_heads") ?? heads)),
      .init("headSize", .integer(model.count("head_dim") ?? max(1, hidden / heads))),
    ]
    if let window { members.append(.init("window", .integer(window))) }
    if bias { members.append(.init("bias", true)) }
    let name = record.modelName
    if name.mentions("qwen3") { members.append(.init("queryKeyNorm", true)) }
    if name.mentions("gpt-oss") { members.append(.init("sinks", true)) }
    if storesScores { members.append(.init("fused", false)) }
    return .object(members)
  }

  /// The tokens of a sliding window: the number behind `sliding-window`.
  private var window: Int? {
    guard let rest = record.attention.text(behind: "window") else { return nil }
    return Int(rest.drop { !$0.isNumber }.prefix { $0.isNumber })
  }

  /// Whether kernels of the stack store the scores of attention.
  private var storesScores: Bool {
    if record.attention.mentions("unfused") { return true }
    if record.isContinuousIntegration {
      let backend = record.flags.text("attention-backend")
      let hasFlash = record.flags["use-flash-attn"] != nil || backend == "flash"
      let isLocal = record.flags.text("transformer-impl") == "local"
      return backend == "unfused" || (isLocal && !hasFlash)
    }
    return stack.hasPrefix("megatron-deepspeed@") || stack == "megatron-lm@2"
      || stack == "deepspeed-zero3@2021"
  }

  private mutating func latentAttention(heads: Int, _ hidden: Int) -> JSONValue {
    func size(_ label: String) -> Int? {
      record.attention.text(behind: label).flatMap { Int($0.prefix { $0.isNumber }) }
    }
    var (query, keyValue) = (size("q_lora"), size("kv_lora"))
    if keyValue == nil {
      let isLarge = assumed(.latentAttention)?.word == "of DeepSeek-V3"
      (query, keyValue) = isLarge ? (1_536, 512) : (nil, 32)
    }
    var members: [JSONValue.Member] = [.init("kind", "mla"), .init("heads", .integer(heads))]
    if let query { members.append(.init("queryRank", .integer(query))) }
    members += [
      .init("keyValueRank", .integer(keyValue ?? 512)),
      .init("plainSize", .integer(size("qk") ?? 128)),
      .init("rotarySize", .integer(size("rope") ?? 64)),
      .init("valueSize", .integer(size(",v") ?? 128)),
    ]
    if storesScores { members.append(.init("fused", false)) }
    return .object(members)
  }

  // MARK: Networks

  private mutating func feedForward(hidden: Int, gated: Bool, bias: Bool) -> JSONValue {
    let width: Int
    if let known = record.model.count("ffn") {
      width = known
    } else {
      if record.experts.isEmpty { _ = assumed(.feedForwardWidth) }
      width = gated ? max(64, hidden * 8 / 3 / 64 * 64) : 4 * hidden
    }
    var members: [JSONValue.Member] = [
      .init("kind", gated ? "gated" : "plain"), .init("intermediateSize", .integer(width)),
    ]
    if bias { members.append(.init("bias", true)) }
    return .object(members)
  }

  private func experts(gated: Bool, bias: Bool) throws(LeftOut) -> JSONValue {
    let experts = record.experts
    let count = try experts.required("experts", "number of experts")
    let chosen = try experts.required("topk", "number of experts a token")
    let width = experts.count("expert_ffn") ?? record.model.count("ffn")
    guard let width else { throw LeftOut("the width of an expert is not recorded") }
    var members: [JSONValue.Member] = [
      .init("count", .integer(count)), .init("perToken", .integer(chosen)),
      .init("intermediateSize", .integer(width)),
    ]
    if !gated { members.append(.init("gated", false)) }
    if bias { members.append(.init("bias", true)) }
    if let shared = experts.count("shared_ffn") {
      members.append(.init("sharedIntermediateSize", .integer(shared)))
    }
    return .object(members)
  }

  /// The rows of the token table, padded as the framework pads them: Megatron to a multiple of 128
  /// for each tensor rank. Where that is known not to be so, whole rows for each rank.
  private mutating func vocabulary(tensor: Int) -> Int {
    let size = record.model.count("vocab") ?? assumed(.vocabulary)?.count ?? 50_257
    let isMegatron =
      stack.hasPrefix("megatron") || stack.hasPrefix("nemo@") || stack.hasPrefix("mlperf")
    if assumed(.vocabularyPadding)?.flag == false { return size / tensor * tensor }
    let unit = isMegatron ? 128 * tensor : 1
    return (size + unit - 1) / unit * unit
  }
}
