import InputFiles

/// The `architecture` of a native model file.
///
/// Uniform models state one attention and one feed-forward network beside the number of layers:
/// ```json
/// { "hiddenSize": 4096, "vocabularySize": 128256, "layers": 32,
///   "attention": { "heads": 32, "keyValueHeads": 8 },
///   "feedForward": { "intermediateSize": 14336 } }
/// ```
/// Mixed ones list their layers, `count` of a kind at a time; an entry of `layers` and `count`
/// repeats a pattern.
enum NativeArchitecture {
  /// The normalisations that a file can name.
  enum Norm: String, CaseIterable {
    case rootMeanSquare, layer

    var normalisation: Normalisation {
      switch self {
      case .rootMeanSquare: .rootMeanSquare
      case .layer: .layer
      }
    }
  }

  static var shape: JSONShape<Decoder> { .object(read) }

  private static func read(_ object: ObjectReader) -> Decoder? {
    let hidden = object.required("hiddenSize", .integer(.width))
    let vocabulary = object.required("vocabularySize", .integer(.vocabulary))
    let longest = object.optional("maximumSequenceLength", .integer(.sequence))
    let positions = object.optional(
      "learnedPositions", .integer(.between(0, 1 << 24)), default: 0)
    let tied = object.optional("tiedHead", .bool, default: false)
    let norm = object.optional("normalisation", .choice(Norm.self), default: .rootMeanSquare)
    guard let hidden, let norm else {
      return nil
    }
    let layers = readLayers(object, hidden: hidden, norm: norm.normalisation)
    let extra = object.optional(
      "multiTokenPrediction", list(hidden: hidden, norm: norm.normalisation, depth: 0),
      default: [])
    object.finish()
    guard let vocabulary, let positions, let tied, let layers, let extra else { return nil }
    var decoder = Decoder(
      hidden: hidden, vocabulary: vocabulary, norm: norm.normalisation, tied: tied,
      layers: layers, maximumSequenceLength: longest, learnedPositions: positions)
    decoder.multiTokenPrediction = extra.map {
      $0.predictingFurther(hidden: hidden, norm: decoder.norm)
    }
    return decoder
  }

  /// The most layers of a model, all together.
  static let mostLayers = 1 << 14

  private static func readLayers(
    _ object: ObjectReader, hidden: Int, norm: Normalisation
  ) -> [Layer]? {
    if object.node(at: "layers")?.elements != nil {
      return object.required("layers", list(hidden: hidden, norm: norm, depth: 0))
    }
    let count = object.required("layers", .integer(.count))
    let layer = readLayer(object, hidden: hidden, norm: norm)
    guard let count, let layer else { return nil }
    return Array(repeating: layer, count: count)
  }

  /// A list of entries, each one or more layers.
  private static func list(
    hidden: Int, norm: Normalisation, depth: Int
  ) -> JSONShape<[Layer]> {
    let entry: JSONShape<[Layer]> = .object { object in
      let count = object.optional("count", .integer(.count), default: 1)
      let unit: [Layer]?
      if object.has("layers") {
        unit = object.required("layers", list(hidden: hidden, norm: norm, depth: depth + 1))
      } else {
        unit = readLayer(object, hidden: hidden, norm: norm).map { [$0] }
      }
      object.finish()
      guard let count, let unit else { return nil }
      guard unit.count * count <= mostLayers else {
        object.error("has \(unit.count * count) layers, but must have at most \(mostLayers)")
        return nil
      }
      return Array(repeating: unit, count: count).flatMap(\.self)
    }
    return JSONShape("an array of layers") { node, log in
      let lists = JSONShape<[[Layer]]>.array(of: entry, count: .between(1, mostLayers))
        .read(node, log)
      guard let layers = lists?.flatMap(\.self) else { return nil }
      guard layers.count <= mostLayers else {
        log.error(
          at: node,
          "\(node.subject) has \(layers.count) layers, but must have at most \(mostLayers)")
        return nil
      }
      return layers
    }
  }

  private static func readLayer(
    _ object: ObjectReader, hidden: Int, norm: Normalisation
  ) -> Layer? {
    let mixer = object.required("attention", NativeMixer.shape(hidden: hidden))
    let network = object.required("feedForward", NativeFeedForward.shape(hidden: hidden))
    guard let mixer, let network else { return nil }
    let blocks = [
      mixer.block(hidden: hidden, norm: norm), network.block(hidden: hidden, norm: norm),
    ].compactMap(\.self)
    return Layer(blocks)
  }
}
