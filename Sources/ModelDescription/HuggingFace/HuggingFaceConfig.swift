import InputFiles

/// The fields of one Hugging Face configuration, as a family reads them.
///
/// Every read gives a value, so that a family reads like its architecture; after a fault, which the
/// log holds, a harmless stand-in. A field that nobody asked for and that is not known to be
/// harmless is a fault too.
final class HuggingFaceConfig {
  /// The family's name, for messages.
  let modelType: String
  /// One sentence for each size that the file leaves out.
  private(set) var assumptions: [String] = []
  private let object: ObjectReader
  private let outer: HuggingFaceConfig?
  private var asked: Set<String> = []
  private var faulty: Set<String> = []

  /// The fields of `object`; `outer` holds the configuration that wraps a text model.
  init(_ object: ObjectReader, modelType: String, outer: HuggingFaceConfig? = nil) {
    object.nullIsAbsent = true
    self.object = object
    self.modelType = modelType
    self.outer = outer
  }

  // MARK: Fields

  /// A width, a count or another size that must be there unless there is a default, which is
  /// then stated as an assumption.
  func size(
    _ key: ObjectKey, _ limits: Limits<Int> = .width,
    default fallback: @autoclosure () -> Int? = nil
  ) -> Int {
    if let value = optionalSize(key, limits) { return value }
    let name = key.spellings[0]
    if faulty.contains(name) { return 1 }
    if let fallback = fallback() {
      assume("\(name) is absent: \(fallback), as transformers takes it for \(modelType)")
      return fallback
    }
    _ = object.required(key, .integer(limits))
    faulty.insert(name)
    return 1
  }

  /// A size that may be absent; nil then, and after a fault.
  func optionalSize(_ key: ObjectKey, _ limits: Limits<Int> = .width) -> Int? {
    guard has(key) else { return nil }
    let value = object.optional(key, .integer(limits))
    if value == nil { faulty.formUnion(key.spellings) }
    return value
  }

  /// A size that stands once, or for each layer with the same value.
  func uniformSize(_ key: ObjectKey, _ limits: Limits<Int> = .count) -> Int? {
    guard node(at: key)?.elements != nil else { return optionalSize(key, limits) }
    guard let list = integers(key, limits), let first = list.first else { return nil }
    if list.contains(where: { $0 != first }) {
      error(at: key, "has entries that differ, but must have one value for all layers")
    }
    return first
  }

  /// A number of heads, experts or layers.
  func count(_ key: ObjectKey, default fallback: @autoclosure () -> Int? = nil) -> Int {
    size(key, .count, default: fallback())
  }

  /// A switch; where it is absent, as transformers takes it for the family.
  func flag(_ key: ObjectKey, default fallback: Bool = false) -> Bool {
    optional(key, .bool) ?? fallback
  }

  func optional<Value>(_ key: ObjectKey, _ shape: JSONShape<Value>) -> Value? {
    has(key) ? object.optional(key, shape) : nil
  }

  /// One of the names that the family knows.
  func name(_ key: ObjectKey, among names: [String], default fallback: String) -> String {
    guard let name = optional(key, .string) else { return fallback }
    if !names.contains(name) {
      error(
        at: key, "is \(name.quoted), but must be \(names.map(\.quoted).listed()) for \(modelType)")
    }
    return name
  }

  /// A list of names that the family knows.
  func names(_ key: ObjectKey, among names: [String]) -> [String]? {
    let shape = JSONShape<String>("one of \(names.map(\.quoted).listed())") { node, log in
      if let name = node.string, names.contains(name) { return name }
      log.refuse(node, expected: "one of \(names.map(\.quoted).listed())")
      return nil
    }
    return optional(key, .array(of: shape))
  }

  /// Whole numbers, as layer indices or switches.
  func integers(_ key: ObjectKey, _ limits: Limits<Int> = .countOrNone) -> [Int]? {
    optional(key, .array(of: .integer(limits)))
  }

  /// Whether the field stands there and is not null; asking makes it known.
  func has(_ key: ObjectKey) -> Bool {
    asked.formUnion(key.spellings)
    return object.has(key)
  }

  func node(at key: ObjectKey) -> JSONNode? {
    asked.formUnion(key.spellings)
    return object.node(at: key)
  }

  /// The configurations of a list.
  func objects(_ key: ObjectKey) -> [HuggingFaceConfig]? {
    optional(
      key,
      .array(of: .object { HuggingFaceConfig($0, modelType: self.modelType, outer: self) }))
  }

  /// All keys, in the order of the file.
  var keys: [String] { object.node.members?.map(\.key) ?? [] }

  /// A configuration inside this one, as `vision_config`.
  func nested(_ key: ObjectKey, modelType: String) -> HuggingFaceConfig? {
    guard let node = node(at: key), let reader = ObjectReader(node, object.log) else { return nil }
    return HuggingFaceConfig(reader, modelType: modelType, outer: self)
  }

  /// Whether the head shares the embedding's matrix: the outermost statement wins.
  func tiedHead(default fallback: Bool) -> Bool {
    let own = optional("tie_word_embeddings", .bool)
    if let stated = outer?.optional("tie_word_embeddings", .bool) ?? own { return stated }
    assume(
      "tie_word_embeddings is absent: \(fallback), as transformers takes it for \(modelType)")
    return fallback
  }

  // MARK: Faults

  /// Whether a size was read that is wrong, so that nothing should follow from its stand-in.
  func isFaulty(_ key: ObjectKey) -> Bool { !faulty.isDisjoint(with: key.spellings) }

  /// Refuses a switch whose other position is not understood.
  func expect(_ key: ObjectKey, is expected: Bool) {
    guard let value = optional(key, .bool), value != expected else { return }
    error(at: key, "is \(value), which is not understood for \(modelType), but must be \(expected)")
  }

  /// Refuses a size other than 0 whose effect is not understood.
  func expectNone(_ key: ObjectKey) {
    guard let value = optionalSize(key, .widthOrNone), value != 0 else { return }
    error(at: key, "is \(value), which is not understood for \(modelType), but must be 0")
  }

  /// Refuses sizes of which one does not divide the other.
  func requireDivisible(_ whole: (ObjectKey, Int), by part: (ObjectKey, Int)) {
    guard !isFaulty(whole.0), !isFaulty(part.0), part.1 > 0 else { return }
    guard !whole.1.isMultiple(of: part.1) else { return }
    error(at: part.0, "is \(part.1), but must divide \(whole.0.spellings[0]), \(whole.1)")
  }

  /// Reports a fault of one field: "`path` `predicate`".
  func error(at key: ObjectKey, _ predicate: String) {
    object.error(at: key.spellings.first { object.has(ObjectKey($0)) } ?? "", predicate)
  }

  func assume(_ sentence: String) {
    if !assumptions.contains(sentence) { assumptions.append(sentence) }
  }

  // MARK: The end

  /// Lets fields stand that the family knows to be without effect on sizes.
  func ignore(_ keys: [String]) { asked.formUnion(keys) }

  /// Reports every field that is neither understood nor known to be harmless.
  func finish() {
    guard let members = object.node.members else { return }
    for member in members {
      let key = member.key
      if asked.contains(key) || member.value.isNull || HarmlessKeys.contains(key) { continue }
      let place = object.node.path.isEmpty ? "" : "\(object.node.path)."
      object.log.error(
        at: member.keyPosition,
        "\(place)\(key.onOneLine) is not understood for \(modelType);"
          + " remove the key if it changes neither the sizes of weights nor the arithmetic")
    }
  }
}
