import InputFiles
import LaunchPlan
import ModelDescription

extension MegatronFlags {
  /// The options that build the model of a launch.
  ///
  /// Sizes come from the operators that were priced. What changes neither size nor cost (activation
  /// functions, bases of rotary positions, the router's scores) comes from the user's file, for the
  /// model types whose meaning is known here; others are refused.
  /// - Source: Megatron-LM `megatron/training/arguments.py`, Megatron-Core 0.19.
  static func model(
    of launch: Launch, faults: inout [String], warnings: inout [String]
  ) -> MegatronFlags {
    var flags = MegatronFlags()
    let reading: DecoderReading
    do {
      reading = try DecoderReading(launch.model)
    } catch {
      faults.append("\(launch.model.name.quoted) \(error.predicate), for which it has no options")
      return flags
    }
    let type = launch.model.modelType
    if let type, !checkedTypes.contains(type) {
      faults.append(
        "a model of type \(type.quoted) may differ in what its sizes do not tell; those whose "
          + "options are known: \(checkedTypes.sorted().joined(separator: ", ")), and native models"
      )
    }
    flags.set("--num-layers", reading.layers.count)
    flags.set("--hidden-size", launch.model.hiddenSize)
    flags.attention(reading, faults: &faults)
    flags.networks(reading, launch, faults: &faults)
    flags.positions(reading, launch, warnings: &warnings)
    flags.set("--normalization", reading.shiftsNorms ? "LayerNorm" : "RMSNorm")
    if let epsilon = launch.modelDocument.number(at: "rms_norm_eps", "layer_norm_epsilon") {
      flags.set("--norm-epsilon", "\(epsilon)")
    }
    if !reading.isHeadTied { flags.set("--untie-embeddings-and-output-weights") }
    flags.set("--attention-dropout", "0.0")
    flags.set("--hidden-dropout", "0.0")
    if reading.furtherPredictors > 0 { flags.set("--mtp-num-layers", reading.furtherPredictors) }
    return flags
  }

  private static let checkedTypes: Set = [
    "llama", "mistral", "mixtral", "qwen2", "qwen3", "qwen2_moe", "qwen3_moe", "deepseek_v3",
    "kimi_k2",
  ]

  // MARK: Attention

  private mutating func attention(_ reading: DecoderReading, faults: inout [String]) {
    let kinds = Set(reading.layers.map(\.attention))
    let plain = Set(kinds.map(\.withoutWindow))
    guard let first = plain.first, plain.count == 1 else {
      faults.append("the layers differ in their attention, for which there is one set of options")
      return
    }
    switch first {
    case .grouped(let attention): grouped(attention)
    case .latent(let attention):
      set("--multi-latent-attention")
      set("--num-attention-heads", attention.heads)
      if let rank = attention.queryRank { set("--q-lora-rank", rank) }
      set("--kv-lora-rank", attention.keyValueRank)
      set("--qk-head-dim", attention.plainSize)
      set("--qk-pos-emb-head-dim", attention.rotarySize)
      set("--v-head-dim", attention.valueSize)
      set("--qk-layernorm")
    }
    windows(reading, faults: &faults)
  }

  private mutating func grouped(_ attention: DecoderReading.Grouped) {
    set("--num-attention-heads", attention.heads)
    if attention.groups < attention.heads {
      set("--group-query-attention")
      set("--num-query-groups", attention.groups)
    }
    set("--kv-channels", attention.headSize)
    if attention.normalisesQueriesAndKeys { set("--qk-layernorm") }
  }

  /// Sliding windows, in all layers or in some.
  private mutating func windows(_ reading: DecoderReading, faults: inout [String]) {
    let windows = reading.layers.map(\.attention.window)
    let sizes = Set(windows.compactMap(\.self))
    guard let size = sizes.first else { return }
    guard sizes.count == 1 else {
      faults.append(
        "windows of \(sizes.sorted().map(String.init).listed(joinedBy: "and")) tokens "
          + "stand in one model, but --window-size is one")
      return
    }
    set("--window-size", "\(size - 1),0")
    if windows.contains(nil) {
      set("--window-attn-skip-freq", windows.map { $0 == nil ? 0 : 1 }.pythonRuns)
    }
  }

