import ClusterImport
import ClusterTopology
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

  /// The trials of a table; those on mixed nodes lie on three of V100 and one of T4, as AMP's script
  /// lists them.
  private func trials(_ source: String, on cluster: ClusterTopology?) throws -> [MeasuredRun] {
    let lines = try String(contentsOfFile: Self.collected, encoding: .utf8)
      .split(separator: "\n").filter { $0.contains("\"\(source)-") }
    // The place of each kind of node is not in the record, so that of one kind is read.
    let one = lines.map { line in
      line.replacing(
        "3x p3.8xlarge node (4x V100-16GB, NVLink) + 1x g4dn.12xlarge node (4x T4-16GB)",
        with: "T4-16GB")
    }
    var runs = try MeasuredRuns.parse(one.joined(separator: "\n")).runs
    if let cluster { for index in runs.indices { runs[index].cluster = cluster } }
    return runs
  }

  private func mixedNodes() throws -> ClusterTopology {
    try ClusterFile.parse(
      """
      {"nodeGroups": [
        {"name": "p3", "nodes": 3, "node": "AWS p3.8xlarge",
         "nics": {"fabric": "vpc", "perNode": 1, "gigabitsPerSecond": 10}},
        {"name": "g4", "nodes": 1, "acceleratorsPerNode": 4, "accelerator": "T4",
         "scaleUp": {"kind": "pcie", "gigabytesPerSecond": 6.25},
         "nics": {"fabric": "vpc", "perNode": 1, "gigabitsPerSecond": 50}}],
       "fabrics": [{"name": "vpc", "kind": "ethernet"}]}
      """
    ).topology
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

  @Test("report", .enabled(if: isPresent, ReferenceData.hint))
  func report() throws {
    for (name, cluster) in [("amp-homogeneous", nil), ("amp-het_cluster", try mixedNodes())] {
      var runs = try trials(name, on: cluster)
      print(name, runs.count, "analytic", try ranking(runs))
      for index in runs.indices { runs[index].model.profiles = try layerCosts(of: runs[index]) }
      print(name, "profiles", try ranking(runs))
      for run in runs {
        let p = try? run.prediction()
        print(
          run.id, run.measured.step?.value ?? -1, p?.step.value ?? -1,
          (p?.memory.map { $0.peak / run.leastMemory }.max()) ?? -1)
      }
    }
  }
}
