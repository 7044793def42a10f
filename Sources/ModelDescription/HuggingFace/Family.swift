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
    self.modelTypes = modelTypes
    self.harmless = harmless
    self.decoder = decoder
  }

  /// All families; a new one is a new file and a line here.
  static let all: [Family] = [
    .llama, .mixtral, .deepSeekV3,
  ]

  static let byModelType: [String: Family] = Dictionary(
    all.flatMap { family in family.modelTypes.map { ($0, family) } }, uniquingKeysWith: { $1 })
}