  // MARK: Networks

  private mutating func networks(
    _ reading: DecoderReading, _ launch: Launch, faults: inout [String]
  ) {
    var dense: Set<DecoderReading.Network> = []
    var experts: Set<DecoderReading.Experts> = []
    for layer in reading.layers {
      switch layer.network {
      case .dense: dense.insert(layer.network)
      case .experts(let mixture): experts.insert(mixture)
      }
    }
    guard dense.count <= 1, experts.count <= 1 else {
      faults.append("the layers differ in their networks, for which there is one set of options")
      return
    }
    var isGated = experts.first?.gated ?? true
    var hasBias = false
    if case .dense(let width, let gated, let bias) = dense.first {
      if experts.first.map({ $0.gated != gated }) ?? false {
        faults.append("dense networks and experts must both be gated, or neither")
      }
      set("--ffn-hidden-size", width)
      (isGated, hasBias) = (gated, bias)
    } else if let experts = experts.first {
      set("--ffn-hidden-size", experts.width)
    }
    activation(gated: isGated, launch, faults: &faults)
    biases(reading, networks: hasBias, faults: &faults)
    guard let experts = experts.first else { return }
    let isRouted = reading.layers.map { layer in
      if case .experts = layer.network { 1 } else { 0 }
    }
    if isRouted.contains(0) { set("--moe-layer-freq", isRouted.pythonRuns) }
    mixture(experts, launch)
  }

  /// - Source: `--swiglu` is SiLU of a gate; without an option the network is GELU.
  private mutating func activation(gated: Bool, _ launch: Launch, faults: inout [String]) {
    let name = launch.modelDocument.string(at: "hidden_act", "activation_function")
    switch (gated, name) {
    case (true, nil), (true, "silu"), (true, "swish"): set("--swiglu")
    case (false, nil), (false, "gelu"), (false, "gelu_new"), (false, "gelu_pytorch_tanh"): break
    case (false, "relu2"): set("--squared-relu")
    default:
      faults.append(
        "the activation function \((name ?? "").quoted) of a network "
          + "\(gated ? "with" : "without") a gate has no option")
    }
  }

  private mutating func biases(
    _ reading: DecoderReading, networks: Bool, faults: inout [String]
  ) {
    var (input, output) = (false, false)
    if case .grouped(let attention)? = reading.layers.first?.attention {
      (input, output) = (attention.inputBias, attention.outputBias)
    }
    switch (input, output, networks) {
    case (true, true, true): break
    case (false, false, false): set("--disable-bias-linear")
    case (true, false, false):
      set("--disable-bias-linear")
      set("--add-qkv-bias")
    default:
      faults.append(
        "biases in some of the products (queries, keys and values \(input.word), output "
          + "\(output.word), networks \(networks.word)) have no options")
    }
  }

  private mutating func mixture(_ experts: DecoderReading.Experts, _ launch: Launch) {
    set("--num-experts", experts.count)
    set("--moe-router-topk", experts.perToken)
    set("--moe-ffn-hidden-size", experts.width)
    if experts.sharedWidth > 0 {
      set("--moe-shared-expert-intermediate-size", experts.sharedWidth)
      if experts.sharedGate { set("--moe-shared-expert-gate") }
    }
    set("--moe-grouped-gemm")
    set("--moe-token-dispatcher-type", "alltoall")
    set("--moe-router-dtype", "fp32")
    let document = launch.modelDocument
    if document.string(at: "scoring_func") == "sigmoid"
      || ["deepseek_v3", "kimi_k2"].contains(launch.model.modelType)
    {
      set("--moe-router-score-function", "sigmoid")
      set("--moe-router-enable-expert-bias")
      set("--moe-router-load-balancing-type", "seq_aux_loss")
      set("--moe-aux-loss-coeff", "0.0001")
    } else {
      if document.bool(at: "norm_topk_prob") == false { set("--moe-router-pre-softmax") }
      set("--moe-router-load-balancing-type", "aux_loss")
      set(
        "--moe-aux-loss-coeff",
        "\(document.number(at: "router_aux_loss_coef", "aux_loss_alpha") ?? 0.001)")
    }
    if let groups = document.integer(at: "n_group"), groups > 1,
      let chosen = document.integer(at: "topk_group")
    {
      set("--moe-router-num-groups", groups)
      set("--moe-router-group-topk", chosen)
    }
    if let scale = document.number(at: "routed_scaling_factor"), scale != 1 {
      set("--moe-router-topk-scaling-factor", "\(scale)")
    }
  }

