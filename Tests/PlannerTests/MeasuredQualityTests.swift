import CostModel
import Foundation
import ParallelismSearch
import Planner
import Quantities
import Testing

@testable import PublishedRuns

@Suite("No measured layout of a published job is predicted to be faster than its plan")
struct MeasuredQualityTests {
  private static let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared/validation/runs-train.jsonl").standardized.path

  @Test(
    "Every group of runs has a plan within the gap of its best layout, under the same stack",
    .enabled(if: FileManager.default.fileExists(atPath: file), "needs the published runs"))
  func groups() throws {
    let runs = try MeasuredRuns.read(path: Self.file).runs
    let pipelines = PipelineCache()
    var groups: [RankedGroup.Job: (run: MeasuredRun, best: Seconds)] = [:]
    for run in runs where run.workload.adapterRank == nil {
      guard let prediction = try? run.prediction(pipelines: pipelines),
        zip(prediction.memory, prediction.capacities).allSatisfy({ $0.0.peak <= $0.1 })
      else { continue }
      let job = RankedGroup.Job(run)
      if prediction.step < groups[job]?.best ?? .infinity { groups[job] = (run, prediction.step) }
    }
    #expect(groups.count > 600)
    let effort = Effort()
    for (run, best) in groups.values {
      let request = PlanRequest(
        cluster: run.cluster, model: run.model, workload: run.workload,
        stack: try #require(Stack.named(run.stack)))
      let space = SearchSpace(model: try request.costModel())
      let result = try ParallelismSearch(space: space, effort: effort).run()
      #expect(
        result.objective <= (1 + effort.gap) * best,
        "\(run.id): \(result.objective), but a measured layout is predicted to take \(best)")
    }
  }
}
