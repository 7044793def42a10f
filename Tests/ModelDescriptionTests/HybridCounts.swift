extension TransformersCounts {
  /// Hybrids of attention and recurrences, and models with vision towers: name, parameters of the
  /// text model, active ones (`-` where the configuration leaves them open), parameters of the
  /// vision tower, and the configuration.
  ///
  /// - Source: counted on modules that transformers 5.23 builds without memory, of its classes' own
  ///   defaults and of variations of them.
  static let hybrids = """
    qwen3_next 79674391296 3874929408 0
      {"vocab_size": 151936, "hidden_size": 2048, "num_hidden_layers": 48, "num_attention_heads":
      16, "num_key_value_heads": 2, "tie_word_embeddings": false, "head_dim": 256,
      "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_value_head_dim": 128,
      "linear_num_key_heads": 16, "linear_num_value_heads": 32, "moe_intermediate_size": 512,
      "shared_expert_intermediate_size": 512, "num_experts_per_tok": 10, "num_experts": 512,
      "model_type": "qwen3_next"}

    qwen3_5_text-0 1129190464 1129190464 0
      {"vocab_size": 32256, "hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers":
      4, "num_attention_heads": 16, "num_key_value_heads": 4, "tie_word_embeddings": false,
      "head_dim": 256, "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128,
      "linear_value_head_dim": 128, "linear_num_key_heads": 16, "linear_num_value_heads": 32,
      "model_type": "qwen3_5_text"}

    qwen3_5_moe_text 34660610688 3454988928 0
      {"vocab_size": 248320, "hidden_size": 2048, "num_hidden_layers": 40, "num_attention_heads":
      16, "num_key_value_heads": 2, "tie_word_embeddings": false, "head_dim": 256,
      "linear_conv_kernel_dim": 4, "linear_key_head_dim": 128, "linear_value_head_dim": 128,
      "linear_num_key_heads": 16, "linear_num_value_heads": 32, "moe_intermediate_size": 512,
      "shared_expert_intermediate_size": 512, "num_experts_per_tok": 8, "num_experts": 256,
      "model_type": "qwen3_5_moe_text"}

    minimax 47373946880 13551079424 0
      {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": false,
      "num_experts_per_tok": 2, "num_local_experts": 8, "model_type": "minimax"}

    jamba 51570323328 12110311296 0
      {"vocab_size": 65536, "tie_word_embeddings": false, "hidden_size": 4096,
      "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "num_experts_per_tok": 2, "num_experts": 16,
      "expert_layer_period": 2, "expert_layer_offset": 1, "attn_layer_period": 8,
      "attn_layer_offset": 4, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2,
      "mamba_dt_rank": 256, "model_type": "jamba"}

    jamba-0 2171885536 1467242464 0
      {"vocab_size": 65536, "tie_word_embeddings": false, "hidden_size": 4096,
      "intermediate_size": 1024, "num_hidden_layers": 8, "num_attention_heads": 32,
      "num_key_value_heads": 8, "num_experts_per_tok": 2, "num_experts": 16,
      "expert_layer_period": 2, "expert_layer_offset": 1, "attn_layer_period": 8,
      "attn_layer_offset": 4, "mamba_d_state": 16, "mamba_d_conv": 4, "mamba_expand": 2,
      "mamba_dt_rank": 256, "mamba_conv_bias": false, "model_type": "jamba"}

    bamba 9992765440 9992765440 0
      {"vocab_size": 128000, "tie_word_embeddings": false, "hidden_size": 4096,
      "intermediate_size": 14336, "num_hidden_layers": 32, "num_attention_heads": 32,
      "num_key_value_heads": 8, "mamba_n_heads": 128, "mamba_d_head": 64, "mamba_n_groups": 1,
      "mamba_d_state": 256, "mamba_d_conv": 4, "model_type": "bamba"}

    mamba 159308544 159308544 0
      {"vocab_size": 50280, "hidden_size": 768, "state_size": 16, "num_hidden_layers": 32,
      "conv_kernel": 4, "time_step_rank": 48, "tie_word_embeddings": true, "intermediate_size":
      1536, "model_type": "mamba"}

    mamba2-0 792000768 792000768 0
      {"num_heads": 128, "head_dim": 64, "vocab_size": 32768, "hidden_size": 4096, "state_size":
      128, "num_hidden_layers": 6, "conv_kernel": 4, "n_groups": 8, "use_conv_bias": false,
      "tie_word_embeddings": true, "model_type": "mamba2"}

    falcon_mamba 159308544 159308544 0
      {"vocab_size": 50280, "hidden_size": 768, "state_size": 16, "num_hidden_layers": 32,
      "conv_kernel": 4, "time_step_rank": 48, "tie_word_embeddings": true, "intermediate_size":
      1536, "model_type": "falcon_mamba"}

    falcon_h1-0 849479168 849479168 0
      {"vocab_size": 128000, "tie_word_embeddings": true, "hidden_size": 4096,
      "intermediate_size": 1280, "num_hidden_layers": 4, "num_attention_heads": 32,
      "num_key_value_heads": 16, "mamba_d_ssm": 1024, "mamba_n_heads": 128, "mamba_d_head": 8,
      "mamba_n_groups": 1, "mamba_d_state": 256, "mamba_d_conv": 4, "mamba_conv_bias": false,
      "mamba_rms_norm": true, "projectors_bias": true, "attention_bias": true, "model_type":
      "falcon_h1"}

    granitemoehybrid-0 9255813120 1680900096 0
      {"vocab_size": 32896, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      4, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": true,
      "num_local_experts": 16, "num_experts_per_tok": 2, "shared_intermediate_size": 1024,
      "mamba_n_heads": 128, "mamba_n_groups": 1, "mamba_d_state": 256, "mamba_d_head": 64,
      "mamba_d_conv": 4, "mamba_conv_bias": false, "mamba_proj_bias": true, "model_type":
      "granitemoehybrid"}

    nemotron_h 1968355712 1590475136 0
      {"vocab_size": 131072, "hidden_size": 4096, "layers_block_type": ["linear_attention", "moe",
      "full_attention", "mlp"], "tie_word_embeddings": false, "num_attention_heads": 32,
      "num_key_value_heads": 8, "head_dim": 128, "intermediate_size": 21504, "ssm_state_size":
      128, "mamba_num_heads": 128, "mamba_head_dim": 64, "n_groups": 8, "conv_kernel": 4,
      "n_routed_experts": 8, "moe_intermediate_size": 7688, "moe_shared_expert_intermediate_size":
      7688, "num_experts_per_tok": 2, "model_type": "nemotron_h"}

    kimi_linear 49133074464 3494852640 0
      {"vocab_size": 163840, "hidden_size": 2304, "intermediate_size": 9216,
      "moe_intermediate_size": 1024, "num_hidden_layers": 27, "num_attention_heads": 32,
      "num_shared_experts": 1, "kv_lora_rank": 512, "qk_rope_head_dim": 64, "v_head_dim": 128,
      "qk_nope_head_dim": 128, "num_experts_per_token": 8, "tie_word_embeddings": false,
      "num_experts": 256, "linear_head_dim": 128, "linear_num_heads": 32,
      "linear_conv_kernel_dim": 4, "model_type": "kimi_linear"}

    olmo_hybrid 7430870688 7430870688 0
      {"vocab_size": 100352, "hidden_size": 3840, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 30, "num_key_value_heads": 30, "tie_word_embeddings": false,
      "linear_num_key_heads": 30, "linear_num_value_heads": 30, "linear_key_head_dim": 96,
      "linear_value_head_dim": 192, "linear_conv_kernel_dim": 4, "model_type": "olmo_hybrid"}

    gemma3n_text 6835235568 6835235568 0
      {"vocab_size": 262400, "hidden_size": 2048, "intermediate_size": [16384, 16384, 16384,
      16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384,
      16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384, 16384,
      16384, 16384, 16384, 16384, 16384, 16384], "num_hidden_layers": 35, "num_attention_heads":
      8, "num_key_value_heads": 2, "head_dim": 256, "tie_word_embeddings": true,
      "vocab_size_per_layer_input": 262144, "hidden_size_per_layer_input": 256,
      "altup_num_inputs": 4, "num_kv_shared_layers": 15, "laurel_rank": 64, "model_type":
      "gemma3n_text"}

    gemma4_text 5077177856 5077177856 0
      {"vocab_size": 262144, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers":
      30, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
      "tie_word_embeddings": true, "sliding_window": 512, "vocab_size_per_layer_input": 262144,
      "hidden_size_per_layer_input": 256, "num_kv_shared_layers": 0, "model_type": "gemma4_text"}

    gemma4_text-0 5131649536 5131649536 0
      {"vocab_size": 262144, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers":
      30, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
      "tie_word_embeddings": true, "attention_bias": true, "sliding_window": 512,
      "vocab_size_per_layer_input": 262144, "hidden_size_per_layer_input": 256,
      "num_kv_shared_layers": 1, "use_double_wide_mlp": true, "model_type": "gemma4_text"}

    qwen3_vl 12049461248 12049461248 566949104
      {"text_config": {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016,
      "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim":
      128, "model_type": "qwen3_vl_text"}, "vision_config": {"deepstack_visual_indexes": [8, 16,
      24], "model_type": "qwen3_vl_vision"}, "tie_word_embeddings": false, "model_type":
      "qwen3_vl"}

    qwen3_vl_moe 13485121536 1858510848 566949104
      {"text_config": {"vocab_size": 151936, "hidden_size": 2048, "num_hidden_layers": 24,
      "num_attention_heads": 16, "num_key_value_heads": 16, "moe_intermediate_size": 1408,
      "num_experts_per_tok": 4, "num_local_experts": 60, "head_dim": 128, "model_type":
      "qwen3_vl_moe_text"}, "vision_config": {"deepstack_visual_indexes": [8, 16, 24],
      "model_type": "qwen3_vl_moe_vision"}, "tie_word_embeddings": false, "model_type":
      "qwen3_vl_moe"}

    qwen3_5 8953803264 8953803264 453650672
      {"text_config": {"vocab_size": 248320, "hidden_size": 4096, "intermediate_size": 12288,
      "num_hidden_layers": 32, "num_attention_heads": 16, "num_key_value_heads": 4,
      "tie_word_embeddings": false, "head_dim": 256, "linear_conv_kernel_dim": 4,
      "linear_key_head_dim": 128, "linear_value_head_dim": 128, "linear_num_key_heads": 16,
      "linear_num_value_heads": 32, "model_type": "qwen3_5_text"}, "vision_config": {"model_type":
      "qwen3_5_vision"}, "model_type": "qwen3_5"}

    qwen2_vl 72706203648 72706203648 675759104
      {"text_config": {"vocab_size": 152064, "hidden_size": 8192, "intermediate_size": 29568,
      "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "model_type":
      "qwen2_vl_text"}, "vision_config": {"hidden_size": 3584, "model_type": "qwen2_vl_vision"},
      "tie_word_embeddings": false, "model_type": "qwen2_vl"}

    qwen2_5_vl 72706203648 72706203648 3083025152
      {"text_config": {"vocab_size": 152064, "hidden_size": 8192, "intermediate_size": 29568,
      "num_hidden_layers": 80, "num_attention_heads": 64, "num_key_value_heads": 8, "model_type":
      "qwen2_5_vl_text"}, "vision_config": {"out_hidden_size": 3584, "model_type":
      "qwen2_5_vl_vision"}, "tie_word_embeddings": false, "model_type": "qwen2_5_vl"}

    gemma3 2628658432 2628658432 94654464
      {"text_config": {"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216,
      "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim":
      256, "tie_word_embeddings": true, "model_type": "gemma3_text"}, "vision_config":
      {"model_type": "siglip_vision_model"}, "model_type": "gemma3"}

    gemma4 5077177856 5077177856 0
      {"text_config": {"vocab_size": 262144, "hidden_size": 2304, "intermediate_size": 9216,
      "num_hidden_layers": 30, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim":
      256, "tie_word_embeddings": true, "sliding_window": 512, "vocab_size_per_layer_input":
      262144, "hidden_size_per_layer_input": 256, "num_kv_shared_layers": 0, "model_type":
      "gemma4_text"}, "model_type": "gemma4"}

    llama4 107769861120 17172894720 455178240
      {"vision_config": {"model_type": "llama4_vision_model"}, "text_config": {"vocab_size":
      202048, "hidden_size": 5120, "intermediate_size": 8192, "intermediate_size_mlp": 16384,
      "num_hidden_layers": 48, "num_attention_heads": 40, "num_key_value_heads": 8,
      "tie_word_embeddings": false, "num_experts_per_tok": 1, "num_local_experts": 16,
      "model_type": "llama4_text"}, "model_type": "llama4"}

    mistral3 22901314560 22901314560 438958080
      {"vision_config": {"patch_size": 14, "model_type": "pixtral"}, "text_config": {"vocab_size":
      131072, "hidden_size": 5120, "intermediate_size": 32768, "num_hidden_layers": 40,
      "num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "model_type":
      "mistral"}, "tie_word_embeddings": true, "model_type": "mistral3"}

    step3p7 195843833088 10875026688 1981014784
      {"vision_config": {"model_type": "step3p5_vision"}, "text_config": {"vocab_size": 128815,
      "hidden_size": 4096, "intermediate_size": 11264, "num_hidden_layers": 45,
      "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128, "tie_word_embeddings":
      false, "num_experts_per_tok": 8, "n_routed_experts": 288, "moe_intermediate_size": 1280,
      "share_expert_dim": 1280, "model_type": "step3p5"}, "model_type": "step3p7"}

    kimi_k25 670099725312 36625603584 471143920
      {"text_config": {"vocab_size": 129280, "hidden_size": 7168, "intermediate_size": 18432,
      "moe_intermediate_size": 2048, "num_hidden_layers": 61, "num_attention_heads": 128,
      "n_shared_experts": 1, "n_routed_experts": 256, "kv_lora_rank": 512, "q_lora_rank": 1536,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "qk_nope_head_dim": 128, "num_experts_per_tok":
      8, "first_k_dense_replace": 3, "num_nextn_predict_layers": 1, "model_type": "deepseek_v3"},
      "vision_config": {"model_type": "kimi_k25_vision"}, "tie_word_embeddings": true,
      "model_type": "kimi_k25"}
    """
}
