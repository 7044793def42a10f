import InputFiles

/// The fields of a vision tower and of what wraps it.
struct VisionFields {
  var tower: HuggingFaceConfig
  var wrapper: HuggingFaceConfig

  /// A size of the tower, or the value that the tower's class gives it.
  ///
  /// The limits keep every product of a tower's sizes within an `Int`.
  func size(_ key: ObjectKey, _ fallback: Int, atMost most: Int = 1 << 16) -> Int {
    tower.optionalSize(key, .between(0, most)) ?? fallback
  }

  /// The number of the tower's blocks.
  func depth(_ key: ObjectKey, _ fallback: Int) -> Int { size(key, fallback, atMost: 1024) }

  /// How many patches along one side are merged into one.
  func merge(_ key: ObjectKey, _ fallback: Int) -> Int { size(key, fallback, atMost: 16) }
}

/// The parameters of vision towers with their projectors, by family.
///
/// - Source: the shapes of the modules that transformers 5.23 builds.
enum VisionTower {
  /// A matrix with its bias.
  static func linear(_ inputs: Int, _ outputs: Int, bias: Bool = true) -> Int {
    inputs * outputs + (bias ? outputs : 0)
  }

  /// A transformer block with means subtracted, biases, and a network without a gate.
  static func block(_ width: Int, _ intermediate: Int) -> Int {
    4 * width + 4 * linear(width, width) + linear(width, intermediate)
      + linear(intermediate, width)
  }

  /// The projection of a patch of an image.
  static func patch(_ fields: VisionFields, _ width: Int, size: Int, times: Int = 1) -> Int {
    let channels = fields.size(["in_channels", "in_chans", "num_channels"], 3, atMost: 64)
    let side = fields.size(["patch_size", "spatial_patch_size"], size, atMost: 1024)
    return channels * times * side * side * width
  }

  /// Qwen3-VL and Qwen 3.5, whose deeper layers feed the text model too.
  static let qwen3: @Sendable (VisionFields, Int) -> Int = { fields, _ in
    let width = fields.size("hidden_size", 1152)
    let merged = width * square(fields.merge("spatial_merge_size", 2))
    let output = fields.size("out_hidden_size", 3584)
    let merger = linear(merged, merged) + linear(merged, output)
    let depths = min(
      fields.tower.integers("deepstack_visual_indexes")?.count ?? 0, 1024)
    return patch(fields, width, size: 16, times: fields.size("temporal_patch_size", 2, atMost: 64))
      + width
      + fields.size("num_position_embeddings", 2304, atMost: 1 << 20) * width
      + fields.depth("depth", 27) * block(width, fields.size("intermediate_size", 4304))
      + 2 * width + merger + depths * (2 * merged + merger)
  }

