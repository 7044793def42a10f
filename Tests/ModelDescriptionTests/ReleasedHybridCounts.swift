extension TransformersCounts {
  /// Models with recurrences in the sizes and spellings of their releases, with all that such files
  /// say besides.
  ///
  /// - Source: totals counted on modules that transformers 5.23 builds without memory.
  static let releasedHybrids = """
    qwen3-next 79674391296 3874929408 0
      {"architectures": ["Qwen3NextForCausalLM"], "attention_bias": false, "attention_dropout":
      0.0, "bos_token_id": 151643, "decoder_sparse_step": 1, "eos_token_id": 151645,
      "full_attention_interval": 4, "head_dim": 256, "hidden_act": "silu", "hidden_size": 2048,
      "initializer_range": 0.02, "intermediate_size": 5120, "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
      "linear_value_head_dim": 128, "max_position_embeddings": 262144, "mlp_only_layers": [],
      "model_type": "qwen3_next", "moe_intermediate_size": 512, "norm_topk_prob": true,
      "num_attention_heads": 16, "num_experts": 512, "num_experts_per_tok": 10,
      "num_hidden_layers": 48, "num_key_value_heads": 2, "output_router_logits": false,
      "partial_rotary_factor": 0.25, "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta":
      10000000, "router_aux_loss_coef": 0.001, "shared_expert_intermediate_size": 512,
      "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size":
      151936}

    qwen35-27b 26895998464 26895998464 460730096
      {"architectures": ["Qwen3_5ForConditionalGeneration"], "image_token_id": 248056,
      "model_type": "qwen3_5", "text_config": {"attention_bias": false, "attention_dropout": 0.0,
      "attn_output_gate": true, "dtype": "bfloat16", "eos_token_id": 248044,
      "full_attention_interval": 4, "head_dim": 256, "hidden_act": "silu", "hidden_size": 5120,
      "initializer_range": 0.02, "intermediate_size": 17408, "layer_types": ["linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention", "linear_attention",
      "linear_attention", "linear_attention", "full_attention"], "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 48,
      "linear_value_head_dim": 128, "max_position_embeddings": 262144, "mlp_only_layers": [],
      "model_type": "qwen3_5_text", "mtp_num_hidden_layers": 1, "mtp_use_dedicated_embeddings":
      false, "num_attention_heads": 24, "num_hidden_layers": 64, "num_key_value_heads": 4,
      "rms_norm_eps": 1e-06, "use_cache": true, "vocab_size": 248320, "mamba_ssm_dtype":
      "float32", "rope_parameters": {}}, "tie_word_embeddings": false, "transformers_version":
      "4.57.0.dev0", "video_token_id": 248057, "vision_config": {"deepstack_visual_indexes": [],
      "depth": 27, "hidden_act": "gelu", "hidden_size": 1152, "in_channels": 3,
      "initializer_range": 0.02, "intermediate_size": 4304, "model_type": "qwen3_5", "num_heads":
      16, "num_position_embeddings": 2304, "out_hidden_size": 5120, "patch_size": 16,
      "spatial_merge_size": 2, "temporal_patch_size": 2}, "vision_end_token_id": 248054,
      "vision_start_token_id": 248053}

    minimax-text-01 456089655296 48403306496 0
      {"architectures": ["MiniMaxText01ForCausalLM"], "attention_dropout": 0.0, "attn_type_list":
      [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0,
      0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0,
      0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1], "auto_map": {}, "bos_token_id":
      null, "eos_token_id": null, "head_dim": 128, "hidden_act": "silu", "hidden_size": 6144,
      "initializer_range": 0.02, "intermediate_size": 9216, "layernorm_full_attention_alpha":
      3.55, "layernorm_full_attention_beta": 1.0, "layernorm_linear_attention_alpha": 3.55,
      "layernorm_linear_attention_beta": 1.0, "layernorm_mlp_alpha": 3.55, "layernorm_mlp_beta":
      1.0, "max_position_embeddings": 10240000, "model_type": "minimax_text_01",
      "num_attention_heads": 64, "num_experts_per_tok": 2, "num_hidden_layers": 80,
      "num_key_value_heads": 8, "num_local_experts": 32, "output_router_logits": false,
      "postnorm": true, "rms_norm_eps": 1e-05, "rope_theta": 10000000, "rotary_dim": 64,
      "router_aux_loss_coef": 0.001, "router_jitter_noise": 0.0, "shared_intermediate_size": 0,
      "shared_moe_mode": "sigmoid", "sliding_window": null, "tie_word_embeddings": false,
      "transformers_version": "4.45.2", "use_cache": true, "vocab_size": 200064}

    nemotron3-nano 31577937344 3580073408 0
      {"architectures": ["NemotronHForCausalLM"], "attention_bias": false, "attention_dropout":
      0.0, "auto_map": {}, "bos_token_id": 1, "chunk_size": 128, "conv_kernel": 4, "dtype":
      "bfloat16", "eos_token_id": 2, "expand": 2, "head_dim": 128, "hidden_dropout": 0.0,
      "hidden_size": 2688, "hybrid_override_pattern":
      "MEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEM*EMEMEMEM*EMEMEMEME", "initializer_range": 0.02,
      "intermediate_size": 1856, "layer_norm_epsilon": 1e-05, "mamba_head_dim": 64,
      "mamba_hidden_act": "silu", "mamba_num_heads": 64, "mamba_proj_bias": false,
      "mamba_ssm_cache_dtype": "float32", "max_position_embeddings": 262144, "mlp_bias": false,
      "mlp_hidden_act": "relu2", "model_type": "nemotron_h", "moe_intermediate_size": 1856,
      "moe_shared_expert_intermediate_size": 3712, "n_group": 1, "n_groups": 8,
      "n_routed_experts": 128, "n_shared_experts": 1, "norm_eps": 1e-05, "norm_topk_prob": true,
      "num_attention_heads": 32, "num_experts_per_tok": 6, "num_hidden_layers": 52,
      "num_key_value_heads": 2, "num_logits_to_keep": 1, "pad_token_id": 0,
      "partial_rotary_factor": 1.0, "rescale_prenorm_residual": true, "residual_in_fp32": false,
      "rope_theta": 10000, "routed_scaling_factor": 2.5, "sliding_window": null, "ssm_state_size":
      128, "tie_word_embeddings": false, "time_step_floor": 0.0001, "time_step_limit": [0.0,
      Infinity], "time_step_max": 0.1, "time_step_min": 0.001, "topk_group": 1, "use_bias": false,
      "use_cache": true, "use_conv_bias": true, "use_mamba_kernels": true, "vocab_size": 131072}

    jamba15-large 398555145696 94149338592 0
      {"architectures": ["JambaForCausalLM"], "attention_dropout": 0.0, "attn_layer_offset": 4,
      "attn_layer_period": 8, "bos_token_id": 1, "eos_token_id": [2], "expert_layer_offset": 1,
      "expert_layer_period": 2, "for_cover": null, "hidden_act": "silu", "hidden_size": 8192,
      "initializer_range": 0.02, "intermediate_size": 24576, "mamba_conv_bias": true,
      "mamba_d_conv": 4, "mamba_d_state": 16, "mamba_dt_rank": 512, "mamba_expand": 2,
      "mamba_proj_bias": false, "max_position_embeddings": 262144, "model_type": "jamba",
      "num_attention_heads": 64, "num_experts": 16, "num_experts_per_tok": 2, "num_hidden_layers":
      72, "num_key_value_heads": 8, "num_logits_to_keep": 1, "output_router_logits": false,
      "pad_token_id": 0, "rms_norm_eps": 1e-06, "router_aux_loss_coef": 0.001, "sliding_window":
      null, "tie_word_embeddings": false, "use_cache": true, "use_mamba_kernels": true,
      "vocab_size": 65536}

    kimi-linear 49122675072 3484453248 0
      {"architectures": ["KimiLinearForCausalLM"], "auto_map": {}, "bos_token_id": 163584,
      "dtype": "bfloat16", "eos_token_id": 163586, "first_k_dense_replace": 1, "head_dim": 72,
      "hidden_act": "silu", "hidden_size": 2304, "initializer_range": 0.02, "intermediate_size":
      9216, "kv_lora_rank": 512, "linear_attn_config": {"full_attn_layers": [4, 8, 12, 16, 20, 24,
      27], "head_dim": 128, "kda_layers": [1, 2, 3, 5, 6, 7, 9, 10, 11, 13, 14, 15, 17, 18, 19,
      21, 22, 23, 25, 26], "num_heads": 32, "short_conv_kernel_size": 4}, "mla_use_nope": true,
      "model_max_length": 1048576, "model_type": "kimi_linear", "moe_intermediate_size": 1024,
      "moe_layer_freq": 1, "moe_renormalize": true, "moe_router_activation_func": "sigmoid",
      "num_attention_heads": 32, "num_expert_group": 1, "num_experts": 256,
      "num_experts_per_token": 8, "num_hidden_layers": 27, "num_key_value_heads": 32,
      "num_nextn_predict_layers": 0, "num_shared_experts": 1, "pad_token_id": 163839,
      "q_lora_rank": null, "qk_nope_head_dim": 128, "qk_rope_head_dim": 64, "rms_norm_eps": 1e-05,
      "rope_scaling": null, "rope_theta": 10000.0, "routed_scaling_factor": 2.446,
      "tie_word_embeddings": false, "topk_group": 1, "use_cache": true, "use_grouped_topk": true,
      "v_head_dim": 128, "vocab_size": 163840}

    granite4-h-small 32207337984 8803121664 0
      {"architectures": ["GraniteMoeHybridForCausalLM"], "attention_bias": false,
      "attention_dropout": 0.0, "attention_multiplier": 0.0078, "bos_token_id": 1,
      "embedding_multiplier": 12, "eos_token_id": 1, "hidden_act": "silu", "hidden_size": 4096,
      "init_method": "mup", "initializer_range": 0.1, "intermediate_size": 768, "layer_types":
      ["mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba", "mamba",
      "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba", "mamba",
      "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "attention", "mamba",
      "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "mamba", "attention",
      "mamba", "mamba", "mamba", "mamba"], "logits_scaling": 16, "mamba_chunk_size": 256,
      "mamba_conv_bias": true, "mamba_d_conv": 4, "mamba_d_head": 64, "mamba_d_state": 128,
      "mamba_expand": 2, "mamba_n_groups": 1, "mamba_n_heads": 128, "mamba_proj_bias": false,
      "max_position_embeddings": 131072, "model_type": "granitemoehybrid",
      "normalization_function": "rmsnorm", "num_attention_heads": 32, "num_experts_per_tok": 10,
      "num_hidden_layers": 40, "num_key_value_heads": 8, "num_local_experts": 72,
      "output_router_logits": false, "pad_token_id": 1, "position_embedding_type": "nope",
      "residual_multiplier": 0.22, "rms_norm_eps": 1e-05, "rope_scaling": null, "rope_theta":
      10000, "router_aux_loss_coef": 0.0001, "shared_intermediate_size": 1536,
      "tie_word_embeddings": true, "use_cache": true, "vocab_size": 100352}
    """
}
