/// What is filled in where a source does not print a field, each with its reason.
///
/// The first row that fits a record stands; every use is told as a sentence in the run's
/// `assumptions`. Reasons that rest on step times were found on the development runs; nothing here
/// belongs to a single record.
struct PublishedAssumption: Sendable {
  enum Field: String, CaseIterable, Sendable {
    case heads, vocabulary, feedForwardWidth = "feed-forward width", precision, recompute, sharding
    case sequenceParallel = "sequence parallelism", virtualStages = "virtual stages"
    case microBatchSize = "micro-batch size", expertTensor = "expert tensor degree"
    case adapterRank = "adapter rank", contextMethod = "context method"
    case vocabularyPadding = "vocabulary padding"
    case latentAttention = "latent attention", tiedHead = "shared embedding and head"
  }

  enum Scope: Sendable {
    case everywhere
    /// Stacks by name, whatever their version.
    case stacks(Set<String>)
    /// Sources by the beginning of their name.
    case sources([String])
    /// A stack by name, on a node of the catalogue.
    case stackOn(String, node: String)
    /// Stacks, on models with at least some hidden size.
    case wideModels(Int)
    /// Such models of sources by the beginning of their name.
    case wideModelsOf([String], Int)
  }

  enum Value: Sendable {
    case count(Int)
    case flag(Bool)
    case word(String)
  }

  let field: Field
  let scope: Scope
  let value: Value
  let reason: String

  init(_ field: Field, _ scope: Scope, _ value: Value, _ reason: String) {
    self.field = field
    self.scope = scope
    self.value = value
    self.reason = reason
  }

  /// "recompute none: not recorded; …".
  var sentence: String { "\(field.rawValue) \(value): not recorded; \(reason)" }
}

extension PublishedAssumption.Value: CustomStringConvertible {
  var description: String {
    switch self {
    case .count(let count): "\(count)"
    case .flag(let flag): flag ? "on" : "off"
    case .word(let word): word
    }
  }

  var count: Int? { if case .count(let count) = self { count } else { nil } }
  var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }
  var word: String? { if case .word(let word) = self { word } else { nil } }
}

extension PublishedAssumption {
  /// The row for a field of a record that runs on a stack.
  static func find(
    _ field: Field, stack: String, node: String?, source: String, hidden: Int
  ) -> PublishedAssumption? {
    let name = stack.split(separator: "@").first.map(String.init) ?? stack
    return table.first { row in
      guard row.field == field else { return false }
      return switch row.scope {
      case .everywhere: true
      case .stacks(let names): names.contains(name)
      case .stackOn(let wanted, let usual): name == wanted && node == usual
      case .sources(let prefixes): prefixes.contains { source.hasPrefix($0) }
      case .wideModels(let least): hidden >= least
      case .wideModelsOf(let prefixes, let least):
        hidden >= least && prefixes.contains { source.hasPrefix($0) }
      }
    }
  }

  private static let megatron: Scope = .stacks([
    "megatron-core", "megatron-bridge", "nemo", "mlperf-nvidia", "mlperf-amd",
  ])

