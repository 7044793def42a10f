import Foundation

extension BadInput {
  /// Faults of the model file and of the workload.
  static let models: [BadInput] = [
    BadInput(
      title: "no such model", files: ["model.json": nil], status: 66,
      errors: "model.json: error: cannot be opened: No such file or directory\n"),
    file(
      "neither form of model", "model.json", Array("{}".utf8),
      "model.json:1:1: error: the document is no model: it has neither "
        + "'architecture', as a native model file, nor 'model_type' or 'architectures', "
        + "as a Hugging Face config.json"
    ),
    BadInput(
      title: "the files swapped", arguments: ["model.json", "cluster.json"],
      errors: "model.json:1:1: error: the document needs the key 'nodeGroups'\n"
        + "model.json:3:3: error: the document has no key 'architecture'; it may have "
        + "'name', 'nodeGroups', 'fabrics', 'measurements' and 'health'\n"
        + "model.json:10:3: error: the document has no key 'workload'; it may have "
        + "'name', 'nodeGroups', 'fabrics', 'measurements' and 'health'\n"
        + "cluster.json:1:1: error: the document is no model: it has neither "
        + "'architecture', as a native model file, nor 'model_type' or 'architectures', "
        + "as a Hugging Face config.json\n"
    ),
    file(
      "an unknown model type", "model.json", Array(#"{ "model_type": "llamma" }"#.utf8),
      "model.json:1:17: error: model_type is \"llamma\", which is not understood; "
        + "describe its layers in a native model file (the nearest model type that is "
        + "understood is 'llama')"
    ),
    model(
      "heads not divisible", "\"keyValueHeads\": 8", "\"keyValueHeads\": 5",
      "model.json:7:50: error: architecture.attention.keyValueHeads is 5, but must "
        + "divide the 16 heads"
    ),
    model(
      "a misspelt key of the model", "\"vocabularySize\"", "\"vocabularySise\"",
      "model.json:5:5: error: architecture has no key 'vocabularySise'; did you mean "
        + "'vocabularySize'?"
    ),
    model(
      "an unknown key", "\"layers\": 16,", "\"layers\": 16, \"colour\": 1,",
      "model.json:6:19: error: architecture has no key 'colour'; it may have "
        + "'hiddenSize', 'vocabularySize', 'maximumSequenceLength', 'learnedPositions', "
        + "'tiedHead', 'normalisation', 'layers', 'attention', 'feedForward' and "
        + "'multiTokenPrediction'"
    ),
    model(
      "a width of zero", "\"hiddenSize\": 2048", "\"hiddenSize\": 0",
      "model.json:4:19: error: architecture.hiddenSize is 0, but must be from 1 to 1048576"),
    model(
      "a width beyond any model", "8192", "99999999999",
      "model.json:8:42: error: architecture.feedForward.intermediateSize is "
        + "99999999999, but must be from 1 to 1048576"
    ),
    file(
      "more parameters than can be counted", "model.json",
      Array(
        #"""
        { "architecture": { "hiddenSize": 1048576, "vocabularySize": 32000, "layers": 16384,
            "attention": { "heads": 16 },
            "feedForward": { "count": 16384, "perToken": 1, "intermediateSize": 1048576 } } }
        """#.utf8),
      "model.json:1:19: error: architecture describes more than "
        + "1,152,921,504,606,846,976 parameters; look for a size with too many digits"
    ),
    model(
      "an unknown kind of attention", "\"heads\": 16", "\"kind\": \"magic\"",
      "model.json:7:28: error: architecture.attention.kind is \"magic\", but must be "
        + "one of \"softmax\", \"mla\", \"linear\", \"stateSpace\" or \"none\""
    ),
    model(
      "a batch in two units", "\"globalBatch\": 64",
      "\"globalBatch\": 64, \"globalBatchTokens\": 64",
      "model.json:10:36: error: workload has 'globalBatch' and 'globalBatchTokens', "
        + "but must have only one of them"
    ),
    BadInput(
      title: "no such workload",
      arguments: ["cluster.json", "model.json", "--workload", "workload.json"], status: 66,
      errors: "workload.json: error: cannot be opened: No such file or directory\n"),
    workload(
      "an unknown number format", #"{ "precision": "bf15" }"#,
      "workload.json:1:16: error: precision is \"bf15\", but must be one of "
        + "\"fp32\", \"tf32\", \"fp16\", \"bf16\", \"fp8\", \"mxfp8\", \"nvfp4\" or "
        + "\"int8\"; did you mean \"bf16\"?"
    ),
    workload(
      "a misspelt key of the workload", #"{ "sequenceLenght": 8192 }"#,
      "workload.json:1:3: error: the document has no key 'sequenceLenght'; did you "
        + "mean 'sequenceLength'?"
    ),
    workload(
      "a batch of zero", #"{ "globalBatch": 0 }"#,
      "workload.json:1:18: error: globalBatch is 0, but must be from 1 to 1073741824"),
  ]

  /// Command lines that are refused before any file is read.
  static let usages: [BadInput] = [
    usage("no model", ["cluster.json"], "Missing expected argument '<model>'"),
    usage(
      "a third file", ["cluster.json", "model.json", "more.json"],
      "Unexpected argument 'more.json'"),
    usage(
      "an unknown flag", ["cluster.json", "model.json", "--tensro", "8"],
      "Unknown option '--tensro'. Did you mean '--tensor'?"),
    usage(
      "standard input twice", ["-", "-"],
      "Only one of the inputs can be read from standard input ('-')."),
    usage(
      "a degree of zero", ["cluster.json", "model.json", "--tensor", "0"],
      "The value '0' is invalid for '--tensor <n>': it must be a whole number from 1 to "
        + "1,073,741,824"),
    usage(
      "a length with an unknown suffix", ["cluster.json", "model.json", "--sequence-length", "8q"],
      "The value '8q' is invalid for '--sequence-length <n>': it must be a whole number from 1 "
        + "to 1,073,741,824, where k stands for 1,024 and M for 1,048,576"),
    usage(
      "a batch that overflows",
      ["cluster.json", "model.json", "--global-batch", "99999999999999M"],
      "The value '99999999999999M' is invalid for '--global-batch <n>': it must be a whole number "
        + "from 1 to 1,073,741,824, where k stands for 1,024 and M for 1,048,576"),
    usage(
      "an unknown schedule", ["cluster.json", "model.json", "--schedule", "interleave"],
      "The value 'interleave' is invalid for '--schedule <name>': it must be one of gpipe, 1f1b, "
        + "interleaved, zb-h1, zb-h2, zb-v, dualpipe or dualpipe-v; did you mean interleaved?"),
    usage(
      "chunks of a schedule without chunks",
      ["cluster.json", "model.json", "--schedule", "1f1b:2"],
      "The value '1f1b:2' is invalid for '--schedule <name>': only interleaved takes a number of "
        + "chunks, of at least 2"),
    usage(
      "two numbers of chunks",
      ["cluster.json", "model.json", "--schedule", "interleaved:2", "--virtual-stages", "4"],
      "--schedule interleaved:2 and --virtual-stages 4 contradict each other."),
    usage(
      "an unknown sharding", ["cluster.json", "model.json", "--sharding", "zero-4"],
      "The value 'zero-4' is invalid for '--sharding <what>': it must be one of none, optimizer, "
        + "gradients or parameters"),
    usage(
      "an unknown module", ["cluster.json", "model.json", "--recompute", "coreAttention,mlp"],
      "The value 'coreAttention,mlp' is invalid for '--recompute <what>': it must be none, full, "
        + "or a list of coreAttention, feedForward, experts, sharedExperts, expertActivation, "
        + "latentProjection, normalisation or alternateProducts, joined by commas; host:attention or "
        + "host:experts is kept by the hosts"),
    usage(
      "an unknown module of the hosts", ["cluster.json", "model.json", "--recompute", "host:mlp"],
      "The value 'host:mlp' is invalid for '--recompute <what>': it must be none, full, "
        + "or a list of coreAttention, feedForward, experts, sharedExperts, expertActivation, "
        + "latentProjection, normalisation or alternateProducts, joined by commas; host:attention or "
        + "host:experts is kept by the hosts"),
    usage(
      "an unknown place", ["cluster.json", "model.json", "--activation-place", "disk"],
      "The value 'disk' is invalid for '--activation-place <place>': it must be one of device "
        + "or host"),
    usage(
      "an unknown stack", ["cluster.json", "model.json", "--stack", "megatron-cor"],
      "The value 'megatron-cor' is invalid for '--stack <name[@version]>': it must be one of "
        + "megatron-core@0.16, torchtitan@0.2, deepspeed@0.19, megatron-core@0.16-serial, "
        + "megatron-bridge@26.06, megatron-bridge@26, megatron-bridge@25, nemo@24, "
        + "mlperf-nvidia@4, mlperf-amd@5, nemo-automodel@25, megatron-deepspeed@2024, "
        + "megatron-deepspeed@2022, megatron-deepspeed@bigscience, megatron-deepspeed@1.1.5, "
        + "megatron-lm@2, deepspeed-zero3@2021, megatron-ci@0.16, megatron-ci-fused-loss@0.16, "
        + "llm-foundry@0.3, llm-foundry@0.3-amp, torchtitan@0.2-eager, torchtitan@0.2-async, "
        + "easycontext@2024, internevo@0.2, nanotron@0.4 or fms-fsdp@1; did you mean "
        + "megatron-core?"),
    usage(
      "a gap above one", ["cluster.json", "model.json", "--gap", "5"],
      "The value '5' is invalid for '--gap <share>': it must be from 0 to below 1, such as 0.01 "
        + "or 1%"),
    usage(
      "a gap that is no number", ["cluster.json", "model.json", "--gap", "nan"],
      "The value 'nan' is invalid for '--gap <share>': it must be from 0 to below 1, such as 0.01 "
        + "or 1%"),
    usage(
      "a deadline in the past", ["cluster.json", "model.json", "--deadline", "-1"],
      "Missing value for '--deadline <seconds>'"),
    usage(
      "a batch in two flags",
      ["cluster.json", "model.json", "--global-batch", "8", "--global-batch-tokens", "8k"],
      "Give --global-batch or --global-batch-tokens, not both."),
  ]
}
