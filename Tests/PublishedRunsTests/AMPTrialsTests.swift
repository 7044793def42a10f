import ClusterImport
import CostModel
import Foundation
import InputFiles
import ModelDescription
import Quantities
import Testing

@testable import PublishedRuns

@Suite("AMP's real trials are ranked better than AMP ranks them")
struct AMPTrialsTests {
  private static let collected = ReferenceData.path(ReferenceData.collected)
  private static let profiles =
    URL(fileURLWithPath: collected).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("instances/planning/amp").path
  private static let isPresent =
    FileManager.default.fileExists(atPath: profiles)
    && FileManager.default.fileExists(atPath: collected)

  /// The trials on four nodes of four T4.
  private func trials() throws -> [MeasuredRun] {
    try MeasuredRuns.read(path: Self.collected).runs.filter { $0.source == "amp-homogeneous" }
  }

  /// A trial on three nodes of four V100 and one of four T4, as the collection has it.
  private struct MixedTrial: Decodable {
    struct Parallel: Decodable {
      var tp: Int
      var dp: Int
      var pp: Int
      var microbatch: Int
      var layer_split: [Int]
    }
    struct Measured: Decodable { var step_time_s: Double? }
    var id: String
    var parallel: Parallel
    var measured: Measured

    /// The run in our own form, with the nodes in the order in which the record lists them. It does not say
    /// which rank lay where, so that 'plan validate' leaves it out.
    var run: String? {
      guard let step = measured.step_time_s else { return nil }
      let split = parallel.layer_split
      // Of AMP's thirty layers, three come before the model's 24, and three after.
      let layers = zip(split, split.dropFirst()).map { max(0, min($1, 27) - max($0, 3)) }
      let groups = [
        ("v", 3, "V100-SXM2-16GB", "nvlinkMesh", 75.0, 10), ("t", 1, "T4", "pcie", 6.25, 50),
      ]
      .map { name, nodes, kind, wiring, inside, network in
        """
        {"name": "\(name)", "nodes": \(nodes), "acceleratorsPerNode": 4, "accelerator": "\(kind)",
         "scaleUp": {"kind": "\(wiring)", "accelerators": 4, "gigabytesPerSecond": \(inside)},
         "nics": {"fabric": "lan", "perNode": 1, "gigabitsPerSecond": \(network)}}
        """
      }
      let text = """
        {"id": "\(id)", "source": "mixed", "citation": "AMP", "stack": "megatron-deepspeed@1.1.5",
         "cluster": {"nodeGroups": [\(groups.joined(separator: ", "))],
          "fabrics": [{"name": "lan", "kind": "ethernet"}]},
         "model": {"architecture": {"hiddenSize": 1024, "vocabularySize": 52352, "layers": 24,
          "learnedPositions": 1024, "normalisation": "layer", "tiedHead": true,
          "attention": {"heads": 16, "bias": true, "fused": false},
          "feedForward": {"kind": "plain", "intermediateSize": 4096, "bias": true}}},
         "workload": {"globalBatch": 32, "sequenceLength": 1024, "precision": "fp16"},
         "parallelism": {"tensor": \(parallel.tp), "data": \(parallel.dp), "pipeline": \(parallel.pp),
          "schedule": "1f1b", "microBatchSize": \(parallel.microbatch), "sharding": "none",
          "recompute": "none", "chunkLayers": \(layers)},
         "measured": {"stepSeconds": \(step)}}
        """
      return text.replacing("\n", with: " ")
    }
  }

  private func layerCosts(of run: MeasuredRun) throws -> [LayerProfile] {
    var options = ProfileImport.Options()
    let model = """
      {"architecture": {"hiddenSize": 1024, "vocabularySize": 52256, "layers": 24,
        "attention": {"heads": 16}, "feedForward": {"intermediateSize": 4096}},
       "workload": {"sequenceLength": 1024}}
      """
    options.model = try JSONDocument.parse(model, file: "model.json")
    let result = try ProfileImport.read(
      found: ["\(Self.profiles)/known_layer_costs.json"], options: options)
    return try ModelFile.parse(Array(JSONText.compact(result.model).utf8), file: "model.json").model
      .profiles
  }

  private struct Ranking {
    var spearman: Double
    var regret: Double
    var meanError: Double
  }

  private func ranking(_ runs: [MeasuredRun]) throws -> Ranking {
    let pipelines = PipelineCache()
    let pairs = try runs.compactMap { run in
      try run.measured.step.map {
        (measured: $0.value, predicted: try run.prediction(pipelines: pipelines).step.value)
      }
    }
    let measured = pairs.map(\.measured)
    let predicted = pairs.map(\.predicted)
    let pick = try #require(pairs.min { $0.predicted < $1.predicted })
    return Ranking(
      spearman: try #require(predicted.rankCorrelation(with: measured)),
      regret: pick.measured / (try #require(measured.min())) - 1,
      meanError: try #require(pairs.map { abs($0.predicted / $0.measured - 1) }.mean))
  }

  @Test(
    "by analytic figures the best of 35 is chosen (AMP: 10 % slower), within 6.5 % on average (47.6 %)",
    .enabled(if: isPresent, ReferenceData.hint))
  func analytic() throws {
    let ranking = try ranking(trials())
    #expect(ranking.spearman > 0.95)
    #expect(ranking.regret == 0)
    #expect(ranking.meanError < 0.065)
  }

  @Test(
    "by AMP's own layer costs their ranks correlate by 0.93, as by AMP's whole model",
    .enabled(if: isPresent, ReferenceData.hint))
  func measured() throws {
    var runs = try trials()
    for index in runs.indices { runs[index].model.profiles = try layerCosts(of: runs[index]) }
    let ranking = try ranking(runs)
    #expect(ranking.spearman > 0.93)
    // AMP's costs are half as long again as its steps, and all the more for large micro-batches.
    #expect(ranking.regret <= 0.1 + 1e-9)
  }

  @Test(
    "on a mixed cluster the best of 27 is chosen (AMP: 15 % slower), ranks correlate by 0.66 (0.371)",
    .enabled(if: isPresent, ReferenceData.hint))
  func mixed() throws {
    let lines = try String(contentsOfFile: Self.collected, encoding: .utf8).split(separator: "\n")
      .filter { $0.contains("\"source\":\"amp-het_cluster\"") }
      .compactMap { try JSONDecoder().decode(MixedTrial.self, from: Data($0.utf8)).run }
    #expect(lines.count == 27)
    let ranking = try ranking(try MeasuredRuns.parse(lines.joined(separator: "\n")).runs)
    // Five trials whose messages between stages are 1 MiB took up to 2.1 times as long as those with
    // larger ones; the mean of all others is 8 %, by coefficients that saw none of them.
    #expect(ranking.spearman > 0.66)
    #expect(ranking.regret == 0)
    #expect(ranking.meanError < 0.135)
  }

  @Test(
    "of 39 trials, all but two are told to fit or not as they did",
    .enabled(if: isPresent, ReferenceData.hint))
  func failures() throws {
    let right = try trials().filter { run in
      let use = try run.prediction().memory.map { $0.peak / run.leastMemory }.max() ?? 0
      return (use <= 1) == (run.measured.outcome == .ran)
    }
    #expect(right.count == 37)
  }
}
