import InputFiles

/// A configuration whose text model stands in a field of its own, beside towers for other inputs.
struct Wrapper: Sendable {
  /// The values of `model_type`.
  let modelTypes: [String]
  /// The text model's type where its own fields do not say it.
  let textModelType: String
  /// The parameters of the vision tower and its projector, for a text model of a hidden size; nil
  /// where they are not counted.
  let vision: (@Sendable (VisionFields, Int) -> Int)?

  init(
    _ modelTypes: String..., text: String, vision: (@Sendable (VisionFields, Int) -> Int)? = nil
  ) {
    self.modelTypes = modelTypes
    textModelType = text
    self.vision = vision
  }

  /// The field that holds the text model.
  static let textKeys: ObjectKey = ["text_config", "llm_config", "language_config"]

  static let all: [Wrapper] = [
    Wrapper("qwen3_vl", text: "qwen3_vl_text", vision: VisionTower.qwen3),
    Wrapper("qwen3_vl_moe", text: "qwen3_vl_moe_text", vision: VisionTower.qwen3),
    Wrapper("qwen3_5", text: "qwen3_5_text", vision: VisionTower.qwen3),
    Wrapper("qwen3_5_moe", text: "qwen3_5_moe_text", vision: VisionTower.qwen3),
    Wrapper("qwen2_vl", text: "qwen2_vl_text", vision: VisionTower.qwen2),
    Wrapper("qwen2_5_vl", text: "qwen2_5_vl_text", vision: VisionTower.qwen25),
    Wrapper("gemma3", text: "gemma3_text", vision: VisionTower.gemma3),
    Wrapper("gemma3n", text: "gemma3n_text"),
    Wrapper("gemma4", text: "gemma4_text", vision: VisionTower.gemma4),
    Wrapper("llama4", text: "llama4_text", vision: VisionTower.llama4),
    Wrapper("mistral3", text: "mistral", vision: VisionTower.mistral3),
    Wrapper("step3p7", text: "step3p5", vision: VisionTower.step),
    Wrapper("step3p5", text: "step3p5"),
    Wrapper("kimi_k25", text: "kimi_k2", vision: VisionTower.kimi),
    Wrapper("minimax_m3_vl", text: "minimax_m3_vl_text"),
    Wrapper("llava", "llava_next", "llava_onevision", text: "llama"),
    Wrapper("internvl", "internvl_chat", text: "qwen3"),
    Wrapper("glm4v", text: "glm4"),
    Wrapper("glm4v_moe", text: "glm4v_moe_text"),
  ]

  static let byModelType: [String: Wrapper] = Dictionary(
    all.flatMap { wrapper in wrapper.modelTypes.map { ($0, wrapper) } },
    uniquingKeysWith: { $1 })

  /// Fields of wrappers that change no sizes of the text model.
  static let harmless = [
    "vision_config", "audio_config", "language_model_only", "mm_tokens_per_image",
    "spatial_merge_size", "vision_feature_layer", "vision_feature_select_strategy",
    "multimodal_projector_bias", "projector_hidden_act", "projector_bias",
    "projection_hidden_size", "projector_hidden_size", "vision_select_layer",
    "understand_projector_stride", "image_token_len", "patch_token_len",
    "vision_soft_tokens_per_image", "ignore_index", "image_seq_length", "image_grid_pinpoints",
    "force_image_size", "downsample_ratio", "dynamic_image_size", "max_dynamic_patch",
    "min_dynamic_patch", "ps_version", "select_layer", "template", "use_backbone_lora",
    "use_llm_lora", "use_thumbnail", "pad2square", "image_fold", "use_unified_vision_chunk",
    "image_placeholder",
  ]
}
