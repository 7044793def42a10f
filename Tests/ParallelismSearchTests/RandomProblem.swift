import ClusterTopology
import CostModel
import ModelDescription
import ParallelismSearch
import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

/// A planning problem that is small enough to try everything.
struct RandomProblem {
  var nodes: Int
  var acceleratorsPerNode: Int
  /// Groups of other accelerators beside the first.
  var others: [OtherGroup] = []
  var memory = Bytes.gibibytes(1_000)
  /// The cards of a node, which share its rate.
  var cards = 1
  /// What a node of each group costs an hour; none where it is empty.
  var prices: [Double] = []
  /// The memory of a host; not given where it is `nil`.
  var hostGiB: Double?
  /// Nodes of the first group, by their place, that compute at a share of their rate.
  var slowNodes: [Int: Double] = [:]
  var scaleUpGigabytes: Int
  var nicGigabits: Int
  /// The layers, as entries of a native model file.
  var layers: [String]
  var hidden: Int
  var tiedHead: Bool
  var workload: Workload
  var stack: Stack
  var pins: Pins

  /// Nodes whose accelerators are so many times as fast as the first group's, with so much of their
  /// memory.
  struct OtherGroup {
    var nodes: Int
    var speed: Double
    var memoryShare: Double
    /// The generation whose kernels it has.
    var architecture = ""
  }

  /// A problem on two or three kinds of accelerator.
  static func mixed(using random: inout SplitMix) -> RandomProblem {
    var problem = RandomProblem(using: &random)
    problem.nodes = Int.random(in: 1...2, using: &random)
    problem.acceleratorsPerNode = [1, 2, 4].randomElement(using: &random) ?? 2
    problem.others = (0..<Int.random(in: 1...2, using: &random)).map { _ in
      OtherGroup(
        nodes: Int.random(in: 1...2, using: &random),
        speed: [0.3, 0.7, 1.6, 3].randomElement(using: &random) ?? 2,
        memoryShare: [0.6, 1, 1.8].randomElement(using: &random) ?? 1)
    }
    return problem
  }

