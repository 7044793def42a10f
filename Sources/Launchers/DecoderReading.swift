import ModelDescription

/// A model as most training programs know one: a stack of layers of attention and a feed-forward
/// network, told apart by their sizes.
///
/// It is read back from the operators of a `ModelDescription`, so that what is launched is what was
/// priced.
struct DecoderReading: Hashable, Sendable {
  enum Attention: Hashable, Sendable {
    case grouped(Grouped)
    case latent(Latent)
  }

  struct Grouped: Hashable, Sendable {
    var heads: Int
    var groups: Int
    var headSize: Int
    var window: Int?
    var normalisesQueriesAndKeys: Bool
    var inputBias: Bool
    var outputBias: Bool
  }

  struct Latent: Hashable, Sendable {
    var heads: Int
    var queryRank: Int?
    var keyValueRank: Int
    var plainSize: Int
    var rotarySize: Int
    var valueSize: Int
  }

  enum Network: Hashable, Sendable {
    case dense(width: Int, gated: Bool, bias: Bool)
    case experts(Experts)
  }

  struct Experts: Hashable, Sendable {
    var count: Int
    var perToken: Int
    var width: Int
    var gated: Bool
    /// The width of all shared experts together; 0 without any.
    var sharedWidth: Int
    var sharedGate: Bool
  }

  /// What one layer is.
  struct Kind: Hashable, Sendable {
    var attention: Attention
    var network: Network
  }

  /// From first to last.
  var layers: [Kind]
  var furtherPredictors: Int
  /// Whether normalisations learn a shift beside their scale.
  var shiftsNorms: Bool
  /// The rows of a table of learned positions; 0 without one.
  var learnedPositions: Int
  var isHeadTied: Bool

  /// What of a model has no place here, as a predicate: "has a state-space layer".
  struct Unknown: Error, Hashable, Sendable {
    var predicate: String
  }

  init(_ model: ModelDescription) throws(Unknown) {
    var kinds: [Kind] = []
    for kind in model.kinds { kinds.append(try Self.layer(kind)) }
    layers = model.layers.map { kinds[$0] }
    furtherPredictors = model.multiTokenPrediction.count
    isHeadTied = model.tiedHead
    learnedPositions =
      (model.embedding.first { $0.name == "positions" }?.weights ?? 0) / model.hiddenSize
    let embeddings = model.embedding.map(\.name).filter { $0 != "tokens" && $0 != "positions" }
    if let other = embeddings.first {
      throw Unknown(predicate: "has '\(other)' after its embedding")
    }
    guard model.head.map(\.name) == ["finalNorm", "vocabulary"], let norm = model.head.first else {
      throw Unknown(predicate: "has a head of \(model.head.map(\.name).joined(separator: ", "))")
    }
    shiftsNorms = norm.weights == 2 * model.hiddenSize
    guard shiftsNorms || norm.weights == model.hiddenSize else {
      throw Unknown(predicate: "has normalisations that learn nothing")
    }
    if model.visionParameters > 0 { throw Unknown(predicate: "has a vision tower") }
  }

  private static func layer(_ layer: Layer) throws(Unknown) -> Kind {
    guard layer.blocks.count == 2 else {
      throw Unknown(
        predicate: "has layers of \(layer.blocks.count) blocks (\(layer.name)), where one of "
          + "attention and one of a network must follow each other")
    }
    var inner: [[Operator]] = []
    for block in layer.blocks {
      let names = block.operators.map(\.name)
      guard names.first == "inputNorm", names.last == "residual", !names.contains("outputNorm")
      else {
        throw Unknown(predicate: "normalises elsewhere than before '\(block.kind)'")
      }
      inner.append(Array(block.operators.dropFirst().dropLast()))
    }
    return Kind(attention: try attention(inner[0]), network: try network(inner[1]))
  }

