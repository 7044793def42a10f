import InputFiles

/// The models that SimuMax's cases cut to a few layers.
enum SimuMaxModel {
  /// The model as a model file states it, its vocabulary padded for Megatron-LM.
  static func document(_ name: String, layers: Int, tensor: Int) -> JSONValue? {
    guard let model = all[name] else { return nil }
    let unit = 128 * tensor
    let vocabulary = (model.vocabulary + unit - 1) / unit * unit
    var members: [JSONValue.Member] = [
      .init("hiddenSize", .integer(model.hidden)),
      .init("vocabularySize", .integer(vocabulary)),
    ]
    let dense: JSONValue = ["kind": "gated", "intermediateSize": .integer(model.width)]
    if let experts = model.experts {
      var kinds: [JSONValue] = [["count": 1, "attention": model.attention, "feedForward": dense]]
      if layers > 1 {
        kinds.append([
          "count": .integer(layers - 1), "attention": model.attention, "feedForward": experts,
        ])
      }
      members.append(.init("layers", .array(kinds)))
    } else {
      members += [
        .init("layers", .integer(layers)), .init("attention", model.attention),
        .init("feedForward", dense),
      ]
    }
    return ["name": .string("\(name), \(layers) layers"), "architecture": .object(members)]
  }

  private struct Dimensions {
    var hidden: Int
    var width: Int
    var vocabulary: Int
    var attention: JSONValue
    var experts: JSONValue?
  }

  // The published `config.json` of each model.
  private static let all: [String: Dimensions] = [
    "llama3-8b": llama(hidden: 4_096, width: 14_336, heads: 32),
    "llama3-70b": llama(hidden: 8_192, width: 28_672, heads: 64),
    // SimuMax's own has sixteen heads of keys and values, twice the released model's.
    "llama3-405b": llama(hidden: 16_384, width: 53_248, heads: 128, keyValueHeads: 16),
    "deepseekv2": Dimensions(
      hidden: 5_120, width: 12_288, vocabulary: 102_400, attention: latent,
      experts: [
        "count": 160, "perToken": 6, "intermediateSize": 1_536, "sharedIntermediateSize": 3_072,
      ]),
    "deepseekv3": Dimensions(
      hidden: 7_168, width: 18_432, vocabulary: 129_280, attention: latent,
      experts: [
        "count": 256, "perToken": 8, "intermediateSize": 2_048, "sharedIntermediateSize": 2_048,
      ]),
  ]

  private static let latent: JSONValue = [
    "kind": "mla", "heads": 128, "queryRank": 1_536, "keyValueRank": 512, "plainSize": 128,
    "rotarySize": 64, "valueSize": 128,
  ]

  private static func llama(
    hidden: Int, width: Int, heads: Int, keyValueHeads: Int = 8
  ) -> Dimensions {
    Dimensions(
      hidden: hidden, width: width, vocabulary: 128_256,
      attention: [
        "heads": .integer(heads), "keyValueHeads": .integer(keyValueHeads),
        "headSize": .integer(hidden / heads),
      ])
  }
}
