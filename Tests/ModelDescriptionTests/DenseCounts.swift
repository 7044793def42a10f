extension TransformersCounts {
  /// Dense decoders: name, parameters of the text model, active ones (`-` where the
  /// configuration leaves them open), parameters of the vision tower, and the configuration.
  ///
  /// - Source: counted on modules that transformers 5.23 builds without memory, of its classes' own
  ///   defaults and of variations of them.
  static let dense = """
    llama-0 723726336 723726336 0
      {"vocab_size": 33024, "hidden_size": 4096, "intermediate_size": 512, "num_hidden_layers": 8,
      "num_attention_heads": 32, "num_key_value_heads": 16, "tie_word_embeddings": false,
      "attention_bias": true, "mlp_bias": true, "model_type": "llama"}

    mistral 7241732096 7241732096 0
      {"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": false,
      "model_type": "mistral"}

    ministral3 8489553920 8489553920 0
      {"vocab_size": 131072, "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers":
      34, "num_attention_heads": 32, "num_key_value_heads": 8, "tie_word_embeddings": false,
      "model_type": "ministral3"}

    qwen2-1 650244096 650244096 0
      {"vocab_size": 32768, "hidden_size": 4096, "intermediate_size": 1536, "num_hidden_layers":
      6, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": true,
      "model_type": "qwen2"}

    qwen3 12049461248 12049461248 0
      {"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "head_dim": 128,
      "tie_word_embeddings": false, "model_type": "qwen3"}

    glm-0 1436604416 1436604416 0
      {"vocab_size": 151552, "hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers":
      4, "num_attention_heads": 32, "num_key_value_heads": 2, "tie_word_embeddings": true,
      "model_type": "glm"}

    glm4 9400279040 9400279040 0
      {"vocab_size": 151552, "hidden_size": 4096, "intermediate_size": 13696, "num_hidden_layers":
      40, "num_attention_heads": 32, "num_key_value_heads": 2, "tie_word_embeddings": false,
      "model_type": "glm4"}

    smollm3 3075098624 3075098624 0
      {"vocab_size": 128256, "hidden_size": 2048, "intermediate_size": 11008, "num_hidden_layers":
      36, "num_attention_heads": 16, "num_key_value_heads": 4, "tie_word_embeddings": true,
      "model_type": "smollm3"}

    seed_oss-0 858913792 858913792 0
      {"vocab_size": 33024, "hidden_size": 4096, "intermediate_size": 2304, "num_hidden_layers":
      6, "num_attention_heads": 80, "num_key_value_heads": 8, "tie_word_embeddings": true,
      "attention_bias": false, "attention_out_bias": true, "mlp_bias": true, "head_dim": 128,
      "model_type": "seed_oss"}

    arcee 4022766080 4022766080 0
      {"vocab_size": 32000, "hidden_size": 2560, "intermediate_size": 18432, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "arcee"}

    helium-0 727628800 727628800 0
      {"vocab_size": 48000, "hidden_size": 2560, "intermediate_size": 7040, "num_hidden_layers":
      6, "num_attention_heads": 20, "num_key_value_heads": 20, "tie_word_embeddings": false,
      "attention_bias": true, "mlp_bias": true, "model_type": "helium"}

    granite-1 1616449536 1616449536 0
      {"vocab_size": 32128, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      8, "num_attention_heads": 32, "num_key_value_heads": 16, "tie_word_embeddings": true,
      "model_type": "granite"}

    internlm3 8804241408 8804241408 0
      {"vocab_size": 128512, "hidden_size": 4096, "intermediate_size": 10240, "num_hidden_layers":
      48, "num_attention_heads": 32, "num_key_value_heads": 2, "tie_word_embeddings": false,
      "model_type": "internlm3"}

    olmo 6888095744 6888095744 0
      {"vocab_size": 50304, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "olmo"}

    olmo2 6888624128 6888624128 0
      {"vocab_size": 50304, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "olmo2"}

    olmo3 6888624128 6888624128 0
      {"vocab_size": 50304, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "olmo3"}

    exaone4 9429069824 9429069824 0
      {"vocab_size": 102400, "hidden_size": 4096, "intermediate_size": 16384, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "exaone4"}

    gemma 8537680896 8537680896 0
      {"vocab_size": 256000, "hidden_size": 3072, "intermediate_size": 24576, "num_hidden_layers":
      28, "num_attention_heads": 16, "num_key_value_heads": 16, "head_dim": 256,
      "tie_word_embeddings": true, "model_type": "gemma"}

    gemma2 2614341888 2614341888 0
      {"vocab_size": 256000, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers":
      26, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
      "tie_word_embeddings": true, "model_type": "gemma2"}

    gemma3_text 2628658432 2628658432 0
      {"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216, "num_hidden_layers":
      26, "num_attention_heads": 8, "num_key_value_heads": 4, "head_dim": 256,
      "tie_word_embeddings": true, "model_type": "gemma3_text"}

    cohere-0 10771177472 10771177472 0
      {"vocab_size": 256000, "hidden_size": 8192, "intermediate_size": 22528, "num_hidden_layers":
      8, "num_attention_heads": 64, "num_key_value_heads": 64, "tie_word_embeddings": false,
      "use_qk_norm": true, "model_type": "cohere"}

    cohere2 34980831232 34980831232 0
      {"vocab_size": 256000, "hidden_size": 8192, "intermediate_size": 22528, "num_hidden_layers":
      40, "num_attention_heads": 64, "num_key_value_heads": 64, "tie_word_embeddings": true,
      "model_type": "cohere2"}

    phi-0 197222400 197222400 0
      {"vocab_size": 32768, "hidden_size": 2048, "intermediate_size": 768, "num_hidden_layers": 4,
      "num_attention_heads": 32, "num_key_value_heads": 16, "tie_word_embeddings": false,
      "qk_layernorm": true, "model_type": "phi"}

    phi3 3821079552 3821079552 0
      {"vocab_size": 32064, "hidden_size": 3072, "intermediate_size": 8192, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "phi3"}

    starcoder2-1 534829056 534829056 0
      {"vocab_size": 49152, "hidden_size": 3072, "num_hidden_layers": 4, "num_attention_heads":
      24, "num_key_value_heads": 2, "use_bias": false, "tie_word_embeddings": true, "model_type":
      "starcoder2"}

    stablelm-0 329384960 329384960 0
      {"vocab_size": 50304, "intermediate_size": 1792, "hidden_size": 2560, "num_hidden_layers":
      6, "num_attention_heads": 32, "num_key_value_heads": 16, "tie_word_embeddings": true,
      "model_type": "stablelm"}

    stablelm-1 559134720 559134720 0
      {"vocab_size": 32512, "intermediate_size": 6912, "hidden_size": 2560, "num_hidden_layers":
      6, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": true,
      "use_qkv_bias": true, "qk_layernorm": true, "use_parallel_residual": true, "model_type":
      "stablelm"}

    persimmon-0 1340932096 1340932096 0
      {"vocab_size": 32384, "hidden_size": 4096, "num_hidden_layers": 6, "num_attention_heads":
      64, "tie_word_embeddings": true, "qk_layernorm": false, "model_type": "persimmon"}

    nemotron-0 4177883136 4177883136 0
      {"vocab_size": 256000, "hidden_size": 6144, "intermediate_size": 1280, "num_hidden_layers":
      8, "num_attention_heads": 48, "num_key_value_heads": 24, "tie_word_embeddings": false,
      "attention_bias": true, "model_type": "nemotron"}

    hunyuan_v1_dense 8859684864 8859684864 0
      {"vocab_size": 290943, "hidden_size": 4096, "intermediate_size": 11008, "num_hidden_layers":
      32, "num_attention_heads": 32, "num_key_value_heads": 32, "tie_word_embeddings": false,
      "model_type": "hunyuan_v1_dense"}

    gpt2 124439808 124439808 0
      {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12,
      "tie_word_embeddings": true, "model_type": "gpt2"}

    gpt_bigcode 111446784 111446784 0
      {"vocab_size": 50257, "n_positions": 1024, "n_embd": 768, "n_layer": 12, "n_head": 12,
      "tie_word_embeddings": true, "model_type": "gpt_bigcode"}

    gpt_neo 1315575808 1315575808 0
      {"vocab_size": 50257, "max_position_embeddings": 2048, "hidden_size": 2048, "num_layers":
      24, "num_heads": 16, "tie_word_embeddings": true, "model_type": "gpt_neo"}

    gpt_neox-0 2011926528 2011926528 0
      {"vocab_size": 32512, "hidden_size": 6144, "num_hidden_layers": 4, "num_attention_heads":
      64, "tie_word_embeddings": true, "attention_bias": false, "model_type": "gpt_neox"}

    gptj 6050882784 6050882784 0
      {"vocab_size": 50400, "n_embd": 4096, "n_layer": 28, "n_head": 16, "tie_word_embeddings":
      false, "model_type": "gptj"}

    codegen 6050882784 6050882784 0
      {"vocab_size": 50400, "n_embd": 4096, "n_layer": 28, "n_head": 16, "tie_word_embeddings":
      false, "model_type": "codegen"}

    opt-0 69438464 69438464 0
      {"vocab_size": 32896, "hidden_size": 768, "num_hidden_layers": 4, "ffn_dim": 1280,
      "max_position_embeddings": 2048, "num_attention_heads": 12, "tie_word_embeddings": false,
      "model_type": "opt"}

    bloom 16156544 16156544 0
      {"vocab_size": 250880, "hidden_size": 64, "n_layer": 2, "n_head": 8, "tie_word_embeddings":
      true, "model_type": "bloom"}

    mpt 1311213568 1311213568 0
      {"d_model": 2048, "n_heads": 16, "n_layers": 24, "expansion_ratio": 4, "vocab_size": 50368,
      "tie_word_embeddings": true, "model_type": "mpt"}

    falcon 6921720704 6921720704 0
      {"vocab_size": 65024, "hidden_size": 4544, "num_hidden_layers": 32, "num_attention_heads":
      71, "tie_word_embeddings": true, "model_type": "falcon"}

    falcon-0 2281315200 2281315200 0
      {"vocab_size": 32896, "hidden_size": 4544, "num_hidden_layers": 8, "num_attention_heads":
      71, "multi_query": false, "parallel_attn": false, "tie_word_embeddings": false,
      "model_type": "falcon"}

    falcon-1 1806886272 1806886272 0
      {"vocab_size": 33024, "hidden_size": 4544, "num_hidden_layers": 8, "num_attention_heads":
      71, "bias": true, "tie_word_embeddings": true, "model_type": "falcon"}

    minicpm3-0 343431680 343431680 0
      {"vocab_size": 73448, "hidden_size": 2560, "intermediate_size": 768, "num_hidden_layers": 8,
      "num_attention_heads": 40, "tie_word_embeddings": true, "mlp_bias": true, "kv_lora_rank":
      256, "q_lora_rank": 768, "qk_nope_head_dim": 64, "qk_rope_head_dim": 32, "v_head_dim": 64,
      "model_type": "minicpm3"}

    ernie4_5-0 117978112 117978112 0
      {"vocab_size": 32256, "hidden_size": 1024, "intermediate_size": 3072, "num_hidden_layers":
      6, "num_attention_heads": 16, "num_key_value_heads": 2, "tie_word_embeddings": true,
      "head_dim": 128, "model_type": "ernie4_5"}
    """
}
