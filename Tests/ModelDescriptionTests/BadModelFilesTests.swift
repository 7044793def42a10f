import InputFiles
import ModelDescription
import Testing

/// A text and the faults that it has, as a user sees them.
struct BadText: CustomTestStringConvertible, Sendable {
  var text: String
  var message: String
  var testDescription: String { message }

  init(_ text: String, _ message: String) {
    self.text = text
    self.message = message
  }
}

@Suite("What is wrong in a model file is said where it stands, with what is allowed")
struct BadModelFilesTests {
  @Test("native files", arguments: BadText.native)
  func native(_ bad: BadText) {
    #expect(faults(of: bad.text) == bad.message)
  }

  @Test("Hugging Face configurations", arguments: BadText.configurations)
  func configurations(_ bad: BadText) {
    #expect(faults(of: bad.text) == bad.message)
  }

  @Test("all faults of a file are told at once")
  func allAtOnce() {
    let text = """
      {"model_type": "llama", "hidden_size": 0, "num_hidden_layers": 2.5, "vocab_size": "many",
       "num_attention_heads": 32, "intermediate_size": 11008, "mystery": 1}
      """
    #expect(
      faults(of: text) == """
        model.json:1:40: error: hidden_size is 0, but must be from 1 to 1048576
        model.json:1:64: error: num_hidden_layers is 2.5, but must be a whole number from 1 to 16384
        model.json:1:83: error: vocab_size is "many", but must be a whole number from 1 to 16777216
        model.json:2:57: error: mystery is not understood for llama; remove the key if it changes neither the sizes of weights nor the arithmetic
        """)
  }

  @Test("an absent file exits with 66, a bad one with 65")
  func exitStatus() {
    func status(_ read: () throws(InputFaults) -> ModelFile) -> Int32 {
      do throws(InputFaults) {
        _ = try read()
        return 0
      } catch {
        return error.exitStatus
      }
    }
    #expect(status { () throws(InputFaults) in try ModelFile.read(path: "/nowhere.json") } == 66)
    #expect(status { () throws(InputFaults) in try ModelFile.parse("{") } == 65)
    #expect(status { () throws(InputFaults) in try ModelFile.parse(ModelText.llama8B) } == 0)
  }

  @Test("Python's infinities pass in a configuration and nowhere else")
  func infinities() {
    let fields = """
      "hidden_size": 4096, "intermediate_size": 14336, "num_hidden_layers": 32,
       "num_attention_heads": 32, "vocab_size": 128256
      """
    #expect(
      faults(
        of: """
          {"model_type": "llama", \(fields), "rope_parameters": {"a": -Infinity, "b": "Infinity"}}
          """) == "none")
    #expect(faults(of: #"{"architecture": {"hiddenSize": Infinity}}"#) != "none")
  }
}

extension BadText {
  private static func layer(_ attention: String, _ feedForward: String) -> String {
    """
    {"architecture": {"hiddenSize": 4096, "vocabularySize": 32000, "layers": 2,
      "attention": \(attention),
      "feedForward": \(feedForward)}}
    """
  }
  private static let heads = #"{"heads": 32}"#
  private static let network = #"{"intermediateSize": 11008}"#

