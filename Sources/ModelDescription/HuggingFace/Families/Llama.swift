extension Family {
  /// Dense decoders in Llama's form: root-mean-square normalisation before each branch,
  /// grouped-query attention, a gated network. `twist` states where a family departs from it.
  static func likeLlama(
    _ modelTypes: String..., tied: Bool = false, norms: DecoderStem.Norms = .before,
    norm: Normalisation = .rootMeanSquare, gated: Bool = true, headSize: Int? = nil,
    bias: Bool = false, harmless: [String] = [],
    windows rule: WindowRule = .none,
    twist: @escaping @Sendable (HuggingFaceConfig, inout SoftmaxAttention) -> Void = { _, _ in }
  ) -> Family {
    Family(modelTypes, harmless: harmless) { config in
      let stem = config.stem(tied: tied, norm: norm)
      var attention = config.groupedAttention(stem, headSize: headSize)
      attention.inputBias = config.flag(["attention_bias", "qkv_bias"], default: bias)
      attention.outputBias = attention.inputBias
      twist(config, &attention)
      let network = config.feedForward(stem, gated: gated)
      let windows = config.windows(stem, rule)
      return stem.decoder(norms: norms) {
        attention.within(windows[$0]).branch
      } _: { _ in
        network.branch
      }
    }
  }

  static let denseLikeLlama: [Family] = [
    .likeLlama("llama", "granite"),
    .likeLlama("mistral", windows: .all),
    .likeLlama("ministral", "ministral3", windows: .all),
    .likeLlama(
      "qwen2", "qwen2_vl", "qwen2_vl_text", "qwen2_5_vl", "qwen2_5_vl_text",
      windows: .upperLayers
    ) { _, attention in
      attention.inputBias = true
      attention.outputBias = false
    },
    .likeLlama("qwen3", "qwen3_vl_text", headSize: 128, windows: .upperLayers) {
      $1.queryKeyNorm = .perHead
    },
    .likeLlama("smollm3", tied: true, harmless: ["no_rope_layers", "no_rope_layer_interval"]) {
      config, _ in
      if !config.has("layer_types") { config.expect("use_sliding_window", is: false) }
      config.ignore(["use_sliding_window"])
    },
    .likeLlama("seed_oss", bias: true) { config, attention in
      attention.outputBias = config.flag("attention_out_bias")
    },
    .likeLlama("arcee", gated: false),
    .likeLlama("helium") { $1.outputBias = false },
    .likeLlama("internlm2") { config, attention in
      attention.inputBias = config.flag("bias")
      attention.outputBias = attention.inputBias
    },
    .likeLlama("internlm3") { config, attention in
      attention.outputBias = config.flag("bias", default: attention.outputBias)
    },
    .likeLlama("hunyuan_v1_dense", harmless: ["use_cla", "cla_share_factor"]) { config, attention in
      config.expect("use_qk_norm", is: true)
      attention.queryKeyNorm = .perHead
    },
    .likeLlama("olmo", norm: .unlearned, harmless: ["clip_qkv"]),
    .likeLlama("olmo2", norms: .after) { $1.queryKeyNorm = .wholeRow },
    .likeLlama("olmo3", norms: .after, windows: .pattern(4)) {
      $1.queryKeyNorm = .wholeRow
    },
    .likeLlama(
      "exaone4", norms: .after,
      windows: .pattern(4)
    ) { $1.queryKeyNorm = .perHead },
    .likeLlama("glm", bias: true) { $1.outputBias = false },
    .likeLlama("glm4", norms: .around, bias: true) { $1.outputBias = false },
    .likeLlama("gemma", tied: true, headSize: 256),
  ]
}