  static let qwen2: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("embed_dim", 1280)
    let merged = width * square(fields.merge("spatial_merge_size", 2))
    let output = fields.tower.optionalSize("hidden_size") ?? text
    return patch(fields, width, size: 14, times: fields.size("temporal_patch_size", 2, atMost: 64))
      + fields.depth("depth", 32) * block(width, fields.size("mlp_ratio", 4, atMost: 64) * width)
      + 2 * width + linear(merged, merged) + linear(merged, output)
  }

  static let qwen25: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("hidden_size", 3584)
    let intermediate = fields.size("intermediate_size", 3420)
    let merged = width * square(fields.merge("spatial_merge_size", 2))
    let network = 2 * linear(width, intermediate) + linear(intermediate, width)
    return patch(fields, width, size: 14, times: fields.size("temporal_patch_size", 2, atMost: 64))
      + fields.depth("depth", 32) * (2 * width + 4 * linear(width, width) + network)
      + width + linear(merged, merged) + linear(merged, fields.size("out_hidden_size", text))
  }

  /// SigLIP with its pooling head, and one projection.
  static let gemma3: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("hidden_size", 768)
    let intermediate = fields.size("intermediate_size", 3072)
    let side = fields.size("image_size", 224) / max(1, fields.size("patch_size", 16))
    let hasHead = fields.tower.flag("vision_use_head", default: true)
    let network = linear(width, intermediate) + linear(intermediate, width)
    let head = width + 4 * linear(width, width) + 2 * width + network
    return patch(fields, width, size: 16) + width + side * side * width
      + fields.depth("num_hidden_layers", 12) * block(width, intermediate)
      + 2 * width + (hasHead ? head : 0) + width * text + width
  }

  /// Learned positions along both sides, normalised queries and keys, gated networks.
  static let gemma4: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("hidden_size", 768)
    let intermediate = fields.size("intermediate_size", 3072)
    let head = fields.size("head_dim", 64)
    let heads = fields.size("num_attention_heads", 12)
    let groups = fields.size("num_key_value_heads", 12)
    let attention = 2 * width * head * (heads + groups) + 2 * head
    return 2 * fields.size("position_embedding_size", 10_240, atMost: 1 << 20) * width
      + patch(fields, width, size: 16)
      + fields.depth("num_hidden_layers", 16) * (attention + 3 * width * intermediate + 4 * width)
      + width * text
  }

  /// A class token and positions, then pixels shuffled into channels by two projections.
  static let llama4: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("hidden_size", 768)
    let intermediate = fields.size("intermediate_size", 5632)
    let side = fields.size("image_size", 448) / max(1, fields.size("patch_size", 14))
    let middle = fields.size("projector_input_dim", 4096)
    let output = fields.size("projector_output_dim", 4096)
    return width + (side * side + 1) * width + patch(fields, width, size: 14) + 4 * width
      + fields.depth("num_hidden_layers", 34) * block(width, intermediate)
      + intermediate * middle + middle * output
      + fields.size("vision_output_dim", 7680) * text
  }

  /// Pixtral, whose patches are merged before two projections.
  static let mistral3: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size("hidden_size", 1024)
    let intermediate = fields.size("intermediate_size", 4096)
    let merge = fields.wrapper.optionalSize("spatial_merge_size", .between(1, 16)) ?? 2
    let bias = fields.wrapper.flag("multimodal_projector_bias")
    return patch(fields, width, size: 16) + width
      + fields.depth("num_hidden_layers", 24)
      * (2 * width + 4 * width * width + 3 * width * intermediate)
      + width + square(merge) * width * width + linear(width, text, bias: bias)
      + linear(text, text, bias: bias)
  }

  /// MoonViT with a projector of two matrices.
  static let kimi: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size(["hidden_size", "vt_hidden_size"], 1152)
    let rows = fields.size(["pos_emb_height", "init_pos_emb_height"], 64)
    let columns = fields.size(["pos_emb_width", "init_pos_emb_width"], 64)
    let merged = 4 * width
    return patch(fields, width, size: 14) + width + rows * columns * width
      + fields.depth(["num_hidden_layers", "vt_num_hidden_layers"], 27)
      * block(width, fields.size(["intermediate_size", "vt_intermediate_size"], 4304))
      + 4 * width + linear(merged, merged) + linear(merged, text)
  }

  /// Blocks with a learned scale for each branch, halved twice by convolutions before a projection.
  static let step: @Sendable (VisionFields, Int) -> Int = { fields, text in
    let width = fields.size(["hidden_size", "width"], 1536)
    let ratio = fields.tower.optional("mlp_ratio", .number(.above(0, atMost: 64)))
    let intermediate = Int(Double(width) * (ratio ?? 8960.0 / 1536))
    let side = fields.size("image_size", 728) / max(1, fields.size("patch_size", 14))
    let halvings = linear(9 * width, 2 * width) + linear(18 * width, 4 * width)
    return patch(fields, width, size: 14) + side * side * width + 2 * width
      + fields.depth(["num_hidden_layers", "layers"], 47)
      * (block(width, intermediate) + 2 * width)
      + halvings + linear(4 * width, text, bias: fields.wrapper.flag("projector_bias"))
  }

  static func square(_ side: Int) -> Int { side * side }
}
