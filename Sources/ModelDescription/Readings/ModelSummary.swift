import InputFiles
import ParallelismVocabulary
import Quantities

/// What was understood of a model, for people and for programs.
public struct ModelSummary: Hashable, Sendable {
  public let model: ModelDescription
  public let parameters: ParameterCount
  /// The length at which arithmetic and activations are stated, in tokens.
  public let sequenceLength: Int

  /// The summary at a sequence length; without one, at the model's longest, at most 8,192 tokens.
  public init(_ model: ModelDescription, sequenceLength: Int? = nil) {
    self.model = model
    self.parameters = model.parameters
    self.sequenceLength = sequenceLength ?? min(model.maximumSequenceLength ?? 8192, 8192)
  }

  /// The arithmetic of one token, forward and backward.
  public var flopsPerToken: FLOPs { model.trainingFLOPsPerToken(sequenceLength: sequenceLength) }

  /// What one token keeps of all layers in 16 bits, without recomputation and before any split.
  public var activationBytesPerToken: Bytes {
    zip(model.kinds, model.layersOfKind).reduce(.zero) { $0 + activations($1.0) * Double($1.1) }
  }

  private func activations(_ layer: Layer) -> Bytes {
    layer.activationBytes(
      sequenceLength: sequenceLength, precision: .bf16, hiddenSize: model.hiddenSize)
  }

  private var parts: [(part: ModelPart, count: Int)] {
    ModelPart.allCases.compactMap { part in parameters.byPart[part].map { (part, $0) } }
  }
}

// MARK: JSON

extension ModelSummary {
  /// The summary as a JSON object; numbers of parameters are exact.
  public var json: JSONValue {
    let forward = model.forwardFLOPsPerToken(sequenceLength: sequenceLength).value
    return .object([
      .init("name", .string(model.name)),
      .init("modelType", model.modelType.map(JSONValue.string) ?? .null),
      .init("hiddenSize", .integer(model.hiddenSize)),
      .init("vocabularySize", .integer(model.vocabularySize)),
      .init(
        "maximumSequenceLength", model.maximumSequenceLength.map(JSONValue.integer) ?? .null),
      .init("tiedHead", .bool(model.tiedHead)),
      .init("parameters", parametersJSON),
      .init("layerCount", .integer(model.layers.count)),
      .init("layers", .array(zip(model.kinds, model.layersOfKind).map(layerJSON))),
      .init("sequenceLength", .integer(sequenceLength)),
      .init(
        "flopsPerToken",
        [
          "forward": .number(forward), "backward": .number(2 * forward),
          "total": .number(3 * forward),
        ]),
      .init("activationBytesPerToken", .number(activationBytesPerToken.value)),
      .init("assumptions", .array(model.assumptions.map(JSONValue.string))),
    ])
  }

  private var parametersJSON: JSONValue {
    [
      "total": .integer(parameters.total), "active": .integer(parameters.active),
      "multiTokenPrediction": .integer(parameters.multiTokenPrediction),
      "vision": .integer(parameters.vision),
      "byPart": .object(parts.map { .init($0.part.rawValue, .integer($0.count)) }),
    ]
  }

  private func layerJSON(_ layer: Layer, count: Int) -> JSONValue {
    [
      "kind": .string(layer.name), "count": .integer(count),
      "parameters": .integer(layer.weights), "activeParameters": .integer(layer.activeWeights),
      "forwardFlopsPerToken": .number(
        layer.forwardFLOPs(sequenceLength: sequenceLength).value),
      "activationBytesPerToken": .number(activations(layer).value),
      "operators": .array(
        layer.blocks.flatMap { block in block.operators.map { operatorJSON($0, in: block) } }),
    ]
  }

  private func operatorJSON(_ step: Operator, in block: Block) -> JSONValue {
    [
      "block": .string(block.kind), "name": .string(step.name),
      "part": .string(step.part.rawValue), "parameters": .integer(step.weights),
      "forwardFlopsPerToken": .number(
        step.work.forwardFLOPs(sequenceLength: sequenceLength).value),
      "backwardFlopsPerToken": .number(
        step.work.backwardFLOPs(sequenceLength: sequenceLength).value),
    ]
  }
}

// MARK: Text

extension ModelSummary {
  /// The summary as lines for a terminal, with a newline at the end.
  public var text: String {
    var lines = [headline, ""]
    lines.append(row("parameters", parameters.total, note: total))
    for (part, count) in parts {
      let share = Double(count) / Double(max(1, parameters.total))
      lines.append(row("  " + part.words, count, note: share.percent))
    }
    lines.append(row("active for a token", parameters.active))
    if parameters.multiTokenPrediction > 0 {
      lines.append(
        row("apart: further tokens", parameters.multiTokenPrediction))
    }
    if parameters.vision > 0 { lines.append(row("apart: vision", parameters.vision)) }
    lines += ["", "layers                 \(model.layers.count.grouped)"]
    for (layer, count) in zip(model.kinds, model.layersOfKind) {
      let name = "  \(count.grouped) × \(layer.name)"
      lines.append(row(name, layer.weights, note: "parameters each"))
    }
    lines += ["", "at \(sequenceLength.grouped) tokens a sequence"]
    lines.append(
      "  arithmetic           \(flopsPerToken) a token, forward and backward"
        + " (causal attention as half, no recomputation)")
    lines.append("  activations          \(activationBytesPerToken) a token, kept in 16 bits")
    if !model.assumptions.isEmpty {
      lines += ["", "assumed"] + model.assumptions.map { "  " + $0.onOneLine }
    }
    return lines.map { $0.trimmingTrailingSpaces + "\n" }.joined()
  }

  private var headline: String {
    let type = model.modelType.map { " (\($0))" } ?? ""
    let longest = model.maximumSequenceLength.map { ", up to \($0.grouped) tokens" } ?? ""
    return "\(model.name.onOneLine)\(type.onOneLine): hidden size \(model.hiddenSize.grouped),"
      + " vocabulary \(model.vocabularySize.grouped)\(longest)"
  }

  private var total: String { model.tiedHead ? "the head's matrix is the embedding's" : "" }

  private func row(_ name: String, _ count: Int, note: String = "") -> String {
    name.padded(to: 36) + count.grouped.padded(to: 21, alignedRight: true) + "  " + note
  }
}

extension ModelPart {
  /// The part in words.
  public var words: String {
    switch self {
    case .embedding: "embedding"
    case .attention: "attention"
    case .linearAttention: "linear attention"
    case .stateSpace: "state space"
    case .denseFeedForward: "dense feed-forward"
    case .router: "router"
    case .routedExperts: "routed experts"
    case .sharedExperts: "shared experts"
    case .normalisation: "normalisation"
    case .residualMixing: "residual mixing"
    case .head: "head"
    case .multiTokenPrediction: "further tokens"
    case .vision: "vision"
    }
  }
}

extension String {
  fileprivate func padded(to width: Int, alignedRight: Bool = false) -> String {
    let padding = String(repeating: " ", count: max(0, width - count))
    return alignedRight ? padding + self : self + padding
  }

  fileprivate var trimmingTrailingSpaces: String {
    var text = self
    while text.last == " " { text.removeLast() }
    return text
  }
}
