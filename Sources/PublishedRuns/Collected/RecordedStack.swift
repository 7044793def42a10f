/// Which software stack a record's framework is, by the words of its name.
///
/// Versions are one stack unless they changed the physics; `Stack.named` takes what is given here.
enum RecordedStack {
  /// - Parameters:
  ///   - framework: as the source prints it.
  ///   - context: where a variant of the same framework is named: the run's identity, note and precision.
  static func identity(
    framework: String, context: String, accelerator: RecordedAccelerator
  ) -> String {
    func has(_ words: String...) -> Bool { framework.mentions(words) }
    if has("rocm", "llmboost") { return "mlperf-amd@5" }
    if has("sailor") { return "megatron-deepspeed@2024" }
    if has("megatron-lm 1.1.5") { return "megatron-deepspeed@1.1.5" }
    if has("bigscience") { return "megatron-deepspeed@bigscience" }
    if has("megatron-deepspeed") { return "megatron-deepspeed@2022" }
    if has("automodel") { return "nemo-automodel@25" }
    if has("megatron-bridge", "megatron bridge") { return bridge(framework) }
    if has("megatron-lm ci") {
      return context.mentions("\"cross-entropy-loss-fusion\": \"true\"")
        ? "megatron-ci-fused-loss@0.16" : "megatron-ci@0.16"
    }
    if has("megatron-core", "mcore", "simumax") { return "megatron-core@0.16" }
    if has("megatron-lm") {
      // The versions of 2021 and 2022 ran on Ampere and before; Megatron-Core replaced them.
      return accelerator.era < .hopper ? "megatron-lm@2" : "megatron-core@0.16"
    }
    if has("easycontext") { return "easycontext@2024" }
    if has("zero-3", "zero3", "deepspeed") { return "deepspeed-zero3@2021" }
    if has("llm-foundry", "llmfoundry", "composer") {
      return context.mentions("amp_") ? "llm-foundry@0.3-amp" : "llm-foundry@0.3"
    }
    if has("torchtitan") { return titan(context) }
    if has("internevo", "internlm") { return "internevo@0.2" }
    if has("nanotron") { return "nanotron@0.4" }
    if has("fms-fsdp", "foundation-model-stack", "ibm fms", "fms") { return "fms-fsdp@1" }
    if accelerator.vendor == "AMD" { return "mlperf-amd@5" }
    if has("nvidia", "ngc", "release", "pytorch", "dgl", "hugectr") { return "mlperf-nvidia@4" }
    if has("nemo") { return "nemo@24" }
    return has("megatron") ? "megatron-core@0.16" : "torchtitan@0.2"
  }

  /// By the version of the container; recipes without one follow Megatron-Core.
  private static func bridge(_ name: String) -> String {
    let version = name.split { !$0.isNumber && $0 != "." }.first { $0.contains(".") }
    let numbers = version?.split(separator: ".").compactMap { Int($0) } ?? []
    guard numbers.count >= 2 else { return "megatron-core@0.16" }
    switch (numbers[0], numbers[1]) {
    case (...25, _): return "megatron-bridge@25"
    case (26, ..<6): return "megatron-bridge@26"
    default: return "megatron-bridge@26.06"
    }
  }

  private static func titan(_ context: String) -> String {
    if context.mentions("async") { return "torchtitan@0.2-async" }
    return context.mentions("eager") ? "torchtitan@0.2-eager" : "torchtitan@0.2"
  }
}