  private static func attention(_ operators: [Operator]) throws(Unknown) -> Attention {
    let names = operators.map(\.name)
    guard let scores = operators.first(where: { $0.name == "scores" }),
      case .attention(let shape) = scores.work, shape.chunk == nil, shape.selectedKeys == nil
    else { throw Unknown(predicate: "mixes tokens by \(names.joined(separator: ", "))") }
    switch names {
    case ["queryKeyValue", "scores", "output"],
      ["queryKeyValue", "queryKeyNorm", "scores", "output"]:
      let norm = operators.first { $0.name == "queryKeyNorm" }
      guard shape.valueSize == shape.queryKeySize,
        norm == nil || norm?.weights == 2 * shape.queryKeySize
      else { throw Unknown(predicate: "has attention with its own normalisation or value width") }
      return .grouped(
        Grouped(
          heads: shape.heads, groups: shape.keyValueHeads, headSize: shape.queryKeySize,
          window: shape.window, normalisesQueriesAndKeys: norm != nil,
          inputBias: operators[0].hasBias, outputBias: operators[operators.count - 1].hasBias))
    case [
      "queryDown", "queryNorm", "queryUp", "keyValueDown", "keyValueNorm", "keyValueUp",
      "scores", "output",
    ],
      ["query", "keyValueDown", "keyValueNorm", "keyValueUp", "scores", "output"]:
      guard !operators.contains(where: \.hasBias),
        let down = operators.first(where: { $0.name == "keyValueDown" })?.outputs,
        let up = operators.first(where: { $0.name == "keyValueUp" })?.outputs
      else { throw Unknown(predicate: "has latent attention with biases") }
      let plain = up / shape.heads - shape.valueSize
      let rotary = shape.queryKeySize - plain
      return .latent(
        Latent(
          heads: shape.heads,
          queryRank: operators.first { $0.name == "queryDown" }?.outputs,
          keyValueRank: down - rotary, plainSize: plain, rotarySize: rotary,
          valueSize: shape.valueSize))
    default:
      throw Unknown(predicate: "has attention of \(names.joined(separator: ", "))")
    }
  }

  private static func network(_ operators: [Operator]) throws(Unknown) -> Network {
    let names = operators.map(\.name)
    switch names {
    case ["gateUp", "activation", "down"], ["up", "activation", "down"]:
      let gated = names[0] == "gateUp"
      let width = (operators[0].outputs ?? 0) / (gated ? 2 : 1)
      guard operators[0].hasBias == operators[2].hasBias else {
        throw Unknown(predicate: "has a network with some biases")
      }
      return .dense(width: width, gated: gated, bias: operators[0].hasBias)
    default: return .experts(try experts(operators))
    }
  }

  private static func experts(_ operators: [Operator]) throws(Unknown) -> Experts {
    let names = operators.map(\.name)
    let shared = names.filter { $0.hasPrefix("shared") }
    let own = names.filter { !$0.hasPrefix("shared") && $0 != "routerCorrection" }
    guard own == ["router", "experts"],
      let routed = operators.first(where: { $0.name == "experts" }),
      case .experts(let shape) = routed.work, !shape.biased,
      !operators.contains(where: { $0.name == "router" && $0.hasBias }),
      !operators.contains(where: { $0.name.hasPrefix("shared") && $0.hasBias })
    else { throw Unknown(predicate: "has a network of \(names.joined(separator: ", "))") }
    let prefix = shape.gated ? "sharedGateUp" : "sharedUp"
    let up = operators.first { $0.name == prefix }?.outputs ?? 0
    guard shared.isEmpty || up > 0 else {
      throw Unknown(predicate: "has shared experts of another kind than the routed ones")
    }
    return Experts(
      count: shape.count, perToken: shape.perToken, width: shape.intermediate, gated: shape.gated,
      sharedWidth: up / (shape.gated ? 2 : 1), sharedGate: names.contains("sharedGate"))
  }
}

extension Operator {
  /// The outputs of a matrix product.
  fileprivate var outputs: Int? {
    if case .projection(_, let outputs) = work { outputs } else { nil }
  }

  /// Whether a matrix product adds a learned bias.
  fileprivate var hasBias: Bool {
    if case .projection(let inputs, let outputs) = work {
      weights > inputs * outputs
    } else {
      false
    }
  }
}
