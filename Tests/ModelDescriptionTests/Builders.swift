import InputFiles
import ModelDescription

/// Model files as text, for tests.
enum ModelText {
  /// A native file with these architecture members.
  static func native(_ architecture: String, workload: String? = nil) -> String {
    """
    {
      "name": "test",
      "architecture": {
        \(architecture)
      }\(workload.map { ",\n  \"workload\": \($0)" } ?? "")
    }
    """
  }

  static let llama8B = native(
    """
    "hiddenSize": 4096, "vocabularySize": 128256, "maximumSequenceLength": 131072,
    "layers": 32,
    "attention": { "heads": 32, "keyValueHeads": 8 },
    "feedForward": { "intermediateSize": 14336 }
    """)

  /// Llama-3.1-8B as its `config.json` has it.
  static let llama8BConfiguration = """
    {"model_type": "llama", "hidden_size": 4096, "intermediate_size": 14336,
     "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads": 8,
     "vocab_size": 128256, "max_position_embeddings": 131072, "tie_word_embeddings": false}
    """
}

extension ModelFile {
  static func parse(_ text: String) throws(InputFaults) -> ModelFile {
    try parse(Array(text.utf8), file: "model.json")
  }
}

/// The faults of a text, as a user sees them; "none" where there are none.
func faults(of text: String) -> String {
  do throws(InputFaults) {
    _ = try ModelFile.parse(text)
    return "none"
  } catch {
    return error.description
  }
}
