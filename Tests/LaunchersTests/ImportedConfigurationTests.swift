import InputFiles
import ParallelismVocabulary
import Testing

@testable import Launchers

@Suite("Configurations that are read")
struct ImportedConfigurationTests {
  private let torchtitan = """
    # Llama 3 8B
    [model]
    name = "llama3"
    flavor = "8B"

    [training]
    local_batch_size = 2
    seq_len = 8_192  # tokens
    [parallelism]
    data_parallel_shard_degree = -1
    tensor_parallel_degree = 2
    context_parallel_degree = 1
    pipeline_parallel_degree = 1
    module_fqns_per_model_part = [
      ["tok_embeddings"], ["norm", "output"],
    ]
    [activation_checkpoint]
    mode = "full"
    [compile]
    enable = true
    """

  @Test("torchtitan's degrees, batch and recomputation")
  func torchtitanLaunch() throws {
    let launch = try ImportedLaunch.read(torchtitan, file: "llama.toml")
    #expect(launch.stack == "torchtitan@0.2")
    #expect(launch.degrees.tensor == 2 && launch.sequenceParallel)
    #expect(launch.sharding == .parameters && launch.sequenceLength == 8192)
    #expect(launch.microBatchSize == 2 && launch.sequencesPerReplica == 2)
    #expect(launch.recompute == [.layers(nil)] && launch.model == nil)
    let eager = torchtitan.replacing("enable = true", with: "enable = false")
    #expect(try ImportedLaunch.read(eager, file: "x.toml").stack == "torchtitan@0.2-eager")
  }

  @Test(
    "what is wrong with a file is told with its line",
    arguments: [
      (
        "degree = 2", "degree = 0",
        "llama.toml:11:1: error: parallelism.tensor_parallel_degree is 0"
      ),
      (
        #"mode = "full""#, #"mode = "some""#,
        "llama.toml:18:1: error: activation_checkpoint.mode is"
      ),
      ("seq_len = 8_192", "seq_len = \"", "llama.toml:8:1: error: has a string that does not end"),
      ("[compile]", "[[compile]]", "llama.toml:19:1: error: has an array of tables"),
      ("enable = true", "enable = yes", "llama.toml:20:1: error: has the value \"yes\""),
    ])
  func faults(text: String, replacement: String, words: String) {
    let broken = torchtitan.replacing(text, with: replacement, maxReplacements: 1)
    #expect {
      try ImportedLaunch.read(broken, file: "llama.toml")
    } throws: { "\($0)".hasPrefix(words) }
  }

  @Test("DeepSpeed's batch, precision and sharding, and notes on what is not followed")
  func deepSpeed() throws {
    let launch = try ImportedLaunch.read(
      """
      { "train_batch_size": 64, "train_micro_batch_size_per_gpu": 2,
        "bf16": { "enabled": true }, "optimizer": { "type": "AdamW" },
        "zero_optimization": { "stage": 3, "offload_optimizer": { "device": "cpu" } } }
      """, file: "ds.json")
    #expect(launch.globalBatch == 64 && launch.microBatchSize == 2)
    #expect(launch.sharding == .parameters && launch.precision == .bf16)
    #expect(launch.optimizerPlace == .host && launch.notes.count == 1)
  }

  @Test("values that a trainer fills in are as good as absent, and said")
  func automatic() throws {
    let launch = try ImportedLaunch.read(
      #"{ "train_batch_size": "auto", "zero_optimization": { "stage": 2 } }"#, file: "ds.json")
    #expect(launch.globalBatch == nil && launch.sharding == .gradients)
    #expect(launch.notes.contains { $0.contains("train_batch_size is \"auto\"") })
    #expect(throws: InputFaults.self) {
      try ImportedLaunch.read(#"{ "zero_optimization": { "stage": 5 } }"#, file: "ds.json")
    }
    #expect {
      try ImportedLaunch.read(#"{ "formatVersion": "1.0" }"#, file: "plan.json")
    } throws: {
      "\($0)".hasPrefix("plan.json:1:1: error: has none of the keys of a DeepSpeed configuration: ")
    }
  }
}
