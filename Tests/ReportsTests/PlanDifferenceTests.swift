import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Quantities
import Reports
import Testing

@Suite("What two plans do not have in common")
struct PlanDifferenceTests {
  @Test("a plan does not differ from itself")
  func same() throws {
    let plan = try SamplePlan().plan()
    let difference = try PlanDifference(from: plan, to: plan)
    #expect(difference.isEmpty)
    #expect(difference.text() == "the plans are the same\n")
    #expect(difference.json == [])
  }

  @Test("the choices that differ, and what they cost")
  func different() throws {
    let plan = try SamplePlan().plan()
    var sample = SamplePlan()
    sample.schedule = .oneForwardOneBackward
    sample.step = Seconds(5.5)
    sample.recompute[0] = Recompute(modules: [.coreAttention])
    let difference = try PlanDifference(from: plan, to: try sample.plan())
    #expect(
      difference.text().hasPrefix(
        """
        - tensor 8 · pipeline 4 (interleaved ×5) · data 2 · ZeRO-1 · micro-batch 1 × 64
        + tensor 8 · pipeline 4 (1F1B) · data 2 · ZeRO-1 · micro-batch 1 × 64

        step         5.00 s → 5.50 s (+10.0 %)
        utilisation  41.3 % → 41.3 %
        fullest      87.9 % → 87.9 % of a device's memory
        gap          1.0 % → 10.0 %

        parallelism.virtualStages: 5 → 1
        parallelism.schedule: "interleaved:5" → "1f1b"
        stages[0].chunks[1].layers: 4 → 20
        """))
    #expect(!difference.text().contains("price"))
    #expect(
      difference.changes.contains {
        $0.path == "stages[0].recompute.modules[0]" && $0.before == JSONValue?.none
          && $0.after == "coreAttention"
      })
  }

  @Test("prices stand beside each other where both plans have one")
  func prices() throws {
    var sample = SamplePlan()
    sample.pricePerHour = 3_600
    let plan = try sample.plan()
    sample.pricePerHour = 1_800
    let other = try sample.plan()
    let tokens =
      Double(plan.inputs.workload.globalBatch) * Double(plan.inputs.workload.sequenceLength)
    let million = plan.prediction.step.value / tokens * 1e6
    let text = try PlanDifference(from: plan, to: other).text()
    #expect(
      text.contains(
        "price        \(million.spelled) → \((million / 2).spelled) a million tokens (-50.0 %)"),
      "\(text)")
  }
}
