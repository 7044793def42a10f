import InputFiles

extension HuggingFaceConfig {
  /// Whether a document is a Hugging Face configuration, by its keys.
  static func isRecognised(_ root: JSONNode) -> Bool {
    ["model_type", "architectures", "text_config", "num_hidden_layers"].contains {
      root[$0] != nil
    }
  }

  /// A whole `config.json`.
  static func shape(_ file: String) -> JSONShape<ModelFile> {
    .object { object in
      guard let modelType = object.required("model_type", .string) else { return nil }
      guard let family = Family.byModelType[modelType] else {
        object.error(at: "model_type", refusal(of: modelType))
        return nil
      }
      let config = HuggingFaceConfig(object, modelType: modelType)
      config.ignore(family.harmless)
      var decoder = family.decoder(config)
      config.finish()
      guard !object.log.isFaulty else { return nil }
      decoder.assumptions += config.assumptions
      let model = decoder.description(name: ModelFile.defaultName(file), modelType: modelType)
      if let fault = model.sizeFault {
        object.error(fault)
        return nil
      }
      return ModelFile(model: model, workload: WorkloadSettings(), format: .huggingFace)
    }
  }

  private static func refusal(of modelType: String) -> String {
    let names = Family.byModelType.keys.sorted()
    let hint = Suggestion.nearest(to: modelType, among: names).map { "; did you mean '\($0)'?" }
    return "is \(modelType.quoted), a model type that is not understood"
      + (hint ?? "; write its layers as a native model file instead")
  }
}
