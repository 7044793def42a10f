extension TransformersCounts {
  /// Models with experts in the sizes and spellings of their releases, with all that such files say
  /// besides.
  ///
  /// - Source: totals counted on modules that transformers 5.23 builds without memory.
  static let releasedExperts = """
    qwen3-235b 235093634560 22190763520 0
      {"model_type": "qwen3_moe", "attention_bias": false, "decoder_sparse_step": 1, "head_dim":
      128, "hidden_size": 4096, "intermediate_size": 12288, "max_position_embeddings": 40960,
      "max_window_layers": 94, "mlp_only_layers": [], "moe_intermediate_size": 1536,
      "norm_topk_prob": true, "num_attention_heads": 64, "num_experts": 128,
      "num_experts_per_tok": 8, "num_hidden_layers": 94, "num_key_value_heads": 4,
      "output_router_logits": false, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001,
      "sliding_window": null, "tie_word_embeddings": false, "use_sliding_window": false,
      "vocab_size": 151936}

    mixtral-8x22b 140630071296 39161468928 0
      {"model_type": "mixtral", "hidden_size": 6144, "intermediate_size": 16384,
      "max_position_embeddings": 65536, "num_attention_heads": 48, "num_experts_per_tok": 2,
      "num_hidden_layers": 56, "num_key_value_heads": 8, "num_local_experts": 8,
      "output_router_logits": false, "router_aux_loss_coef": 0.001, "sliding_window": null,
      "tie_word_embeddings": false, "vocab_size": 32768, "rope_theta": 1000000.0, "rms_norm_eps":
      1e-05}

    deepseek-v2-lite 15706484224 2661150208 0
      {"model_type": "deepseek_v2", "architectures": ["DeepseekV2ForCausalLM"], "attention_bias":
      false, "attention_dropout": 0.0, "aux_loss_alpha": 0.001, "first_k_dense_replace": 1,
      "hidden_act": "silu", "hidden_size": 2048, "intermediate_size": 10944, "kv_lora_rank": 512,
      "max_position_embeddings": 163840, "moe_intermediate_size": 1408, "moe_layer_freq": 1,
      "n_group": 1, "n_routed_experts": 64, "n_shared_experts": 2, "norm_topk_prob": false,
      "num_attention_heads": 16, "num_experts_per_tok": 6, "num_hidden_layers": 27,
      "num_key_value_heads": 16, "pretraining_tp": 1, "q_lora_rank": null, "qk_nope_head_dim":
      128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-06, "rope_scaling": {}, "rope_theta": 10000,
      "routed_scaling_factor": 1.0, "scoring_func": "softmax", "seq_aux": true,
      "tie_word_embeddings": false, "topk_group": 1, "topk_method": "greedy", "use_cache": true,
      "v_head_dim": 128, "vocab_size": 102400}

    deepseek-v2 235741434880 21375800320 0
      {"model_type": "deepseek_v2", "attention_bias": false, "aux_loss_alpha": 0.001,
      "first_k_dense_replace": 1, "hidden_act": "silu", "hidden_size": 5120, "intermediate_size":
      12288, "kv_lora_rank": 512, "max_position_embeddings": 163840, "moe_intermediate_size":
      1536, "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 160, "n_shared_experts": 2,
      "norm_topk_prob": false, "num_attention_heads": 128, "num_experts_per_tok": 6,
      "num_hidden_layers": 60, "num_key_value_heads": 128, "pretraining_tp": 1, "q_lora_rank":
      1536, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "routed_scaling_factor": 16.0,
      "scoring_func": "softmax", "seq_aux": true, "tie_word_embeddings": false, "topk_group": 3,
      "topk_method": "group_limited_greedy", "v_head_dim": 128, "vocab_size": 102400}

    deepseek-v32 671877929216 38403807488 0
      {"architectures": ["DeepseekV32ForCausalLM"], "attention_bias": false, "attention_dropout":
      0.0, "bos_token_id": 0, "eos_token_id": 1, "ep_size": 1, "first_k_dense_replace": 3,
      "hidden_act": "silu", "hidden_size": 7168, "index_head_dim": 128, "index_n_heads": 64,
      "index_topk": 2048, "initializer_range": 0.02, "intermediate_size": 18432, "kv_lora_rank":
      512, "max_position_embeddings": 163840, "model_type": "deepseek_v32",
      "moe_intermediate_size": 2048, "moe_layer_freq": 1, "n_group": 8, "n_routed_experts": 256,
      "n_shared_experts": 1, "norm_topk_prob": true, "num_attention_heads": 128,
      "num_experts_per_tok": 8, "num_hidden_layers": 61, "num_key_value_heads": 128,
      "num_nextn_predict_layers": 1, "q_lora_rank": 1536, "qk_nope_head_dim": 128,
      "qk_rope_head_dim": 64, "quantization_config": {}, "rms_norm_eps": 1e-06, "rope_scaling":
      {}, "rope_theta": 10000, "routed_scaling_factor": 2.5, "scoring_func": "sigmoid",
      "tie_word_embeddings": false, "topk_group": 4, "topk_method": "noaux_tc", "v_head_dim": 128,
      "vocab_size": 129280}

    glm45 352797814784 33632251904 0
      {"architectures": ["Glm4MoeForCausalLM"], "attention_bias": true, "attention_dropout": 0.0,
      "pad_token_id": 1, "eos_token_id": [1], "head_dim": 128, "hidden_act": "silu",
      "hidden_size": 5120, "partial_rotary_factor": 0.5, "initializer_range": 0.02,
      "intermediate_size": 12288, "max_position_embeddings": 131072, "model_type": "glm4_moe",
      "moe_intermediate_size": 1536, "norm_topk_prob": true, "num_attention_heads": 96, "n_group":
      1, "topk_group": 1, "n_routed_experts": 160, "n_shared_experts": 1, "routed_scaling_factor":
      2.5, "num_experts_per_tok": 8, "first_k_dense_replace": 3, "num_hidden_layers": 92,
      "num_key_value_heads": 8, "num_nextn_predict_layers": 1, "rms_norm_eps": 1e-05,
      "rope_scaling": null, "rope_theta": 1000000, "tie_word_embeddings": false, "use_cache":
      true, "use_qk_norm": true, "vocab_size": 151552}

    glm5 743911199232 41784709632 0
      {"architectures": ["GlmMoeDsaForCausalLM"], "attention_bias": false, "attention_dropout":
      0.0, "dtype": "bfloat16", "eos_token_id": [1], "ep_size": 1, "first_k_dense_replace": 3,
      "hidden_act": "silu", "head_dim": 64, "hidden_size": 6144, "index_head_dim": 128,
      "index_n_heads": 32, "index_topk": 2048, "indexer_rope_interleave": true,
      "initializer_range": 0.02, "intermediate_size": 12288, "kv_lora_rank": 512,
      "max_position_embeddings": 202752, "moe_intermediate_size": 2048, "moe_layer_freq": 1,
      "model_type": "glm_moe_dsa", "n_group": 1, "n_routed_experts": 256, "n_shared_experts": 1,
      "norm_topk_prob": true, "num_attention_heads": 64, "num_experts_per_tok": 8,
      "num_hidden_layers": 78, "num_key_value_heads": 64, "num_nextn_predict_layers": 1,
      "pad_token_id": 1, "pretraining_tp": 1, "q_lora_rank": 2048, "qk_head_dim": 256,
      "qk_nope_head_dim": 192, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-05, "rope_interleave":
      true, "rope_parameters": {}, "routed_scaling_factor": 2.5, "scoring_func": "sigmoid",
      "tie_word_embeddings": false, "topk_group": 1, "topk_method": "noaux_tc", "use_cache": true,
      "v_head_dim": 256, "vocab_size": 154880}

    gpt-oss-120b 116829156672 5711982912 0
      {"model_type": "gpt_oss", "attention_bias": true, "experts_per_token": 4, "head_dim": 64,
      "hidden_size": 2880, "initial_context_length": 4096, "intermediate_size": 2880,
      "layer_types": ["sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention", "sliding_attention", "full_attention", "sliding_attention",
      "full_attention"], "max_position_embeddings": 131072, "num_attention_heads": 64,
      "num_experts_per_tok": 4, "num_hidden_layers": 36, "num_key_value_heads": 8,
      "num_local_experts": 128, "output_router_logits": false, "router_aux_loss_coef": 0.9,
      "sliding_window": 128, "swiglu_limit": 7.0, "tie_word_embeddings": false, "vocab_size":
      201088, "rope_theta": 150000}

    mimo 308778768832 15445924288 0
      {"architectures": ["MiMoV2FlashForCausalLM"], "model_type": "mimo_v2_flash", "vocab_size":
      152576, "hidden_size": 4096, "num_hidden_layers": 48, "num_attention_heads": 64,
      "num_key_value_heads": 4, "head_dim": 192, "v_head_dim": 128, "swa_num_attention_heads": 64,
      "swa_num_key_value_heads": 8, "swa_head_dim": 192, "swa_v_head_dim": 128,
      "partial_rotary_factor": 0.334, "rope_theta": 5000000, "swa_rope_theta": 10000,
      "sliding_window": 128, "sliding_window_size": 128, "attention_chunk_size": 128,
      "hybrid_layer_pattern": [0, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1,
      1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0],
      "moe_layer_freq": [0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      "add_swa_attention_sink_bias": true, "add_full_attention_sink_bias": false,
      "intermediate_size": 16384, "n_routed_experts": 256, "n_shared_experts": null,
      "num_experts_per_tok": 8, "moe_intermediate_size": 2048, "routed_scaling_factor": null,
      "scoring_func": "sigmoid", "topk_method": "noaux_tc", "n_group": 1, "topk_group": 1,
      "norm_topk_prob": true, "layernorm_epsilon": 1e-05, "attention_bias": false,
      "attention_value_scale": 0.707, "max_position_embeddings": 262144, "tie_word_embeddings":
      false, "hidden_act": "silu", "use_cache": true, "hybrid_block_size": null}

    step35 196956118272 11987311872 0
      {"architectures": ["Step3p5ForCausalLM"], "model_type": "step3p5", "hidden_size": 4096,
      "intermediate_size": 11264, "num_hidden_layers": 45, "max_seq_len": 262144, "vocab_size":
      128896, "torch_dtype": "bfloat16", "use_qk_norm": false, "moe_layers_enum":
      "3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31,32,33,34,35,36,37,38,39,40,41,42,43,44",
      "use_mfa": false, "num_attention_heads": 64, "num_attention_groups": 8, "head_dim": 128,
      "use_moe": true, "moe_num_experts": 288, "moe_top_k": 8, "moe_intermediate_size": 1280,
      "share_expert_dim": 1280, "moe_layer_offset": 0, "moe_every_n_layer": 1,
      "norm_expert_weight": true, "moe_router_activation": "sigmoid", "moe_router_scaling_factor":
      3.0, "att_impl_type": "GQA", "rope_theta": [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
      1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
      1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0,
      1.0, 1.0, 1.0], "use_head_wise_attn_gate": true, "sliding_window": 512,
      "use_moe_router_bias": true, "need_fp32_gate": true, "sink": false, "layer_types":
      ["full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention",
      "full_attention", "sliding_attention", "sliding_attention", "sliding_attention"],
      "use_rope_layers": [], "num_nextn_predict_layers": 3, "partial_rotary_factors": [0.5, 0.5,
      0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
      0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5,
      0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5], "attention_other_setting":
      {"attention_type": "sliding_attention", "num_attention_heads": 96, "num_attention_groups":
      8, "head_dim": 128, "true_head_dim": 128}, "swiglu_limits": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0], "swiglu_limits_shared": [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0,
      0.0, 0.0, 0.0, 0.0, 0.0], "zero_centered": true, "max_position_embeddings": 262144,
      "bos_token_id": 0, "eos_token_id": [1, 2], "rms_norm_eps": 1e-05}

    dbrx 131596523520 36469708800 0
      {"architectures": ["DbrxForCausalLM"], "attn_config": {"clip_qkv": 8, "kv_n_heads": 8,
      "model_type": "", "rope_theta": 500000}, "auto_map": {}, "d_model": 6144, "emb_pdrop": 0.0,
      "ffn_config": {"ffn_hidden_size": 10752, "model_type": "", "moe_jitter_eps": 0.01,
      "moe_loss_weight": 0.05, "moe_num_experts": 16, "moe_top_k": 4}, "initializer_range": 0.02,
      "max_seq_len": 32768, "model_type": "dbrx", "n_heads": 48, "n_layers": 40,
      "output_router_logits": false, "resid_pdrop": 0.0, "router_aux_loss_coef": 0.05,
      "tie_word_embeddings": false, "torch_dtype": "bfloat16", "use_cache": true, "vocab_size":
      100352}

    maverick 400711848960 17184691200 871932416
      {"architectures": ["Llama4ForConditionalGeneration"], "boi_token_index": 200080,
      "eoi_token_index": 200081, "image_token_index": 200092, "model_type": "llama4",
      "text_config": {"attention_bias": false, "attention_chunk_size": 8192, "attention_dropout":
      0.0, "bos_token_id": 200000, "eos_token_id": [200001], "for_llm_compressor": false,
      "head_dim": 128, "hidden_act": "silu", "hidden_size": 5120, "initializer_range": 0.02,
      "interleave_moe_layer_step": 2, "intermediate_size": 8192, "intermediate_size_mlp": 16384,
      "max_position_embeddings": 1048576, "model_type": "llama4_text", "moe_layers": [1, 3, 5, 7,
      9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31, 33, 35, 37, 39, 41, 43, 45, 47],
      "no_rope_layers": [], "num_attention_heads": 40, "num_experts_per_tok": 1,
      "num_hidden_layers": 48, "num_key_value_heads": 8, "num_local_experts": 128,
      "output_router_logits": false, "pad_token_id": 200018, "rms_norm_eps": 1e-05,
      "rope_scaling": null, "rope_theta": 500000.0, "router_aux_loss_coef": 0.001,
      "router_jitter_noise": 0.0, "torch_dtype": "bfloat16", "use_cache": true, "use_qk_norm":
      false, "vocab_size": 202048, "attn_temperature_tuning": true, "floor_scale": 8192,
      "attn_scale": 0.1}, "torch_dtype": "bfloat16", "vision_config": {"attention_dropout": 0.0,
      "hidden_act": "gelu", "hidden_size": 1408, "image_size": 336, "initializer_range": 0.02,
      "intermediate_size": 5632, "model_type": "llama4_vision_model",
      "multi_modal_projector_bias": false, "norm_eps": 1e-05, "num_attention_heads": 16,
      "num_channels": 3, "num_hidden_layers": 34, "patch_size": 14, "pixel_shuffle_ratio": 0.5,
      "projector_dropout": 0.0, "projector_input_dim": 4096, "projector_output_dim": 4096,
      "rope_theta": 10000, "vision_feature_layer": -1, "vision_feature_select_strategy":
      "default", "vision_output_dim": 4096}}

    hunyuan-a13b 80393183232 12747448320 0
      {"add_classification_head": false, "anyres_pooling_size": 2, "architectures":
      ["HunYuanMoEV1ForCausalLM"], "attention_bias": false, "attention_dropout": 0.1,
      "attention_head_dim": 128, "auto_map": {}, "bos_token_id": 1, "cla_share_factor": 2,
      "class_num": 0, "dense_list": [4096, 0], "eod_token_id": 127967, "eos_token_id": 127960,
      "group_limited_greedy": false, "hidden_act": "silu", "hidden_size": 4096, "im_end_id": 6,
      "initializer_range": 0.02, "intermediate_size": 3072, "kv_lora_rank": null, "mask_init_id":
      12, "max_position_embeddings": 32768, "mlp_bias": false, "model_type": "hunyuan_v1_moe",
      "moe_drop_tokens": false, "moe_intermediate_size": [3072, 3072, 3072, 3072, 3072, 3072,
      3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072,
      3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072, 3072], "moe_layer_num_skipped":
      0, "moe_random_routing_dropped_token": false, "moe_topk": [8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8,
      8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8], "n_group": null,
      "norm_topk_prob": true, "norm_type": "rms", "num_attention_heads": 32, "num_experts": 64,
      "num_hidden_layers": 32, "num_key_value_heads": 8, "num_shared_expert": [1, 1, 1, 1, 1, 1,
      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1],
      "org_vocab_size": 128167, "pad_id": 127961, "pad_token_id": 127961, "pool_type": "last",
      "position_embedding_xdrope": false, "pretraining_tp": 1, "q_lora_rank": null,
      "qk_nope_head_dim": null, "qk_rope_head_dim": null, "rms_norm_eps": 1e-05, "rope_scaling":
      {}, "rope_theta": 10000.0, "routed_scaling_factor": false, "sep_token_id": 127962,
      "skip_cls_token": false, "text_end_id": 8, "text_start_id": 7, "tie_word_embeddings": true,
      "topk_group": null, "use_cache": true, "use_cla": false, "use_mixed_mlp_moe": true,
      "use_mla": false, "use_qk_norm": true, "use_rotary_pos_emb": true, "v_head_dim": null,
      "vocab_size": 128167, "xdrope_section": null, "head_dim": 128}
    """
}
