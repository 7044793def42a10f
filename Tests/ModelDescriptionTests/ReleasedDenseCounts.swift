extension TransformersCounts {
  /// Dense models in the sizes and spellings of their releases, with all that such files say
  /// besides.
  ///
  /// - Source: totals counted on modules that transformers 5.23 builds without memory.
  static let releasedDense = """
    llama2-70b 68976648192 68976648192 0
      {"_name_or_path": "meta-llama/Llama-2-70b-hf", "architectures": ["LlamaForCausalLM"],
      "bos_token_id": 1, "eos_token_id": 2, "hidden_act": "silu", "hidden_size": 8192,
      "initializer_range": 0.02, "intermediate_size": 28672, "max_position_embeddings": 4096,
      "model_type": "llama", "num_attention_heads": 64, "num_hidden_layers": 80,
      "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling": null,
      "tie_word_embeddings": false, "torch_dtype": "float16", "transformers_version":
      "4.32.0.dev0", "use_cache": true, "vocab_size": 32000}

    llama31-70b 70553706496 70553706496 0
      {"architectures": ["LlamaForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
      "bos_token_id": 128000, "eos_token_id": 128001, "hidden_act": "silu", "hidden_size": 8192,
      "initializer_range": 0.02, "intermediate_size": 28672, "max_position_embeddings": 131072,
      "mlp_bias": false, "model_type": "llama", "num_attention_heads": 64, "num_hidden_layers":
      80, "num_key_value_heads": 8, "pretraining_tp": 1, "rms_norm_eps": 1e-05, "rope_scaling":
      {"factor": 8.0}, "rope_theta": 500000.0, "tie_word_embeddings": false, "torch_dtype":
      "bfloat16", "use_cache": true, "vocab_size": 128256}

    llama32-1b 1235814400 1235814400 0
      {"model_type": "llama", "head_dim": 64, "hidden_size": 2048, "intermediate_size": 8192,
      "num_attention_heads": 32, "num_hidden_layers": 16, "num_key_value_heads": 8,
      "tie_word_embeddings": true, "vocab_size": 128256, "max_position_embeddings": 131072}

    qwen3-8b 8190735360 8190735360 0
      {"architectures": ["Qwen3ForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
      "bos_token_id": 151643, "eos_token_id": 151645, "head_dim": 128, "hidden_act": "silu",
      "hidden_size": 4096, "initializer_range": 0.02, "intermediate_size": 12288,
      "max_position_embeddings": 40960, "max_window_layers": 36, "model_type": "qwen3",
      "num_attention_heads": 32, "num_hidden_layers": 36, "num_key_value_heads": 8,
      "rms_norm_eps": 1e-06, "rope_scaling": null, "rope_theta": 1000000, "sliding_window": null,
      "tie_word_embeddings": false, "use_cache": true, "use_sliding_window": false, "vocab_size":
      151936}

    gemma2-9b 9241705984 9241705984 0
      {"model_type": "gemma2", "architectures": ["Gemma2ForCausalLM"], "attention_bias": false,
      "attention_dropout": 0.0, "attn_logit_softcapping": 50.0, "bos_token_id": 2,
      "cache_implementation": "hybrid", "eos_token_id": 1, "final_logit_softcapping": 30.0,
      "head_dim": 256, "hidden_act": "gelu_pytorch_tanh", "hidden_activation":
      "gelu_pytorch_tanh", "hidden_size": 3584, "initializer_range": 0.02, "intermediate_size":
      14336, "max_position_embeddings": 8192, "num_attention_heads": 16, "num_hidden_layers": 42,
      "num_key_value_heads": 8, "pad_token_id": 0, "query_pre_attn_scalar": 256, "rms_norm_eps":
      1e-06, "rope_theta": 10000.0, "sliding_window": 4096, "sliding_window_size": 4096,
      "torch_dtype": "float32", "use_cache": true, "vocab_size": 256000}

    gemma3-27b 27009346304 27009346304 423060336
      {"architectures": ["Gemma3ForConditionalGeneration"], "boi_token_index": 255999,
      "eoi_token_index": 256000, "eos_token_id": [1, 106], "image_token_index": 262144,
      "initializer_range": 0.02, "mm_tokens_per_image": 256, "model_type": "gemma3",
      "text_config": {"head_dim": 128, "hidden_size": 5376, "intermediate_size": 21504,
      "model_type": "gemma3_text", "num_attention_heads": 32, "num_hidden_layers": 62,
      "num_key_value_heads": 16, "query_pre_attn_scalar": 168, "rope_scaling": {"factor": 8.0,
      "rope_type": "linear"}, "sliding_window": 1024}, "torch_dtype": "bfloat16", "vision_config":
      {"hidden_size": 1152, "image_size": 896, "intermediate_size": 4304, "model_type":
      "siglip_vision_model", "num_attention_heads": 16, "num_hidden_layers": 27, "patch_size": 14,
      "vision_use_head": false}}

    phi3-mini 3821079552 3821079552 0
      {"model_type": "phi3", "_name_or_path": "x", "architectures": ["Phi3ForCausalLM"],
      "attention_dropout": 0.0, "auto_map": {}, "bos_token_id": 1, "embd_pdrop": 0.0,
      "eos_token_id": 32000, "hidden_act": "silu", "hidden_size": 3072, "initializer_range": 0.02,
      "intermediate_size": 8192, "max_position_embeddings": 4096, "num_attention_heads": 32,
      "num_hidden_layers": 32, "num_key_value_heads": 32, "original_max_position_embeddings":
      4096, "pad_token_id": 32000, "resid_pdrop": 0.0, "rms_norm_eps": 1e-05, "rope_scaling":
      null, "rope_theta": 10000.0, "sliding_window": 2047, "tie_word_embeddings": false,
      "torch_dtype": "bfloat16", "use_cache": true, "attention_bias": false, "vocab_size": 32064}

    nemotron4-340b 341029195776 341029195776 0
      {"architectures": ["NemotronForCausalLM"], "attention_bias": false, "attention_dropout":
      0.0, "bos_token_id": 2, "eos_token_id": 3, "head_dim": 192, "hidden_act": "relu2",
      "hidden_size": 18432, "initializer_range": 0.0063, "intermediate_size": 73728,
      "max_position_embeddings": 4096, "mlp_bias": false, "model_type": "nemotron", "norm_eps":
      1e-05, "num_attention_heads": 96, "num_hidden_layers": 96, "num_key_value_heads": 8,
      "partial_rotary_factor": 0.5, "rope_theta": 10000.0, "tie_word_embeddings": false,
      "use_cache": true, "vocab_size": 256000}

    command-r-plus 103810674688 103810674688 0
      {"architectures": ["CohereForCausalLM"], "attention_bias": false, "attention_dropout": 0.0,
      "bos_token_id": 5, "eos_token_id": 255001, "hidden_act": "silu", "hidden_size": 12288,
      "initializer_range": 0.02, "intermediate_size": 33792, "layer_norm_eps": 1e-05,
      "logit_scale": 0.8333, "max_position_embeddings": 131072, "model_type": "cohere",
      "num_attention_heads": 96, "num_hidden_layers": 64, "num_key_value_heads": 8,
      "pad_token_id": 0, "rope_theta": 75000000.0, "tie_word_embeddings": true, "torch_dtype":
      "float16", "use_cache": true, "use_qk_norm": true, "vocab_size": 256000}

    falcon-180b 178557088768 178557088768 0
      {"alibi": false, "apply_residual_connection_post_layernorm": false, "architectures":
      ["FalconForCausalLM"], "attention_dropout": 0.0, "bias": false, "bos_token_id": 11,
      "eos_token_id": 11, "hidden_dropout": 0.0, "hidden_size": 14848, "initializer_range": 0.02,
      "layer_norm_epsilon": 1e-05, "model_type": "falcon", "multi_query": true,
      "new_decoder_architecture": true, "num_attention_heads": 232, "num_hidden_layers": 80,
      "num_kv_heads": 8, "parallel_attn": true, "torch_dtype": "bfloat16", "use_cache": true,
      "vocab_size": 65024, "max_position_embeddings": 2048}

    bloom-176b 176247271424 176247271424 0
      {"apply_residual_connection_post_layernorm": false, "architectures": ["BloomForCausalLM"],
      "attention_dropout": 0.0, "attention_softmax_in_fp32": true, "bias_dropout_fusion": true,
      "bos_token_id": 1, "eos_token_id": 2, "hidden_dropout": 0.0, "hidden_size": 14336,
      "initializer_range": 0.02, "layer_norm_epsilon": 1e-05, "masked_softmax_fusion": true,
      "model_type": "bloom", "n_head": 112, "n_inner": null, "n_layer": 70, "num_attention_heads":
      112, "offset_alibi": 100, "pad_token_id": 3, "pretraining_tp": 4, "skip_bias_add": true,
      "skip_bias_add_qkv": false, "slow_but_exact": false, "torch_dtype": "bfloat16",
      "unk_token_id": 0, "use_cache": true, "vocab_size": 250880, "seq_length": 2048}

    gpt-neox-20b 20554567680 20554567680 0
      {"architectures": ["GPTNeoXForCausalLM"], "attention_probs_dropout_prob": 0, "bos_token_id":
      0, "eos_token_id": 0, "hidden_act": "gelu_fast", "hidden_dropout_prob": 0, "hidden_size":
      6144, "initializer_range": 0.02, "intermediate_size": 24576, "layer_norm_eps": 1e-05,
      "max_position_embeddings": 2048, "model_type": "gpt_neox", "num_attention_heads": 64,
      "num_hidden_layers": 44, "rotary_emb_base": 10000, "rotary_pct": 0.25,
      "tie_word_embeddings": false, "torch_dtype": "float16", "use_cache": true, "vocab_size":
      50432}

    opt-66b 65719701504 65719701504 0
      {"_name_or_path": "x", "activation_dropout": 0.0, "activation_function": "relu",
      "architectures": ["OPTForCausalLM"], "attention_dropout": 0.0, "bos_token_id": 2,
      "do_layer_norm_before": true, "dropout": 0.1, "eos_token_id": 2, "ffn_dim": 36864,
      "hidden_size": 9216, "init_std": 0.02, "layerdrop": 0.0, "max_position_embeddings": 2048,
      "model_type": "opt", "num_attention_heads": 72, "num_hidden_layers": 64, "pad_token_id": 1,
      "torch_dtype": "float16", "use_cache": true, "vocab_size": 50272, "word_embed_proj_dim":
      9216, "prefix": "</s>"}
    """
}
