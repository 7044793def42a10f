import ModelDescription
import ParallelismVocabulary

extension RunDraft {
  mutating func workload(of layout: Layout) throws(LeftOut) -> Workload {
    Workload(
      globalBatch: layout.globalBatch,
      sequenceLength: try record.model.required(
        "seq", "sequence length", atMost: 1 << 30),
      precision: precision(), optimizerPlace: isOptimizerOnHost ? .host : .device,
      adapterRank: record.workload == "lora" ? assumed(.adapterRank)?.count : nil)
  }

  /// "ZeRO-3 + CPU offload": the optimiser's state, which frees by far the most.
  private var isOptimizerOnHost: Bool {
    record.parallel.text("zero")?.mentions("offload") ?? false
  }

  /// The number format of the matrix products.
  ///
  /// A cell for two formats holds current scaling first and blocks of shared scales second.
  private mutating func precision() -> Precision {
    guard let text = record.parallel.text("precision") else {
      return assumed(.precision)?.word.flatMap(Precision.init) ?? .bf16
    }
    func has(_ words: String...) -> Bool { text.mentions(words) }
    if has("nvfp4", "fp4") { return .nvfp4 }
    if has("variant 2") { return .mxfp8 }
    if has("mxfp8", "fp8-mx") { return has("current") ? .fp8 : .mxfp8 }
    if has("fp8", "float8") { return .fp8 }
    if has("bf16", "bfloat16") { return .bf16 }
    if has("fp16", "float16") { return .fp16 }
    if has("tf32") { return .tf32 }
    return has("fp32", "float32") ? .fp32 : .bf16
  }

  /// What every layer computes again, from the words of the record.
  mutating func recompute(stages: Int) -> MeasuredRun.Recompute {
    let text = record.parallel.text("recompute")?.lowercased() ?? ""
    if record.source == "vtrain-single", text == "full" {
      // At tensor degree 1, hidden size 2,048 and eight sequences, a layer's 15.9 ms are 170 Tflop/s
      // of an A100 for three passes, and would be 225 Tflop/s, attention and all, for four.
      note("recompute none: the record's full would need more of an A100 than products alone reach")
      return .none
    }
    if text.isEmpty || text.hasPrefix("none listed") {
      guard let layers = assumed(.recompute)?.count else { return .none }
      return .byStage(Array(repeating: Recompute(fullLayers: layers), count: stages))
    }
    let words = Set(
      text.split { !$0.isLetter && $0 != "_" }.map(String.init))
    if words.contains("full") { return .full }
    var modules: Set<RecomputeModule> = []
    for (module, names) in Self.moduleNames where !words.isDisjoint(with: names) {
      modules.insert(module)
    }
    if !modules.isEmpty { return .modules(modules) }
    // Megatron's "selective" without a list of modules is core attention.
    let isBare = words.contains("selective") && !text.contains("[")
    return isBare ? .modules([.coreAttention]) : .none
  }

  private static let moduleNames: [(RecomputeModule, Set<String>)] = [
    (.coreAttention, ["core_attn", "core", "core_attention"]),
    (.alternateProducts, ["op"]),
    (.normalisation, ["layernorm", "norm", "rmsnorm"]),
    (.expertActivation, ["moe_act", "act"]),
    (.latentProjection, ["mla_up_proj"]),
    (.sharedExperts, ["shared_expert", "shared_experts"]),
    (.experts, ["moe"]),
    (.feedForward, ["mlp"]),
  ]
}
