/// A model that torchtitan knows by name.
///
/// torchtitan builds no model from sizes: a plan can be launched for those in this table.
/// - Source: torchtitan 0.2.2, `torchtitan/models/*/__init__.py`; the width of llama3's networks is
///   2/3 · 4 · dim · multiplier, rounded up to the multiple that stands there.
struct TorchtitanFlavor: Sendable, Hashable {
  /// What can run the model, beside data and tensor parallelism.
  enum Support: Sendable, Hashable { case all, noPipeline, noContext }

  var model: String
  var name: String
  var hidden: Int
  var vocabulary: Int
  var attention: DecoderReading.Attention
  /// The networks of all layers, from first to last.
  var networks: [DecoderReading.Network]
  var isHeadTied = false
  var support = Support.all

  /// The flavor of a model's sizes; `nil` where there is none.
  static func of(_ reading: DecoderReading, hidden: Int, vocabulary: Int) -> TorchtitanFlavor? {
    all.first {
      $0.hidden == hidden && $0.vocabulary == vocabulary && $0.isHeadTied == reading.isHeadTied
        && reading.learnedPositions == 0 && !reading.shiftsNorms
        && reading.layers == $0.kinds
    }
  }

  /// `llama3 8B, 70B and 405B; qwen3 …`: every flavor, for a message.
  static var listing: String {
    var families: [String] = []
    for flavor in all where !families.contains(flavor.model) { families.append(flavor.model) }
    return families.map { family in
      "\(family) " + all.filter { $0.model == family }.map(\.name).joined(separator: ", ")
    }.joined(separator: "; ")
  }

  static let all: [TorchtitanFlavor] = [
    llama("8B", hidden: 4096, layers: 32, heads: 32, width: 14336),
    llama("70B", hidden: 8192, layers: 80, heads: 64, width: 28672),
    llama("405B", hidden: 16384, layers: 126, heads: 128, width: 53248),
    qwen("0.6B", hidden: 1024, layers: 28, heads: 16, width: 3072, isHeadTied: true),
    qwen("1.7B", hidden: 2048, layers: 28, heads: 16, width: 6144, isHeadTied: true),
    qwen("4B", hidden: 2560, layers: 36, heads: 32, width: 9728, isHeadTied: true),
    qwen("8B", hidden: 4096, layers: 36, heads: 32, width: 12288),
    qwen("14B", hidden: 5120, layers: 40, heads: 40, width: 17408),
    qwen("32B", hidden: 5120, layers: 64, heads: 64, width: 25600),
    qwen("30B-A3B", hidden: 2048, layers: 48, heads: 32, groups: 4, expertWidth: 768),
    qwen("235B-A22B", hidden: 4096, layers: 94, heads: 64, groups: 4, expertWidth: 1536),
    deepseek(
      "16B", hidden: 2048, vocabulary: 102400, layers: 27, dense: 1, heads: 16, queryRank: nil,
      width: 10944, experts: mixture(64, of: 6, width: 1408, shared: 2)),
    deepseek(
      "236B", hidden: 5120, vocabulary: 102400, layers: 60, dense: 1, heads: 128, queryRank: 1536,
      width: 12288, experts: mixture(160, of: 6, width: 1536, shared: 2)),
    deepseek(
      "671B", hidden: 7168, vocabulary: 129280, layers: 61, dense: 3, heads: 128, queryRank: 1536,
      width: 18432, experts: mixture(256, of: 8, width: 2048, shared: 1)),
  ]

  private static func llama(
    _ name: String, hidden: Int, layers: Int, heads: Int, width: Int
  ) -> TorchtitanFlavor {
    TorchtitanFlavor(
      model: "llama3", name: name, hidden: hidden, vocabulary: 128_256,
      attention: grouped(heads, groups: 8, headSize: hidden / heads, normalised: false),
      networks: Array(repeating: .dense(width: width, gated: true, bias: false), count: layers))
  }

  private static func qwen(
    _ name: String, hidden: Int, layers: Int, heads: Int, groups: Int = 8, width: Int = 0,
    expertWidth: Int? = nil, isHeadTied: Bool = false
  ) -> TorchtitanFlavor {
    let network =
      expertWidth.map { DecoderReading.Network.experts(mixture(128, of: 8, width: $0, shared: 0)) }
      ?? .dense(width: width, gated: true, bias: false)
    return TorchtitanFlavor(
      model: "qwen3", name: name, hidden: hidden, vocabulary: 151_936,
      attention: grouped(heads, groups: groups, headSize: 128, normalised: true),
      networks: Array(repeating: network, count: layers), isHeadTied: isHeadTied,
      support: .noPipeline)
  }

  private static func deepseek(
    _ name: String, hidden: Int, vocabulary: Int, layers: Int, dense: Int, heads: Int,
    queryRank: Int?, width: Int, experts: DecoderReading.Experts
  ) -> TorchtitanFlavor {
    TorchtitanFlavor(
      model: "deepseek_v3", name: name, hidden: hidden, vocabulary: vocabulary,
      attention: .latent(
        DecoderReading.Latent(
          heads: heads, queryRank: queryRank, keyValueRank: 512, plainSize: 128, rotarySize: 64,
          valueSize: 128)),
      networks: Array(repeating: .dense(width: width, gated: true, bias: false), count: dense)
        + Array(repeating: .experts(experts), count: layers - dense),
      support: .noContext)
  }

  private static func grouped(
    _ heads: Int, groups: Int, headSize: Int, normalised: Bool
  ) -> DecoderReading.Attention {
    .grouped(
      DecoderReading.Grouped(
        heads: heads, groups: groups, headSize: headSize, window: nil,
        normalisesQueriesAndKeys: normalised, inputBias: false, outputBias: false))
  }

  private static func mixture(
    _ count: Int, of perToken: Int, width: Int, shared: Int
  ) -> DecoderReading.Experts {
    DecoderReading.Experts(
      count: count, perToken: perToken, width: width, gated: true, sharedWidth: shared * width,
      sharedGate: false)
  }
}

extension TorchtitanFlavor {
  /// The layers, from first to last.
  private var kinds: [DecoderReading.Kind] {
    networks.map { DecoderReading.Kind(attention: attention, network: $0) }
  }

  var hasExperts: Bool {
    networks.contains { if case .experts = $0 { true } else { false } }
  }
}
