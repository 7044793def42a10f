/// Where an option of Megatron-LM stands in Megatron-Bridge's configuration, and how Python writes it.
///
/// Both configure Megatron-Core, mostly by fields of one name.
/// - Source: Megatron-Bridge 0.6.2, `training/config.py`, `models/gpt_provider.py`; Megatron-Core's
///   `TransformerConfig`, `MLATransformerConfig` and `DistributedDataParallelConfig`.
struct BridgeField: Sendable, Hashable {
  /// How the words after an option are read.
  enum Kind: Sendable, Hashable {
    /// A number or an expression, as it stands.
    case bare
    case string
    /// Numbers with commas between, as a tuple.
    case tuple
    case strings
    /// Numbers, as a list.
    case numbers
    /// An option without words that stands for a value.
    case value(String)
  }

  /// The part of the configuration: `model`, `train`.
  var part: String
  var name: String
  var kind: Kind

  /// The assignment's right side.
  func value(of words: [String]) -> String {
    switch kind {
    case .bare: words.first ?? "None"
    case .string: (words.first ?? "").pythonLiteral
    case .tuple: "(\(words.first ?? ""))"
    case .numbers: "[\(words.joined(separator: ", "))]"
    case .strings: "[" + words.map(\.pythonLiteral).joined(separator: ", ") + "]"
    case .value(let value): value
    }
  }

  /// The fields that an option sets; `nil` where the option is unknown.
  static func of(_ option: String) -> [BridgeField]? { table[option] }

  /// Options that say in Megatron-LM what the recipe says otherwise: the precision as one name, groups
  /// of queries by their number alone.
  static let restated: Set = [
    "--bf16", "--fp16", "--fp8-format", "--fp8-recipe", "--fp4-format", "--fp4-recipe",
    "--group-query-attention", "--max-position-embeddings",
  ]

  private static let table: [String: [BridgeField]] = {
    var table: [String: [BridgeField]] = [:]
    for (kind, options) in ofOneName {
      for option in options {
        let name = String(option.dropFirst(2)).replacing("-", with: "_")
        table[option] = [BridgeField(part: "model", name: name, kind: kind)]
      }
    }
    for (option, part, name, kind) in renamed {
      table[option, default: []].append(BridgeField(part: part, name: name, kind: kind))
    }
    return table
  }()

  /// Options whose field of the model has their name.
  private static let ofOneName: [(Kind, [String])] = [
    (
      .bare,
      [
        "--num-layers", "--hidden-size", "--ffn-hidden-size", "--num-attention-heads",
        "--num-query-groups", "--kv-channels", "--q-lora-rank", "--kv-lora-rank", "--qk-head-dim",
        "--qk-pos-emb-head-dim", "--v-head-dim", "--window-attn-skip-freq", "--moe-layer-freq",
        "--moe-router-topk", "--moe-ffn-hidden-size", "--moe-shared-expert-intermediate-size",
        "--moe-aux-loss-coeff", "--moe-router-num-groups", "--moe-router-group-topk",
        "--moe-router-topk-scaling-factor", "--seq-length", "--rotary-base",
        "--rope-scaling-factor",
        "--rotary-scaling-factor", "--mscale", "--mscale-all-dim", "--attention-dropout",
        "--hidden-dropout", "--mtp-num-layers", "--tensor-model-parallel-size",
        "--pipeline-model-parallel-size", "--context-parallel-size",
        "--expert-model-parallel-size", "--expert-tensor-parallel-size", "--recompute-num-layers",
        "--min-offloaded-tensor-size",
      ]
    ),
    (
      .string,
      [
        "--moe-token-dispatcher-type", "--moe-router-dtype", "--moe-router-score-function",
        "--moe-router-load-balancing-type", "--position-embedding-type", "--rope-type",
        "--normalization", "--pipeline-model-parallel-layout", "--cp-comm-type",
        "--recompute-granularity", "--recompute-method",
      ]
    ),
    (
      .value("True"),
      [
        "--multi-latent-attention", "--qk-layernorm", "--add-qkv-bias", "--moe-shared-expert-gate",
        "--moe-grouped-gemm", "--moe-router-enable-expert-bias", "--moe-router-pre-softmax",
        "--sequence-parallel", "--fine-grained-activation-offloading",
      ]
    ),
    (.tuple, ["--window-size"]), (.strings, ["--recompute-modules", "--offload-modules"]),
    (.numbers, ["--hierarchical-context-parallel-sizes"]),
  ]

  private static let renamed: [(String, String, String, Kind)] = [
    ("--num-experts", "model", "num_moe_experts", .bare),
    ("--norm-epsilon", "model", "layernorm_epsilon", .bare),
    ("--swiglu", "model", "gated_linear_unit", .value("True")),
    ("--swiglu", "model", "activation_func", .value("\"silu\"")),
    ("--squared-relu", "model", "activation_func", .value("\"squared_relu\"")),
    ("--disable-bias-linear", "model", "add_bias_linear", .value("False")),
    ("--use-rope-scaling", "model", "rope_scaling", .value("True")),
    (
      "--untie-embeddings-and-output-weights", "model", "share_embeddings_and_output_weights",
      .value("False")
    ),
    ("--no-gradient-accumulation-fusion", "model", "gradient_accumulation_fusion", .value("False")),
    ("--no-rope-fusion", "model", "apply_rope_fusion", .value("False")),
    ("--use-tp-pp-dp-mapping", "dist", "use_tp_pp_dp_mapping", .value("True")),
    ("--micro-batch-size", "train", "micro_batch_size", .bare),
    ("--global-batch-size", "train", "global_batch_size", .bare),
    ("--optimizer", "optimizer", "optimizer", .string),
    ("--ckpt-format", "checkpoint", "ckpt_format", .string),
    ("--overlap-grad-reduce", "ddp", "overlap_grad_reduce", .value("True")),
    ("--overlap-param-gather", "ddp", "overlap_param_gather", .value("True")),
    ("--use-distributed-optimizer", "ddp", "use_distributed_optimizer", .value("True")),
    ("--num-distributed-optimizer-instances", "ddp", "num_distributed_optimizer_instances", .bare),
    ("--use-distributed-optimizer", "optimizer", "use_distributed_optimizer", .value("True")),
    ("--optimizer-cpu-offload", "optimizer", "optimizer_cpu_offload", .value("True")),
    ("--optimizer-offload-fraction", "optimizer", "optimizer_offload_fraction", .bare),
    (
      "--use-precision-aware-optimizer", "optimizer", "use_precision_aware_optimizer",
      .value("True")
    ),
    (
      "--overlap-cpu-optimizer-d2h-h2d", "optimizer", "overlap_cpu_optimizer_d2h_h2d",
      .value("True")
    ),
    ("--use-megatron-fsdp", "ddp", "use_megatron_fsdp", .value("True")),
    ("--use-megatron-fsdp", "dist", "use_megatron_fsdp", .value("True")),
    ("--data-parallel-sharding-strategy", "ddp", "data_parallel_sharding_strategy", .string),
  ]
}
