import CostModel
import InputFiles
import ParallelismVocabulary
import Quantities

extension ImportedLaunch {
  /// The launch that a list of Megatron-LM's arguments, or a script that holds one, describes.
  ///
  /// - Throws: all options that cannot be understood, with their lines.
  /// - Source: Megatron-LM `megatron/training/arguments.py` at Megatron-Core 0.19, whose defaults
  ///   stand where an option is absent.
  public static func megatron(_ text: String, file: String) throws(InputFaults) -> ImportedLaunch {
    let log = FaultLog(file: file)
    let script = MegatronScript(ShellWords(text).words, log: log)
    let options = script.common
    guard options.has("num-layers") || options.has("tensor-model-parallel-size") else {
      log.error(
        at: nil,
        "has no option of Megatron-LM such as --num-layers; it must be a list of arguments or a script"
      )
      throw InputFaults(reason: .malformed, faults: log.errors)
    }
    var launch = ImportedLaunch(stack: "megatron-core@0.16")
    launch.readDegrees(options)
    launch.readSchedule(options)
    launch.readStep(options)
    launch.readRecomputation(script)
    launch.model = MegatronModel(options).document
    launch.note(options)
    try log.throwIfFaulty()
    return launch
  }

  // MARK: Degrees and schedule

  private mutating func readDegrees(_ options: LaunchOptions) {
    degrees.tensor = options.count("tensor-model-parallel-size") ?? 1
    degrees.pipeline = options.count("pipeline-model-parallel-size") ?? 1
    degrees.context = options.count("context-parallel-size") ?? 1
    degrees.expert = options.count("expert-model-parallel-size") ?? 1
    let hasExperts = options.has("num-experts")
    degrees.expertTensor =
      options.count("expert-tensor-parallel-size") ?? (hasExperts ? degrees.tensor : 1)
    sequenceParallel = options.has("sequence-parallel") && degrees.tensor > 1
    if degrees.context > 1 {
      let names = ["p2p", "all_gather", "allgather", "a2a", "a2a+p2p"]
      switch options.name("cp-comm-type", among: names) ?? "p2p" {
      case "all_gather", "allgather": contextMethod = .allGather
      case "a2a": contextMethod = .allToAll
      case "a2a+p2p": contextMethod = .hierarchical
      default: contextMethod = .ring
      }
    }
    if options.has("use-tp-pp-dp-mapping") { rankOrder = .dataOutermost }
    let nodes = options.count("nnodes")
    let perNode = options.count("nproc-per-node")
    if let nodes, let perNode { ranks = nodes * perNode }
  }

  private mutating func readSchedule(_ options: LaunchOptions) {
    let layers = options.count("num-layers") ?? 1
    if let option = options.options["pipeline-model-parallel-layout"],
      let text = options.text("pipeline-model-parallel-layout")
    {
      do {
        let counts = try PipelineLayout.layers(of: text)
        guard counts.count.isMultiple(of: degrees.pipeline) else {
          options.fault(
            option,
            "--pipeline-model-parallel-layout has \(counts.count) parts, which do not share "
              + "out over \(degrees.pipeline) stages")
          return
        }
        chunkLayers = counts
        setVirtualStages(counts.count / degrees.pipeline)
      } catch {
        options.fault(option, "--pipeline-model-parallel-layout \(error.predicate)")
      }
      return
    }
    if let perChunk = options.count("num-layers-per-virtual-pipeline-stage") {
      setVirtualStages(max(1, layers / degrees.pipeline / perChunk))
    } else if let chunks = options.count("num-virtual-stages-per-pipeline-rank") {
      setVirtualStages(chunks)
    }
    readEnds(options, layers: layers)
  }

  private mutating func setVirtualStages(_ count: Int) {
    schedule = count > 1 ? .interleaved(virtualStages: count) : .oneForwardOneBackward
  }

  /// First and last stages of their own size; the others share what remains.
  private mutating func readEnds(_ options: LaunchOptions, layers: Int) {
    let first = options.count("decoder-first-pipeline-num-layers", atLeast: 0)
    let last = options.count("decoder-last-pipeline-num-layers", atLeast: 0)
    guard first != nil || last != nil, degrees.pipeline > 1, schedule.virtualStages == 1 else {
      return
    }
    let given = [first, last].compactMap(\.self)
    let others = degrees.pipeline - given.count
    let rest = layers - given.reduce(0, +)
    guard rest >= 0, others == 0 ? rest == 0 : rest.isMultiple(of: others) else {
      options.log.error(
        at: nil,
        "--decoder-first-pipeline-num-layers and --decoder-last-pipeline-num-layers leave \(rest) "
          + "layers for \(others) stages, which do not divide")
      return
    }
    let middle = Array(repeating: others == 0 ? 0 : rest / others, count: others)
    chunkLayers = (first.map { [$0] } ?? []) + middle + (last.map { [$0] } ?? [])
  }

