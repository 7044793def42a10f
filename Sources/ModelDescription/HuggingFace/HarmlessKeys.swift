/// Fields of configurations that change neither the sizes of weights nor the arithmetic.
enum HarmlessKeys {
  static func contains(_ key: String) -> Bool {
    keys.contains(key) || endings.contains { key.hasSuffix($0) }
      || beginnings.contains { key.hasPrefix($0) }
  }

  private static let endings = [
    "_token_id", "_token_ids", "_token_index", "_start_token", "_end_token", "_patch_token",
    "_dropout", "_pdrop", "_dropout_prob",
    "_dropout_rate", "_init_std", "_init_range", "_initializer_range", "_attn_implementation",
    "_loss_coef", "_loss_factor", "_eps", "_epsilon",
  ]

  private static let beginnings = [
    "rope_", "rotary_", "_", "summary_", "torch_", "unsloth_", "init_", "layernorm_",
  ]

  private static let keys: Set<String> = Set(
    """
    model_type architectures auto_map transformers_version dtype name_or_path
    quantization_config compression_config problem_type id2label label2id finetuning_task
    task_specific_params use_cache return_dict output_attentions output_hidden_states
    torchscript pruned_heads chunk_size_feed_forward is_decoder is_encoder_decoder
    tie_encoder_decoder bos_token eos_token pad_token tokenizer_class prefix use_bfloat16
    bad_words_ids begin_suppress_tokens suppress_tokens diversity_penalty do_sample
    early_stopping encoder_no_repeat_ngram_size exponential_decay_length_penalty
    forced_bos_token_id forced_eos_token_id length_penalty max_length min_length
    no_repeat_ngram_size num_beam_groups num_beams num_return_sequences output_scores
    remove_invalid_values repetition_penalty return_dict_in_generate sep_token_id temperature
    top_k top_p typical_p tf_legacy_loss cross_attention_hidden_size
    hidden_act hidden_activation activation activation_function attention_dropout hidden_dropout
    initializer_range initializer_factor partial_rotary_factor original_max_position_embeddings
    output_router_logits router_aux_loss_coef router_jitter_noise norm_topk_prob seq_aux
    routed_scaling_factor scoring_func topk_method topk_group n_group pretraining_tp ep_size
    use_flash_attn use_flash_attention attn_logit_softcapping final_logit_softcapping
    query_pre_attn_scalar logit_scale attention_multiplier embedding_multiplier
    residual_multiplier logits_scaling expert_dtype gradient_checkpointing
    profiles sparsity_config attn_implementation kv_cache_dtype max_new_tokens num_logits_to_keep
    """.split(whereSeparator: \.isWhitespace).map(String.init))
}
