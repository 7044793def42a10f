import LaunchPlan
import ParallelismVocabulary

extension LaunchPlan.Parallelism {
  /// The plan in one line: `tensor 8 · pipeline 4 (1f1b) · data 2 · ZeRO-1 · micro-batch 1 × 64`.
  ///
  /// Axes that are not cut are left out.
  public var line: String { parts.joined(separator: " · ") }

  /// The line on as many lines as it needs, broken between its parts.
  func lines(width: Int, first: String, hanging: String) -> [String] {
    let glued = parts.map { $0.replacing(" ", with: "\u{A0}") }.joined(separator: "\u{A0}· ")
    return glued.wrapped(width: width, first: first, hanging: hanging)
      .map { $0.replacing("\u{A0}", with: " ") }
  }

  private var parts: [String] {
    var parts: [String] = []
    if tensor > 1 { parts.append("tensor \(tensor)" + (sequenceParallel ? "" : " (tokens whole)")) }
    if context > 1 {
      parts.append("context \(context)" + (contextMethod.map { " (\($0.words))" } ?? ""))
    }
    if expert > 1 { parts.append("expert \(expert)") }
    if expertTensor > 1 { parts.append("expert-tensor \(expertTensor)") }
    if pipeline > 1 { parts.append("pipeline \(pipeline) (\(schedule.words))") }
    if data > 1 { parts.append("data \(data)") }
    if parts.isEmpty { parts.append("one device") }
    if sharding != .none {
      parts.append(sharding.words + (stateGroups > 1 ? " in \(stateGroups) groups" : ""))
    }
    parts.append("micro-batch \(microBatchSize) × \(microBatches)")
    if let rankOrder { parts.append("ranks \(rankOrder.rawValue)") }
    return parts
  }
}

extension Sharding {
  /// The name by which people know it.
  var words: String {
    switch self {
    case .none: "no sharding"
    case .optimizer: "ZeRO-1"
    case .gradients: "ZeRO-2"
    case .parameters: "ZeRO-3"
    }
  }
}

extension Schedule {
  var words: String {
    switch self {
    case .gpipe: "GPipe"
    case .oneForwardOneBackward: "1F1B"
    case .interleaved(let virtualStages): "interleaved ×\(virtualStages)"
    case .zeroBubbleH1: "zero-bubble H1"
    case .zeroBubbleH2: "zero-bubble H2"
    case .zeroBubbleV: "zero-bubble V"
    case .dualPipe: "DualPipe"
    case .dualPipeV: "DualPipeV"
    }
  }
}

extension ContextMethod {
  var words: String {
    switch self {
    case .ring: "ring"
    case .allGather: "all-gather"
    case .allToAll: "all-to-all"
    case .hierarchical: "all-to-all inside, ring between"
    }
  }
}

extension Recompute {
  /// What a stage computes again, given the layers of its longest chunk: `none`, `full`,
  /// `core attention`, `2 full, feed forward`; and what it has in its host's memory: `attention in host`.
  func words(longestChunk: Int) -> String {
    let modules = self.modules.sorted().map(\.rawValue.words)
    if fullLayers > 0, fullLayers >= longestChunk { return "full" }
    let parts =
      (fullLayers > 0 ? ["\(fullLayers) full"] : []) + modules
      + offload.sorted().map { "\($0.rawValue.words) in host" }
    return parts.isEmpty ? "none" : parts.joined(separator: ", ")
  }
}
