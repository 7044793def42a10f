import InputFiles

/// A model file that was read: what it describes, and what it says of the workload.
public struct ModelFile: Hashable, Sendable {
  /// Which of the formats it is in.
  public enum Format: String, Hashable, Sendable {
    /// The planner's own, with `architecture` and maybe `workload`.
    case native
    /// The `config.json` beside a model's weights.
    case huggingFace
  }

  public var model: ModelDescription
  /// The file's own workload; empty where it has none.
  public var workload: WorkloadSettings
  public var format: Format

  /// The model in a file, or on standard input when `path` is `-`.
  ///
  /// - Throws: all faults of the file at once, with their places.
  public static func read(path: String) throws(InputFaults) -> ModelFile {
    try read(document(path: path))
  }

  /// The document in a file, or on standard input, for those who also want its text.
  ///
  /// Python writes an unlimited bound as `Infinity`, and published configurations of state-space
  /// models hold it where no size is read.
  public static func document(path: String) throws(InputFaults) -> JSONDocument {
    let limit = InputLimit(kind: "a model file", mebibytes: 16)
    return try JSONDocument.read(path: path, limit: limit, dialect: .python)
  }

  /// The model in `bytes`, which `file` names in messages.
  public static func parse(_ bytes: [UInt8], file: String) throws(InputFaults) -> ModelFile {
    try read(JSONDocument.parse(bytes, file: file, dialect: .python))
  }

  /// The model in a document.
  public static func read(_ document: JSONDocument) throws(InputFaults) -> ModelFile {
    try read(document.root, file: document.file)
  }

  /// The model at a node of a document, such as a record of a run.
  public static func read(_ node: JSONNode, file: String) throws(InputFaults) -> ModelFile {
    let isNative = node["architecture"] != nil
    let isHuggingFace = HuggingFaceConfig.isRecognised(node)
    let log = FaultLog(file: file)
    switch (isNative, isHuggingFace) {
    case (true, _), (false, true):
      let shape = isNative ? native(file) : HuggingFaceConfig.shape(file)
      var value = shape.read(node, log)
      if let profiles = node["profiles"], let model = value?.model {
        value?.model.profiles = LayerProfile.readAll(profiles, of: model, log) ?? []
      }
      try log.throwIfFaulty()
      if let value { return value }
      log.refuse(node, expected: "a model")
    case (false, false):
      if node.members == nil {
        log.refuse(node, expected: "an object")
      } else {
        log.error(
          at: node,
          "\(node.subject) is no model: it has neither 'architecture', as a native model file, nor"
            + " 'model_type' or 'architectures', as a Hugging Face config.json")
      }
    }
    throw InputFaults(reason: .malformed, faults: log.errors)
  }

  private static func native(_ file: String) -> JSONShape<ModelFile> {
    .object { object in
      let name = object.optional("name", .name, default: defaultName(file))
      let decoder = object.required("architecture", NativeArchitecture.shape)
      let workload = object.optional(
        "workload", WorkloadSettings.shape, default: WorkloadSettings())
      object.ignore("profiles")
      object.finish()
      guard let name, let decoder, let workload else { return nil }
      let model = decoder.description(name: name)
      if let fault = model.sizeFault {
        object.error(at: "architecture", fault)
        return nil
      }
      return ModelFile(model: model, workload: workload, format: .native)
    }
  }

  /// A name from the file's; its model type where the file's name says nothing.
  static func defaultName(_ file: String, modelType: String? = nil) -> String {
    let last = file.split(separator: "/").last.map(String.init) ?? file
    let name = last.hasSuffix(".json") && last.count > 5 ? String(last.dropLast(5)) : last
    return ["config", "model", "<stdin>"].contains(name) ? modelType ?? name : name
  }
}