  /// At most 16 devices and 6 layers; dense, with experts, or mixed.
  init(using random: inout SplitMix) {
    (nodes, acceleratorsPerNode) =
      [(1, 2), (1, 4), (2, 2), (1, 6), (2, 4), (1, 8), (3, 4), (4, 4), (2, 8)].randomElement(
        using: &random) ?? (1, 4)
    scaleUpGigabytes = [25, 100, 400].randomElement(using: &random) ?? 100
    nicGigabits = [25, 100, 400].randomElement(using: &random) ?? 100
    hidden = [1_024, 2_048, 3_072].randomElement(using: &random) ?? 1_024
    tiedHead = Bool.random(using: &random)
    let count = Int.random(in: 2...6, using: &random)
    let attention = #""attention": { "heads": 16, "keyValueHeads": 8, "headSize": 64 }"#
    let dense = #"{ \#(attention), "feedForward": { "intermediateSize": \#(4 * hidden) } }"#
    let experts =
      #"{ \#(attention), "feedForward": { "count": 8, "perToken": 2, "#
      + #""intermediateSize": \#(hidden) } }"#
    let stored = attention.replacingClosingBrace(with: #", "fused": false }"#)
    let storing = #"{ \#(stored), "feedForward": { "intermediateSize": \#(2 * hidden) } }"#
    let kinds = [[dense], [experts], [dense, experts], [dense, storing]]
    let kind = kinds.randomElement(using: &random) ?? [dense]
    layers = (0..<count).map { _ in kind.randomElement(using: &random) ?? dense }
    workload = Workload(
      globalBatch: [4, 6, 8, 12].randomElement(using: &random) ?? 8,
      sequenceLength: [512, 1_024, 2_048].randomElement(using: &random) ?? 1_024)
    stack = Stack.all.randomElement(using: &random) ?? .megatronCore
    pins = Pins()
    if Bool.random(using: &random) { pins.microBatchSize = Int.random(in: 1...2, using: &random) }
    if Bool.random(using: &random) { pins.tensor = [1, 2].randomElement(using: &random) }
    if Int.random(in: 0..<4, using: &random) == 0 {
      pins.schedule = stack.capabilities.schedules.sorted().randomElement(using: &random)
    }
    if Int.random(in: 0..<6, using: &random) == 0 {
      pins.recompute = [.full, .modules([.feedForward])].randomElement(using: &random)
    }
  }

  func costModel() throws -> CostModel {
    let first = group(0, "node", nodes: nodes, speed: 1, memoryShare: 1)
    let further = others.enumerated().map { index, other in
      group(
        index + 1, "other\(index)", nodes: other.nodes, speed: other.speed,
        memoryShare: other.memoryShare, architecture: other.architecture)
    }
    let slow = slowNodes.sorted { $0.key < $1.key }
      .map { #"{ "node": "node-\#($0.key)", "factor": \#($0.value) }"# }
    let cluster = try ClusterFile.parse(
      """
      { "name": "tiny", "fabrics": [ { "name": "ib", "kind": "infiniband" } ],
        "nodeGroups": [ \(([first] + further).joined(separator: ", ")) ],
        "health": { "slowNodes": [ \(slow.joined(separator: ", ")) ] } }
      """)
    let model = try ModelFile.parse(
      Array(
        """
        { "architecture": { "hiddenSize": \(hidden), "vocabularySize": 16384,
          "tiedHead": \(tiedHead), "layers": [ \(layers.joined(separator: ", ")) ] } }
        """.utf8), file: "tiny.json")
    return try CostModel(
      model: model.model, cluster: cluster.topology, workload: workload, stack: stack,
      recompute: pins.recompute)
  }
}

extension RandomProblem {
  private func group(
    _ index: Int, _ name: String, nodes: Int, speed: Double, memoryShare: Double,
    architecture: String = ""
  ) -> String {
    """
    { "name": "\(name)", "nodes": \(nodes), "acceleratorsPerNode": \(acceleratorsPerNode),
      "accelerator": { "name": "toy of \(name)",
        \(architecture.isEmpty ? "" : "\"architecture\": \"\(architecture)\",")
        "visibleMemoryGiB": \(memoryShare * memory.gibibytes),
        "peakTeraFLOPS": { "bf16": \(60 * speed) },
        "memoryGigabytesPerSecond": \(800 * speed.squareRoot()) },
      "scaleUp": { "kind": "nvswitch", "accelerators": \(acceleratorsPerNode),
        "gigabytesPerSecond": \(scaleUpGigabytes) },
      "nics": { "fabric": "ib", "perNode": \(cards),
        "gigabitsPerSecond": \(Double(nicGigabits) / Double(cards)) }
      \(hostGiB.map { ", \"hostMemoryGiB\": \($0)" } ?? "")
      \(prices.isEmpty ? "" : ", \"pricePerNodeHour\": \(prices[index])") }
    """
  }

  /// The problem with less memory than its best plan would take, or a little more, so that memory
  /// often decides.
  func withScarceMemory(using random: inout SplitMix) throws -> RandomProblem {
    let model = try costModel()
    let pricer = FramePricer(model)
    let needs = SearchSpace(model: model, pins: pins).frames().compactMap { frame -> Double? in
      let prices = pricer.prices(of: frame)
      let chunks = frame.chunks
      let boundaries = (0...chunks).map { $0 * prices.layers / chunks }
      guard chunks <= prices.layers, let split = prices.fastestSplit(boundaries: boundaries) else {
        return nil
      }
      return (0..<frame.degrees.pipeline).map { prices.memory(rank: $0, split: split).peak.value }
        .max()
    }.sorted()
    guard let least = needs.first else { return self }
    let reserve = model.stack.memory.context.value
    var problem = self
    let usual = needs[needs.count / 4]
    let factor = Double.random(in: 0.35...1.1, using: &random)
    problem.memory = Bytes(reserve + factor * (max(usual, least) - reserve))
    return problem
  }
}

extension String {
  fileprivate func replacingClosingBrace(with text: String) -> String {
    (hasSuffix("}") ? String(dropLast()) : self) + text
  }
}