  // MARK: Positions

  private mutating func positions(
    _ reading: DecoderReading, _ launch: Launch, warnings: inout [String]
  ) {
    let length = launch.plan.inputs.workload.sequenceLength
    set("--seq-length", length)
    if reading.learnedPositions > 0 {
      set("--position-embedding-type", "learned_absolute")
      set("--max-position-embeddings", max(reading.learnedPositions, length))
      return
    }
    set("--max-position-embeddings", max(launch.model.maximumSequenceLength ?? 0, length))
    set("--position-embedding-type", "rope")
    let document = launch.modelDocument
    let parameters = document["rope_parameters"] ?? document
    let isLatent = if case .latent? = reading.layers.first?.attention { true } else { false }
    guard let base = parameters.number(at: "rope_theta") ?? document.number(at: "rope_theta") else {
      warnings.append(
        "the model file states no base of rotary positions; Megatron-LM takes 10000 unless you "
          + "pass --rotary-base")
      if isLatent { plainRotation() }
      return
    }
    set("--rotary-base", Int(exactly: base.rounded()) ?? 10_000)
    rotaryScaling(document["rope_scaling"] ?? parameters, reading, warnings: &warnings)
  }

  /// Positions as they are, with latent attention: its default is YaRN, which alone has a fused kernel.
  private mutating func plainRotation() {
    set("--rope-type", "rope")
    set("--no-rope-fusion")
  }

  private mutating func rotaryScaling(
    _ scaling: JSONValue, _ reading: DecoderReading, warnings: inout [String]
  ) {
    let isLatent = if case .latent? = reading.layers.first?.attention { true } else { false }
    switch scaling.string(at: "rope_type", "type") {
    case nil, "default"?:
      if isLatent { plainRotation() }
    case "llama3"? where !isLatent:
      set("--use-rope-scaling")
      set("--rope-scaling-factor", "\(scaling.number(at: "factor") ?? 8)")
    case "yarn"? where isLatent:
      set("--rope-type", "yarn")
      set("--rotary-scaling-factor", "\(scaling.number(at: "factor") ?? 1)")
      if let scale = scaling.number(at: "mscale") { set("--mscale", "\(scale)") }
      if let scale = scaling.number(at: "mscale_all_dim") { set("--mscale-all-dim", "\(scale)") }
    case let kind?:
      warnings.append(
        "rotary positions scaled by \(kind.quoted) are left to you; they change no size and no cost"
      )
    }
  }
}

extension DecoderReading.Attention {
  fileprivate var window: Int? {
    if case .grouped(let attention) = self { attention.window } else { nil }
  }

  fileprivate var withoutWindow: DecoderReading.Attention {
    guard case .grouped(var attention) = self else { return self }
    attention.window = nil
    return .grouped(attention)
  }
}

extension [Int] {
  /// A list as Python writes it, runs shortened: `([0]*3+[1]*58)`.
  fileprivate var pythonRuns: String {
    var runs: [(value: Int, count: Int)] = []
    for value in self {
      if let last = runs.last, last.value == value {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((value, 1))
      }
    }
    return "(" + runs.map { "[\($0.value)]*\($0.count)" }.joined(separator: "+") + ")"
  }
}

extension Bool {
  fileprivate var word: String { self ? "with one" : "without" }
}