  static let native: [BadText] = [
    BadText(
      "[]", "model.json:1:1: error: the document is an array, but must be an object"),
    BadText(
      "{}",
      "model.json:1:1: error: the document is no model: it has neither 'architecture', as a native"
        + " model file, nor 'model_type' or 'architectures', as a Hugging Face config.json"),
    BadText(
      #"{"architecture": {"hiddenSize": 4096}, "workloads": {}}"#,
      """
      model.json:1:18: error: architecture needs the key 'vocabularySize'
      model.json:1:18: error: architecture needs the key 'layers'
      model.json:1:18: error: architecture needs the key 'attention'
      model.json:1:18: error: architecture needs the key 'feedForward'
      model.json:1:40: error: the document has no key 'workloads'; did you mean 'workload'?
      """),
    BadText(
      layer(#"{"heads": 32, "keyValueHeads": 5}"#, network),
      "model.json:2:47: error: architecture.attention.keyValueHeads is 5, but must divide the 32"
        + " heads"),
    BadText(
      layer(#"{"heads": 33}"#, network),
      "model.json:2:26: error: architecture.attention.heads is 33, but must divide the hidden size"
        + " 4096 where headSize is absent"),
    BadText(
      layer(#"{"heads": 32, "kvHeads": 8}"#, network),
      "model.json:2:30: error: architecture.attention has no key 'kvHeads'; it may have 'kind',"
        + " 'heads', 'keyValueHeads', 'headSize', 'valueSize', 'window', 'queryKeyNorm', 'bias',"
        + " 'outputBias', 'sinks', 'outputGate' and 'fused'"),
    BadText(
      layer(#"{"kind": "softmacks", "heads": 32}"#, network),
      "model.json:2:25: error: architecture.attention.kind is \"softmacks\", but must be one of"
        + " \"softmax\", \"mla\", \"linear\", \"stateSpace\" or \"none\"; did you mean \"softmax\"?"
    ),
    BadText(
      layer(heads, #"{"count": 4, "perToken": 5, "intermediateSize": 10}"#),
      "model.json:3:43: error: architecture.feedForward.perToken is 5, but must be at most the"
        + " count, 4"),
    BadText(
      layer(heads, #"{"intermediateSize": 1e30}"#),
      "model.json:3:39: error: architecture.feedForward.intermediateSize is 1e30, but must be a"
        + " whole number of at most 9223372036854775807"),
    BadText(
      layer(
        heads,
        #"{"count": 16384, "perToken": 1, "intermediateSize": 1048576}"#
      ).replacing("\"layers\": 2", with: "\"layers\": 16384")
        .replacing("\"hiddenSize\": 4096", with: "\"hiddenSize\": 1048576"),
      "model.json:1:18: error: architecture describes more than 1,152,921,504,606,846,976"
        + " parameters; look for a size with too many digits"),
    BadText(
      layer(
        #"{"kind": "linear", "keyHeads": 3, "valueHeads": 8, "keySize": 1, "valueSize": 1}"#,
        network),
      "model.json:2:47: error: architecture.attention.keyHeads is 3, but must divide the 8"
        + " valueHeads"),
    BadText(
      #"{"architecture": {"hiddenSize": 64, "vocabularySize": 10, "layers": []}}"#,
      "model.json:1:69: error: architecture.layers has 0 elements, but must have from 1 to 16384"),
    BadText(
      ModelText.native(
        #""hiddenSize": 64, "vocabularySize": 10, "layers": 1, "attention": {"heads": 2}, "feedForward": {"kind": "none"}"#,
        workload: #"{"globalBatch": 8, "globalBatchTokens": 80, "precision": "fp7"}"#),
      """
      model.json:6:34: error: workload has 'globalBatch' and 'globalBatchTokens', but must have only one of them
      model.json:6:72: error: workload.precision is "fp7", but must be one of "fp32", "tf32", "fp16", "bf16", "fp8", "mxfp8", "nvfp4" or "int8"; did you mean "fp8"?
      """),
  ]

  private static func llama(_ change: String) -> String {
    """
    {"model_type": "llama", "hidden_size": 4096, "num_hidden_layers": 2, "vocab_size": 32000,
     "intermediate_size": 11008, \(change)}
    """
  }

  static let configurations: [BadText] = [
    BadText(
      #"{"architectures": ["MysteryForCausalLM"], "hidden_size": 4096}"#,
      "model.json:1:1: error: the document needs the key 'model_type'"),
    BadText(
      #"{"model_type": "lama"}"#,
      "model.json:1:16: error: model_type is \"lama\", which is not understood; describe its layers"
        + " in a native model file (the nearest model type that is understood is 'llama')"),
    BadText(
      #"{"model_type": "qwen3_vl", "text_config": {"model_type": "t5"}}"#,
      "model.json:1:58: error: text_config.model_type is \"t5\", which is not understood; describe"
        + " its layers in a native model file"),
    BadText(
      llama(#""num_attention_heads": 32, "num_key_value_heads": 5"#),
      "model.json:2:80: error: num_key_value_heads is 5, but must divide num_attention_heads, 32"),
    BadText(
      llama(#""num_attention_heads": 30"#),
      "model.json:2:53: error: num_attention_heads is 30, but must divide hidden_size, 4096"),
    BadText(
      llama(#""num_attention_heads": null"#),
      "model.json:1:1: error: the document needs the key 'num_attention_heads'"),
    BadText(
      llama(#""num_attention_heads": 32, "attention_bias": "no""#),
      "model.json:2:75: error: attention_bias is \"no\", but must be true or false"),
    BadText(
      llama(#""num_attention_heads": 32, "num_experts": 8"#),
      "model.json:2:57: error: num_experts is not understood for llama; remove the key if it"
        + " changes neither the sizes of weights nor the arithmetic"),
    BadText(
      """
      {"model_type": "mixtral", "hidden_size": 64, "num_hidden_layers": 1, "vocab_size": 10,
       "num_attention_heads": 2, "intermediate_size": 100, "num_local_experts": 4,
       "num_experts_per_tok": 5}
      """,
      "model.json:3:25: error: num_experts_per_tok is 5, but must be at most n_routed_experts, 4"),
    BadText(
      """
      {"model_type": "qwen3", "hidden_size": 64, "num_hidden_layers": 3, "vocab_size": 10,
       "num_attention_heads": 2, "intermediate_size": 100,
       "layer_types": ["full_attention", "sliding_atention"]}
      """,
      "model.json:3:36: error: layer_types[1] is \"sliding_atention\", but must be one of"
        + " \"full_attention\" or \"sliding_attention\""),
    BadText(
      """
      {"model_type": "qwen3", "hidden_size": 64, "num_hidden_layers": 3, "vocab_size": 10,
       "num_attention_heads": 2, "intermediate_size": 100, "layer_types": ["full_attention"]}
      """,
      "model.json:2:69: error: layer_types has 1 entries, but must have one for each of 3 layers"),
    BadText(
      """
      {"model_type": "nemotron_h", "hidden_size": 64, "vocab_size": 10,
       "hybrid_override_pattern": "M-X"}
      """,
      "model.json:2:29: error: hybrid_override_pattern has \"X\" at layer 2, but must have only"
        + " M (state space), * (attention), - (dense network) and E (experts)"),
    BadText(
      """
      {"model_type": "qwen3_moe", "hidden_size": 64, "num_hidden_layers": 1, "vocab_size": 10,
       "num_attention_heads": 2, "num_experts": 4, "num_experts_per_tok": 2,
       "moe_intermediate_size": 8, "use_qk_norm": false}
      """,
      "model.json:3:45: error: use_qk_norm is false, which is not understood for qwen3_moe, but must"
        + " be true"),
  ]
}
