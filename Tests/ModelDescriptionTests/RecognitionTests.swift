import InputFiles
import ModelDescription
import Testing

@Suite("A configuration is recognised by its keys, and what it leaves out is said")
struct RecognitionTests {
  private static let qwen = """
    "hidden_size": 64, "num_hidden_layers": 4, "vocab_size": 100, "num_attention_heads": 2,
    "num_key_value_heads": 1, "head_dim": 32, "linear_num_key_heads": 2,
    "linear_num_value_heads": 2, "linear_key_head_dim": 8, "linear_value_head_dim": 8,
    "linear_conv_kernel_dim": 4, "num_experts": 4, "num_experts_per_tok": 2,
    "moe_intermediate_size": 8, "shared_expert_intermediate_size": 8,
    "tie_word_embeddings": false
    """

  @Test("a text model may stand flat, in its wrapper, or alone: it is the same model")
  func wrapping() throws {
    func model(_ text: String) throws -> ModelDescription { try ModelFile.parse(text).model }
    let alone = try model(#"{"model_type": "qwen3_5_moe_text", \#(Self.qwen)}"#)
    let flat = try model(#"{"model_type": "qwen3_5_moe", \#(Self.qwen)}"#)
    let wrapped = try model(#"{"model_type": "qwen3_5_moe", "text_config": {\#(Self.qwen)}}"#)
    #expect(alone.kinds == flat.kinds)
    #expect(alone.kinds == wrapped.kinds)
    #expect(alone.layers == [0, 0, 0, 1])
    #expect(wrapped.modelType == "qwen3_5_moe")
    #expect(wrapped.assumptions.isEmpty)
  }

  @Test("without model_type the name of the architecture tells it, and the model says so")
  func architecture() throws {
    let text = ModelText.llama8BConfiguration.replacing(
      "\"model_type\": \"llama\"", with: "\"architectures\": [\"LlamaForCausalLM\"]")
    let model = try ModelFile.parse(text).model
    #expect(model.parameters.total == 8_030_261_248)
    #expect(
      model.assumptions == ["model_type is absent: llama, by the name of the architecture"])
  }

  @Test("a size or a tied head that the file leaves out is an assumption")
  func assumptions() throws {
    let model = try ModelFile.parse(
      """
      {"model_type": "gemma3", "audio_config": {}, "text_config":
        {"hidden_size": 64, "num_hidden_layers": 1, "intermediate_size": 128}}
      """
    ).model
    #expect(
      model.assumptions == [
        "vocab_size is absent: 262208, as transformers takes it for gemma3_text",
        "tie_word_embeddings is absent: true, as transformers takes it for gemma3_text",
        "num_attention_heads is absent: 8, as transformers takes it for gemma3_text",
        "num_key_value_heads is absent: 4, as transformers takes it for gemma3_text",
        "head_dim is absent: 256, as transformers takes it for gemma3_text",
        "the audio tower's parameters are not counted",
      ])
  }

  @Test("a vision tower of unknown shape is said not to be counted")
  func towers() throws {
    let text = ModelText.llama8BConfiguration
    let model = try ModelFile.parse(
      #"{"model_type": "llava", "vision_config": {}, "text_config": \#(text)}"#
    ).model
    #expect(model.parameters.total == 8_030_261_248)
    #expect(model.parameters.vision == 0)
    #expect(model.assumptions == ["the vision tower's parameters are not counted"])
  }

  @Test("each layer of a searched model has its own heads and width, or lacks the branch")
  func searchedLayers() throws {
    let model = try ModelFile.parse(
      """
      {"model_type": "nemotron-nas", "hidden_size": 8192, "num_hidden_layers": 2,
       "num_attention_heads": 64, "intermediate_size": null, "num_key_value_heads": null,
       "vocab_size": 128256, "tie_word_embeddings": false, "block_configs": [
         {"attention": {"n_heads_in_group": 8, "no_op": false, "replace_with_linear": false},
          "ffn": {"ffn_mult": 5.25, "no_op": false}},
         {"attention": {"n_heads_in_group": null, "no_op": true}, "ffn": {"ffn_mult": 1.3125}}]}
      """
    ).model
    #expect(model.kinds.map(\.name) == ["attention+feedForward", "feedForward"])
    // Eight key heads of 128, two thirds of 5.25 · 8,192; then two thirds of 1.3125 · 8,192 alone.
    let first = 8192 * (2 * 8192 + 2 * 1024) + 3 * 8192 * 28_672 + 2 * 8192
    #expect(model.kinds.map(\.weights) == [first, 3 * 8192 * 7168 + 8192])
  }
}