  // MARK: Step

  private mutating func readStep(_ options: LaunchOptions) {
    microBatchSize = options.count("micro-batch-size") ?? 1
    globalBatch = options.count("global-batch-size")
    if globalBatch == nil {
      notes.append(
        "--global-batch-size is absent: one micro-batch on every replica, as Megatron-LM")
    }
    sequenceLength = options.count("seq-length")
    if options.has("use-megatron-fsdp") || options.has("use-torch-fsdp2") {
      switch options.text("data-parallel-sharding-strategy") ?? "optim_grads_params" {
      case "no_shard": sharding = .none
      case "optim": sharding = .optimizer
      case "optim_grads": sharding = .gradients
      default: sharding = .parameters
      }
      if options.count("num-distributed-optimizer-instances") ?? 1 > 1 {
        notes.append(
          "--num-distributed-optimizer-instances: the groups of Megatron-FSDP are priced as one of all "
            + "replicas")
      }
    } else if options.has("use-distributed-optimizer") {
      sharding = .optimizer
      stateReplicas = options.count("num-distributed-optimizer-instances") ?? 1
    }
    optimizer = options.text("optimizer") ?? "adam"
    readOptimizerPlace(options)
    precision =
      options.has("fp4-format")
      ? .nvfp4
      : options.has("fp8-format") || options.has("fp8")
        ? (options.text("fp8-recipe") == "mxfp8" ? .mxfp8 : .fp8)
        : options.has("bf16") ? .bf16 : options.has("fp16") ? .fp16 : .fp32
  }

  private mutating func readRecomputation(_ script: MegatronScript) {
    guard script.byStage.isEmpty else {
      let stages = (0..<degrees.pipeline).map { script.byStage[$0] ?? script.common }
      recompute = stages.map(Recomputation.init)
      offload = zip(stages, recompute).map { offloaded($0, besides: $1) }
      return
    }
    recompute = [Recomputation(script.common)]
    offload = [offloaded(script.common, besides: recompute[0])]
  }

  /// What a stage has its host keep: whole groups of modules, as plans have them.
  private mutating func offloaded(
    _ options: LaunchOptions, besides recomputation: Recomputation
  ) -> Set<OffloadModule> {
    guard options.has("fine-grained-activation-offloading") else { return [] }
    guard case .modules(let recomputed) = recomputation else {
      notes.append(
        "--fine-grained-activation-offloading is not followed beside whole layers that are recomputed"
      )
      return []
    }
    let names = Set(options.texts("offload-modules"))
    let groups = OffloadModule.allCases.map { ($0, $0.megatronNames(besides: recomputed)) }
    let whole = groups.filter { names.isSuperset(of: $0.1) }
    let rest = names.subtracting(whole.flatMap(\.1)).sorted()
    if !rest.isEmpty {
      let words = groups.map { $0.1.joined(separator: " ") }
      notes.append(
        "--offload-modules \(rest.joined(separator: " ")): taken to stay on the device, since only "
          + "\(words.joined(separator: " and ")) are followed together")
    }
    if !whole.isEmpty { activationPlace = .host }
    return Set(whole.map(\.0))
  }

  /// What changes the time or the memory and is not followed.
  private mutating func note(_ options: LaunchOptions) {
    for (name, what) in Self.unfollowed where options.has(name) {
      notes.append("--\(name) is not followed: \(what)")
    }
    if !options.has("vocab-size"), !options.has("padded-vocab-size") {
      notes.append(
        "only the tokenizer tells the vocabulary: \(MegatronModel.assumedVocabulary.grouped) is "
          + "assumed, unless --vocab-size stands in the script")
    }
    if options.has("recompute-activations") {
      notes.append("--recompute-activations is read as --recompute-modules core_attn")
    }
  }

