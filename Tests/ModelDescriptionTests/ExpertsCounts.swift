extension TransformersCounts {
  /// Decoders with experts: name, parameters of the text model, active ones (`-` where the
  /// configuration leaves them open), parameters of the vision tower, and the configuration.
  ///
  /// - Source: counted on modules that transformers 5.23 builds without memory, of its classes' own
  ///   defaults and of variations of them.
  static let experts = """
    mixtral 46702792704 12879925248 0
      {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": false,
      "num_experts_per_tok": 2, "num_local_experts": 8, "model_type": "mixtral"}

    qwen2_moe 14315784192 2689173504 0
      {"vocab_size": 151936, "hidden_size": 2048, "num_hidden_layers": 24, "num_attention_heads":
      16, "num_key_value_heads": 16, "tie_word_embeddings": false, "moe_intermediate_size": 1408,
      "shared_expert_intermediate_size": 5632, "num_experts_per_tok": 4, "num_experts": 60,
      "model_type": "qwen2_moe"}

    qwen3_moe-0 11419327488 849681408 0
      {"vocab_size": 32896, "hidden_size": 2048, "num_hidden_layers": 8, "num_attention_heads":
      32, "num_key_value_heads": 4, "tie_word_embeddings": true, "attention_bias": true,
      "moe_intermediate_size": 1792, "num_experts_per_tok": 8, "num_local_experts": 128,
      "model_type": "qwen3_moe"}

    qwen3_vl_moe_text-0 1167076864 600845824 0
      {"vocab_size": 151936, "hidden_size": 2048, "num_hidden_layers": 6, "num_attention_heads":
      16, "num_key_value_heads": 16, "tie_word_embeddings": true, "attention_bias": true,
      "moe_intermediate_size": 1280, "num_experts_per_tok": 4, "num_local_experts": 16,
      "head_dim": 128, "model_type": "qwen3_vl_moe_text"}

    deepseek_v2 38612307968 - 0
      {"vocab_size": 102400, "hidden_size": 4096, "num_hidden_layers": 32, "num_attention_heads":
      32, "tie_word_embeddings": false, "kv_lora_rank": 512, "q_lora_rank": 1536,
      "n_routed_experts": 64, "n_shared_experts": 2, "qk_nope_head_dim": 128, "qk_rope_head_dim":
      64, "v_head_dim": 128, "moe_intermediate_size": 1407, "model_type": "deepseek_v2"}

    deepseek_v2-0 2521539560 - 0
      {"vocab_size": 102400, "hidden_size": 4096, "num_hidden_layers": 6, "num_attention_heads":
      32, "tie_word_embeddings": true, "mlp_bias": true, "kv_lora_rank": 512, "q_lora_rank": 1536,
      "n_routed_experts": 16, "n_shared_experts": 2, "qk_nope_head_dim": 128, "qk_rope_head_dim":
      64, "v_head_dim": 128, "moe_intermediate_size": 1407, "model_type": "deepseek_v2"}

    deepseek_v3-0 35460809728 2694906880 0
      {"vocab_size": 32256, "hidden_size": 7168, "intermediate_size": 512,
      "moe_intermediate_size": 2048, "num_hidden_layers": 4, "num_attention_heads": 128,
      "n_shared_experts": 1, "n_routed_experts": 256, "kv_lora_rank": 512, "qk_rope_head_dim": 64,
      "v_head_dim": 128, "qk_nope_head_dim": 128, "num_experts_per_tok": 8,
      "first_k_dense_replace": 1, "tie_word_embeddings": true, "num_nextn_predict_layers": 1,
      "model_type": "deepseek_v3"}

    deepseek_v32 671877929216 38403807488 0
      {"vocab_size": 129280, "hidden_size": 7168, "intermediate_size": 18432,
      "moe_intermediate_size": 2048, "num_hidden_layers": 61, "num_attention_heads": 128,
      "n_shared_experts": 1, "n_routed_experts": 256, "kv_lora_rank": 512, "q_lora_rank": 1536,
      "qk_rope_head_dim": 64, "v_head_dim": 128, "qk_nope_head_dim": 128, "num_experts_per_tok":
      8, "tie_word_embeddings": false, "index_topk": 2048, "index_head_dim": 128, "index_n_heads":
      64, "model_type": "deepseek_v32"}

    deepseek_v4 284325869015 13793261015 0
      {"vocab_size": 129280, "hidden_size": 4096, "moe_intermediate_size": 2048,
      "num_hidden_layers": 43, "num_attention_heads": 64, "head_dim": 512, "q_lora_rank": 1024,
      "num_experts_per_tok": 6, "n_routed_experts": 256, "n_shared_experts": 1, "hc_mult": 4,
      "sliding_window": 128, "o_groups": 8, "o_lora_rank": 1024, "index_n_heads": 64,
      "index_head_dim": 128, "index_topk": 512, "num_nextn_predict_layers": 1,
      "tie_word_embeddings": false, "model_type": "deepseek_v4"}

    glm4_moe 103481200640 10053079040 0
      {"vocab_size": 151552, "hidden_size": 4096, "intermediate_size": 10944, "num_hidden_layers":
      46, "num_attention_heads": 96, "num_key_value_heads": 8, "tie_word_embeddings": false,
      "moe_intermediate_size": 1408, "num_experts_per_tok": 8, "n_shared_experts": 1,
      "n_routed_experts": 128, "num_nextn_predict_layers": 1, "model_type": "glm4_moe"}

    glm4_moe_lite-0 677253376 337514752 0
      {"vocab_size": 33152, "hidden_size": 2048, "intermediate_size": 2048,
      "moe_intermediate_size": 1536, "num_hidden_layers": 4, "num_attention_heads": 20,
      "n_shared_experts": 2, "n_routed_experts": 16, "kv_lora_rank": 512, "q_lora_rank": 768,
      "qk_rope_head_dim": 64, "v_head_dim": 256, "qk_nope_head_dim": 192, "num_experts_per_tok":
      4, "tie_word_embeddings": true, "attention_bias": true, "model_type": "glm4_moe_lite"}

    glm_moe_dsa 743911199232 41784709632 0
      {"vocab_size": 154880, "hidden_size": 6144, "intermediate_size": 12288,
      "moe_intermediate_size": 2048, "num_hidden_layers": 78, "num_attention_heads": 64,
      "n_shared_experts": 1, "n_routed_experts": 256, "kv_lora_rank": 512, "q_lora_rank": 2048,
      "qk_rope_head_dim": 64, "v_head_dim": 256, "qk_nope_head_dim": 192, "num_experts_per_tok":
      8, "tie_word_embeddings": false, "index_topk": 2048, "index_head_dim": 128, "index_n_heads":
      32, "model_type": "glm_moe_dsa"}

    gpt_oss 116829156672 5711982912 0
      {"num_hidden_layers": 36, "num_local_experts": 128, "vocab_size": 201088, "hidden_size":
      2880, "intermediate_size": 2880, "head_dim": 64, "num_attention_heads": 64,
      "num_key_value_heads": 8, "tie_word_embeddings": false, "num_experts_per_tok": 4,
      "model_type": "gpt_oss"}

    minimax_m2-0 2691154944 1785185280 0
      {"vocab_size": 200064, "hidden_size": 3072, "intermediate_size": 2048, "num_hidden_layers":
      6, "num_attention_heads": 48, "num_key_value_heads": 8, "head_dim": 128,
      "tie_word_embeddings": true, "num_experts_per_tok": 8, "num_local_experts": 16,
      "model_type": "minimax_m2"}

    minimax_m3_vl_text 447186441216 25910547456 0
      {"vocab_size": 200064, "hidden_size": 6144, "intermediate_size": 3072, "num_hidden_layers":
      60, "num_attention_heads": 64, "num_key_value_heads": 4, "head_dim": 128,
      "tie_word_embeddings": false, "num_experts_per_tok": 4, "num_local_experts": 128,
      "dense_intermediate_size": 12288, "shared_intermediate_size": 3072, "model_type":
      "minimax_m3_vl_text"}

    mimo_v2_flash 308778768832 15445924288 0
      {"vocab_size": 152576, "hidden_size": 4096, "intermediate_size": 16384, "num_hidden_layers":
      48, "num_attention_heads": 64, "num_key_value_heads": 4, "tie_word_embeddings": false,
      "moe_intermediate_size": 2048, "num_experts_per_tok": 8, "n_routed_experts": 256,
      "head_dim": 192, "v_head_dim": 128, "sliding_window": 129, "model_type": "mimo_v2_flash"}

    phimoe-0 1269686272 565043200 0
      {"vocab_size": 32064, "hidden_size": 4096, "intermediate_size": 1024, "num_hidden_layers":
      4, "num_attention_heads": 32, "num_key_value_heads": 16, "tie_word_embeddings": false,
      "num_experts_per_tok": 2, "num_local_experts": 16, "attention_bias": true, "model_type":
      "phimoe"}

    olmoe 13361612800 2087323648 0
      {"vocab_size": 50304, "hidden_size": 2048, "intermediate_size": 2048, "num_hidden_layers":
      16, "num_attention_heads": 16, "num_key_value_heads": 16, "tie_word_embeddings": false,
      "num_experts_per_tok": 8, "num_experts": 64, "model_type": "olmoe"}

    flex_olmo 33270665216 24613621760 0
      {"vocab_size": 100352, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "num_experts_per_tok": 5, "num_experts": 7, "model_type": "flex_olmo"}

    granitemoe 37039116288 11067985920 0
      {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "num_local_experts": 8, "num_experts_per_tok": 2, "model_type": "granitemoe"}

    granitemoeshared 37039116288 11067985920 0
      {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "num_local_experts": 8, "num_experts_per_tok": 2, "model_type": "granitemoeshared"}

    ernie4_5_moe-0 5933401920 1372096320 0
      {"vocab_size": 103424, "hidden_size": 2560, "intermediate_size": 12288, "num_hidden_layers":
      6, "num_attention_heads": 20, "num_key_value_heads": 10, "tie_word_embeddings": false,
      "use_bias": true, "moe_intermediate_size": 2048, "moe_k": 6, "moe_num_experts": 64,
      "moe_num_shared_experts": 2, "model_type": "ernie4_5_moe"}

    hunyuan_v1_moe 43488907264 17517776896 0
      {"vocab_size": 290943, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "num_experts": 8, "moe_topk": 2, "model_type": "hunyuan_v1_moe"}

    hy_v3-0 27262261248 2952075264 0
      {"vocab_size": 120832, "hidden_size": 4096, "intermediate_size": 13312, "num_hidden_layers":
      8, "num_attention_heads": 64, "num_key_value_heads": 8, "head_dim": 128,
      "tie_word_embeddings": false, "num_experts": 192, "num_experts_per_tok": 8,
      "num_shared_experts": 1, "moe_intermediate_size": 1536, "model_type": "hy_v3"}

    exaone_moe 28550639616 6706704384 0
      {"vocab_size": 102400, "hidden_size": 4096, "intermediate_size": 16384, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "moe_intermediate_size": 1024, "num_experts": 64, "num_experts_per_tok": 8,
      "num_shared_experts": 1, "model_type": "exaone_moe"}

    dots1 4685273856 3050281728 0
      {"vocab_size": 152064, "hidden_size": 4608, "intermediate_size": 10944,
      "moe_intermediate_size": 1408, "num_hidden_layers": 8, "num_attention_heads": 32,
      "num_key_value_heads": 32, "n_shared_experts": 2, "n_routed_experts": 16,
      "num_experts_per_tok": 4, "first_k_dense_replace": 1, "tie_word_embeddings": false,
      "model_type": "dots1"}

    solar_open 102651793408 12054827008 0
      {"vocab_size": 196608, "hidden_size": 4096, "num_hidden_layers": 48, "num_attention_heads":
      64, "num_key_value_heads": 8, "tie_word_embeddings": false, "moe_intermediate_size": 1280,
      "num_experts_per_tok": 8, "n_shared_experts": 1, "n_routed_experts": 128, "head_dim": 128,
      "model_type": "solar_open"}

    mistral4 118972826624 6632588288 0
      {"vocab_size": 131072, "hidden_size": 4096, "moe_intermediate_size": 2048,
      "num_hidden_layers": 36, "num_attention_heads": 32, "n_shared_experts": 1,
      "n_routed_experts": 128, "kv_lora_rank": 256, "q_lora_rank": 1024, "qk_rope_head_dim": 64,
      "v_head_dim": 128, "qk_nope_head_dim": 64, "num_experts_per_tok": 4, "tie_word_embeddings":
      false, "model_type": "mistral4"}

    llama4_text 107769861120 17172894720 0
      {"vocab_size": 202048, "hidden_size": 5120, "intermediate_size": 8192,
      "intermediate_size_mlp": 16384, "num_hidden_layers": 48, "num_attention_heads": 40,
      "num_key_value_heads": 8, "tie_word_embeddings": false, "num_experts_per_tok": 1,
      "num_local_experts": 16, "model_type": "llama4_text"}

    afmoe 19232600000 3678547904 0
      {"vocab_size": 200192, "hidden_size": 2048, "intermediate_size": 6144,
      "moe_intermediate_size": 1408, "num_hidden_layers": 32, "num_attention_heads": 16,
      "num_key_value_heads": 16, "tie_word_embeddings": false, "num_experts": 64,
      "num_experts_per_tok": 6, "num_shared_experts": 2, "model_type": "afmoe"}
    """
}
