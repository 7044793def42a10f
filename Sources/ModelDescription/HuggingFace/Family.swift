/// How the configurations of one model type are understood.
struct Family: Sendable {
  /// The values of `model_type`.
  let modelTypes: [String]
  /// Fields of this family that change neither sizes nor arithmetic.
  let harmless: [String]
  let decoder: @Sendable (HuggingFaceConfig) -> Decoder

  init(
    _ modelTypes: String..., harmless: [String] = [],
    decoder: @escaping @Sendable (HuggingFaceConfig) -> Decoder
  ) {
    self.init(modelTypes, harmless: harmless, decoder: decoder)
  }

  init(
    _ modelTypes: [String], harmless: [String],
    decoder: @escaping @Sendable (HuggingFaceConfig) -> Decoder
  ) {
    self.modelTypes = modelTypes
    self.harmless = harmless
    self.decoder = decoder
  }

  /// All families; a new one is a new file and a line here.
  static let all: [Family] =
    denseLikeLlama + [
      .mixtral, .phiMoE, .olmoE, .graniteMoE, .gptOSS,
      .qwen2MoE, .qwen3MoE, .qwenHybrid,
      .deepSeekV3, .deepSeekV32, .deepSeekV4, .groupedWithDeepSeekExperts,
      .miniMax, .miniMaxM2, .miniMaxM3, .miMo, .step, .llama4,
      .gemma, .gemma4, .nemotron, .nemotronH, .nemotronNAS,
      .mamba, .mamba2, .jamba, .bamba, .graniteHybrid, .falconH1,
      .gpt2, .gptNeo, .gptNeoX, .gptJ, .opt, .bloom, .mpt, .falcon,
      .phi, .phi3, .starCoder2, .stableLM, .persimmon, .apertus, .cohere,
      .ernie, .hunyuanMoE, .hunyuan3,
      .kimiLinear, .miniCPM3, .afMoE, .olmoHybrid, .dbrx, .gemma3n,
    ]

  static let byModelType: [String: Family] = Dictionary(
    all.flatMap { family in family.modelTypes.map { ($0, family) } }, uniquingKeysWith: { $1 })
}
