extension Family {
  /// ERNIE 4.5, dense or with experts that all layers of a range or every n-th have.
  static let ernie = Family(
    "ernie4_5", "ernie4_5_moe",
    harmless: [
      "compression_ratio", "moe_norm_min", "moe_capacity", "moe_gate", "moe_use_aux_free",
      "moe_aux_loss_lambda", "moe_gate_act", "moe_group_experts", "moe_all_to_all_dropout",
      "moe_orthogonal_loss_lambda", "multi_token_pred_lambda", "fuse_rms_norm",
      "weight_share_add_bias",
      "freq_allocation", "pixel_hidden_size", "modality_detach", "micro_batch_size", "use_rmsnorm",
      "num_acc_steps", "multi_token_pred_depth", "moe_multimodal_dispatch_use_allgather",
    ]
  ) { config in
    let stem = config.stem(tied: true)
    let bias = config.flag("use_bias")
    var attention = config.groupedAttention(stem).biased(bias)
    var dense = config.feedForward(stem)
    dense.bias = bias
    guard config.modelType == "ernie4_5_moe" else {
      return stem.decoder(
        repeating: stem.layer(attention.branch, dense.branch))
    }
    var experts = config.experts(
      stem, count: ["moe_num_experts", "num_experts"], perToken: ["moe_k", "num_experts_per_tok"])
    let shared = config.size("moe_num_shared_experts", .countOrNone, default: 2)
    experts.sharedIntermediate = shared * experts.intermediate
    experts.sharedBias = bias
    // The correction of the choice of experts is learned here, and no buffer.
    experts.correctionIsLearned = true
    let first = config.optionalSize("moe_layer_start_index", .countOrNone) ?? 1
    let last = config.optional("moe_layer_end_index", .integer()) ?? -1
    let step = config.optionalSize("moe_layer_interval", .count) ?? 1
    let range = first...max(first, last < 0 ? stem.layers - 1 : last)
    var decoder = stem.decoder { _ in
      attention.branch
    } _: {
      range.contains($0) && ($0 + 1).isMultiple(of: step) ? experts.branch : dense.branch
    }
    decoder.headBias = bias
    decoder.multiTokenPrediction = config.furtherPredictors(
      stem, like: stem.layer(attention.branch, dense.branch))
    if !decoder.multiTokenPrediction.isEmpty {
      config.assume("the layers that predict further tokens are taken to have a dense network")
    }
    return decoder
  }
}
