import InputFiles

extension HuggingFaceConfig {
  /// Whether a document is a Hugging Face configuration, by its keys.
  static func isRecognised(_ root: JSONNode) -> Bool {
    (["model_type", "architectures", "num_hidden_layers"] + Wrapper.textKeys.spellings).contains {
      root[$0] != nil
    }
  }

  /// A whole `config.json`.
  static func shape(_ file: String) -> JSONShape<ModelFile> {
    .object { object in
      let inferred = object.has("model_type") ? nil : modelType(byArchitectureIn: object)
      guard let modelType = inferred ?? object.required("model_type", .string) else { return nil }
      let wrapper = Wrapper.byModelType[modelType]
      let isWrapper = wrapper != nil && object.has(Wrapper.textKeys)
      // A wrapper's text model may stand flat, without an object of its own.
      let isFlat = !isWrapper && Family.byModelType[modelType] == nil
      let config = HuggingFaceConfig(
        object, modelType: isFlat ? wrapper?.textModelType ?? modelType : modelType)
      if inferred != nil {
        config.assume("model_type is absent: \(modelType), by the name of the architecture")
      }
      guard var decoder = config.decoder(wrapper), !object.log.isFaulty else { return nil }
      decoder.assumptions += config.assumptions
      let model = decoder.description(
        name: ModelFile.defaultName(file, modelType: modelType), modelType: modelType)
      if let fault = model.sizeFault {
        object.error(fault)
        return nil
      }
      return ModelFile(model: model, workload: WorkloadSettings(), format: .huggingFace)
    }
  }

  /// The model type that is spelt like the first of `architectures`, as `LlamaForCausalLM` is.
  private static func modelType(byArchitectureIn object: ObjectReader) -> String? {
    let names = object.node(at: "architectures")?.elements
    guard let name = names?.first(where: { _ in true })?.string,
      let ending = ["ForCausalLM", "ForConditionalGeneration", "LMHeadModel"].first(
        where: name.hasSuffix)
    else { return nil }
    let stem = name.dropLast(ending.count).lowercased()
    return (Array(Family.byModelType.keys) + Array(Wrapper.byModelType.keys)).sorted().first {
      $0.filter { $0 != "_" && $0 != "-" } == stem
    }
  }

  /// The decoder, by the family of the model type, or by that of the text model inside.
  private func decoder(_ wrapper: Wrapper?) -> Decoder? {
    if let wrapper, has(Wrapper.textKeys) { return decoder(in: wrapper) }
    guard let family = Family.byModelType[modelType] else {
      error(at: "model_type", Self.refusal(of: modelType))
      return nil
    }
    ignore(family.harmless)
    var decoder = family.decoder(self)
    if let wrapper, has("vision_config") {
      decoder.visionParameters = vision(wrapper, hidden: decoder.hidden)
      ignore(Wrapper.harmless)
    }
    finish()
    return decoder
  }

  /// The decoder of the text model that this configuration wraps, with the tower's parameters.
  private func decoder(in wrapper: Wrapper) -> Decoder? {
    let stated = node(at: Wrapper.textKeys)?["model_type"]?.string
    let textType = stated ?? wrapper.textModelType
    guard let text = nested(Wrapper.textKeys, modelType: textType) else { return nil }
    guard let family = Family.byModelType[textType] else {
      text.error(at: "model_type", Self.refusal(of: textType))
      return nil
    }
    text.ignore(family.harmless)
    var decoder = family.decoder(text)
    text.finish()
    decoder.visionParameters = vision(wrapper, hidden: decoder.hidden)
    if has("audio_config") { assume("the audio tower's parameters are not counted") }
    ignore(Wrapper.harmless)
    ignore(family.harmless)
    finish()
    decoder.assumptions += text.assumptions
    return decoder
  }

  /// The parameters of the vision tower and its projector, 0 without one.
  private func vision(_ wrapper: Wrapper, hidden: Int) -> Int {
    guard let tower = nested("vision_config", modelType: modelType) else { return 0 }
    guard let count = wrapper.vision else {
      assume("the vision tower's parameters are not counted")
      return 0
    }
    return count(VisionFields(tower: tower, wrapper: self), hidden)
  }

  private static func refusal(of modelType: String) -> String {
    let names = Family.byModelType.keys.sorted() + Wrapper.byModelType.keys.sorted()
    let nearest = Suggestion.nearest(to: modelType, among: names)
    return
      "is \(modelType.quoted), which is not understood; describe its layers in a native model file"
      + (nearest.map { " (the nearest model type that is understood is '\($0)')" } ?? "")
  }
}