  static let table: [PublishedAssumption] = [
    // The model.
    .init(
      .heads, .sources(["bigscience"]), .count(96),
      "other rows of the same sizes print 96; 112 would be 11 % off instead of 3 %"),
    .init(.heads, .everywhere, .word("of size 128"), "usual since GPT-3"),
    .init(
      .vocabulary, .sources(["mlperf"]), .count(51_200), "GPT-3 of the MLPerf reference"),
    .init(
      .vocabulary, .wideModelsOf(["megatron-golden"], 4_096), .count(131_072),
      "Megatron-LM's configuration of these tests, which have no tokenizer"),
    .init(
      .vocabulary, .everywhere, .count(50_257), "the GPT-2 tokenizer, which most of them use"),
    .init(
      .vocabularyPadding, .sources(["vtrain-single"]), .flag(false),
      "the head takes as long as products with whole shares of 50,257 columns do: odd at tensor "
        + "degree 1, multiples of 8, 4 and 2 at 2, 4 and 8"),
    .init(
      .feedForwardWidth, .everywhere, .word("four times the hidden size"),
      "two thirds of it, down to a multiple of 64, where gated: the defaults of Megatron-LM"),
    .init(
      .latentAttention, .wideModels(4_096), .word("of DeepSeek-V3"),
      "query rank 1,536, key-value rank 512, heads of 128 and 64 rotary"),
    .init(
      .latentAttention, .everywhere, .word("by the defaults of Megatron-LM"),
      "no query rank, key-value rank 32, heads of 128 and 64 rotary"),

    .init(
      .tiedHead, .everywhere, .word("as in the family"),
      "GPT shares one matrix between embedding and head, gated models have two"),

    // The workload.
    .init(.precision, .stacks(["mlperf-amd"]), .word("fp8"), "their configurations set it"),
    .init(.precision, .everywhere, .word("bf16"), "what most training of the period runs in"),
    .init(
      .adapterRank, .sources(["mlperf"]), .count(16), "the rules of MLPerf's Llama-2 70B LoRA"),
    .init(.adapterRank, .stacks(["nemo"]), .count(32), "NeMo's default"),
    .init(.adapterRank, .stacks(["megatron-bridge"]), .count(16), "its performance recipes"),
    .init(.adapterRank, .everywhere, .count(8), "a usual value; steps hardly depend on it"),

    // The layout.
    .init(
      .recompute, .stackOn("mlperf-amd", node: "MI300X-platform"), .count(21),
      "of 80 layers, as configurations for 192 GB set; those for 256 GB set none"),
    .init(
      .recompute, .everywhere, .word("none"),
      "whole recomputation would make predictions 30 % too long"),
    .init(
      .sharding,
      .stacks(["nemo", "mlperf-nvidia", "mlperf-amd", "megatron-bridge", "megatron-core"]),
      .word("optimizer"), "these recipes use the distributed optimiser"),
    .init(
      .sharding,
      .stacks([
        "torchtitan", "fms-fsdp",
        "nemo-automodel", "llm-foundry",
      ]),
      .word("parameters"), "the framework is built on FSDP"),
    .init(
      .sharding, .stacks(["deepspeed-zero3", "easycontext"]), .word("parameters"), "ZeRO-3"),
    .init(.sharding, .everywhere, .word("none"), "the framework's default"),
    .init(
      .sequenceParallel,
      .stacks([
        "megatron-core", "megatron-bridge", "nemo", "mlperf-nvidia", "mlperf-amd", "torchtitan",
        "nanotron",
      ]), .flag(true), "usual in recipes of this framework where tensor parallelism is"),
    .init(
      .sequenceParallel, .everywhere, .flag(false), "the framework's default, or before its time"),
    .init(
      .virtualStages, .sources(["mlperf-v3.0"]), .count(12), "NVIDIA's GPT-3 entries of it state it"
    ),
    .init(
      .virtualStages, .sources(["mlperf-v3", "mlperf-v4"]), .count(6),
      "NVIDIA's later GPT-3 entries state it; 12 would be 8 % off, 1 would be 22 % off"),
    .init(
      .virtualStages, .sources(["mlperf-v5"]), .count(8), "NVIDIA's Llama 405B entries state it"),
    .init(
      .virtualStages, .sources(["nemo-2407-ft"]), .word("as the pre-training page has it"),
      "10 for 40 layers, 20 for 80, or 5 with tensor degree 4; 1 would be 8 % off"),
    .init(
      .virtualStages, .stacks(["torchtitan"]), .count(2),
      "torchtitan's default of layers per stage gives two"),
    .init(
      .virtualStages, .everywhere, .count(1), "interleaving is not mentioned"),
    .init(
      .microBatchSize, .stacks(["torchtitan"]),
      .word("by as many micro-batches as stages"),
      "torchtitan's default; size 1 would be 8 % off instead of 4 %"),
    .init(
      .microBatchSize, .everywhere, .count(1), "usual where the batch is shared by a pipeline"),
    .init(
      .expertTensor, .sources(["megatron-golden"]), .word("as tensor"),
      "the default of Megatron-LM"),
    .init(.expertTensor, .stacks(["nemo"]), .word("as tensor"), "the default of its Megatron-Core"),
    .init(
      .expertTensor, .everywhere, .count(1), "recipes of Megatron-Core with many experts set 1"),
    .init(
      .contextMethod, .stacks(["torchtitan"]),
      .word("allGather"), "torchtitan's default rotation"),
    .init(.contextMethod, .sources(["llama3-"]), .word("allGather"), "as Llama 3 was trained"),
    .init(.contextMethod, .everywhere, .word("ring"), "the default of Megatron-Core"),
  ]
}