  private mutating func readOptimizerPlace(_ options: LaunchOptions) {
    let share = options.text("optimizer-offload-fraction").flatMap(Double.init) ?? 1
    guard options.has("optimizer-cpu-offload"), share > 0 else { return }
    guard sharding == .optimizer else {
      notes.append(
        "--optimizer-cpu-offload is not followed but with --use-distributed-optimizer alone: optimiser "
          + "state is taken to be on the device")
      return
    }
    optimizerPlace = .host
    if share < 1 {
      notes.append(
        "--optimizer-offload-fraction \(share): all of the state is taken to be on the host")
    }
  }

  private static let unfollowed = [
    ("cpu-offloading-num-layers", "nothing is taken to be offloaded"),
    ("tp-comm-overlap", "the stack's usual share of tensor exchanges is taken to be visible"),
    ("overlap-moe-expert-parallel-comm", "the stack's usual share of expert exchanges is visible"),
    ("hybrid-context-parallel", "all sequences are taken to be equally long"),
  ]
}

extension ImportedLaunch.Recomputation {
  fileprivate init(_ options: LaunchOptions) {
    let granularity =
      options.has("recompute-activations")
      ? "selective" : options.name("recompute-granularity", among: ["full", "selective"])
    switch granularity {
    case "full":
      let isBlock = options.name("recompute-method", among: ["uniform", "block"]) == "block"
      self = .layers(isBlock ? options.count("recompute-num-layers") ?? 1 : nil)
    case "selective":
      let known = RecomputeModule.allCases.compactMap { module in
        module.megatronName.map { ($0, module) }
      }
      let names = options.texts("recompute-modules")
      let modules = names.compactMap { name in known.first { $0.0 == name }?.1 }
      self = .modules(names.isEmpty ? [.coreAttention] : Set(modules))
    default: self = .modules([])
    }
  }
}

/// Options that all ranks have, and those of single stages: what `plan emit` writes as a case of the
/// rank.
struct MegatronScript {
  let common: LaunchOptions
  let byStage: [Int: LaunchOptions]

  init(_ words: [ShellWords.Word], log: FaultLog) {
    guard let start = words.firstIndex(where: { $0.text == "case" && !$0.isQuoted }),
      let end = words[start...].firstIndex(where: { $0.text == "esac" }), start + 1 < end,
      words[start + 1].computed.contains("RANK")
    else {
      common = LaunchOptions(words, log: log)
      byStage = [:]
      return
    }
    let outside = Array(words[..<start] + words[(end + 1)...])
    common = LaunchOptions(outside, log: log)
    var stages: [Int: [ShellWords.Word]] = [:]
    var stage: Int?
    var previous: String?
    for word in words[(start + 2)..<end] {
      // A number begins a case where it is no option's value.
      if let number = Int(word.text), !(previous?.hasPrefix("--") ?? false) {
        stage = number
      } else if let stage {
        stages[stage, default: []].append(word)
      }
      previous = word.text
    }
    byStage = stages.mapValues { LaunchOptions($0, log: log) }
  }
}

extension PipelineLayout {
  /// What is wrong with a layout, as a predicate.
  struct Malformed: Error {
    var predicate: String
  }

  /// The layers of each part of a layout in Megatron's notation: `E`, `t`, `m` and `L`, `|` between
  /// the parts, `(…)*n` and `t*n` repeated.
  static func layers(of text: String) throws(Malformed) -> [Int] {
    let expanded = try expand(Array(text.filter { !$0.isWhitespace && $0 != "," }))
    return expanded.split(separator: "|", omittingEmptySubsequences: false).map { part in
      part.count { $0 == "t" }
    }
  }

  private static func expand(_ text: [Character]) throws(Malformed) -> [Character] {
    var result: [Character] = []
    var unit: [Character] = []
    var next = 0
    while next < text.count {
      let character = text[next]
      next += 1
      switch character {
      case "(":
        guard let end = text[next...].firstIndex(of: ")") else {
          throw Malformed(predicate: "has a '(' without its ')'")
        }
        result += unit
        unit = Array(text[next..<end])
        next = end + 1
      case "*":
        let digits = text[next...].prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(String(digits)), count <= 1 << 14, !unit.isEmpty else {
          throw Malformed(predicate: "has a '*' without a number of repetitions")
        }
        result += Array(repeatElement(unit, count: count).joined())
        unit = []
        next += digits.count
      case "E", "t", "m", "L", "|":
        result += unit
        unit = [character]
      default:
        throw Malformed(
          predicate: "has \(String(character).quoted), but must be made of E, t, m, L, | and *")
      }
    }
    return result + unit
  }
}
