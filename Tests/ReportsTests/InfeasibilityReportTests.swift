import LaunchPlan
import Quantities
import Reports
import Testing

@Suite("The explanation when nothing fits")
struct InfeasibilityReportTests {
  @Test("what is needed, why, and the nearest changes that fit")
  func explanation() {
    let infeasibility = Infeasibility(
      summary: "stage 0 needs 91.3 GiB of 79.6 GiB on each H100",
      need: .gibibytes(91.3), capacity: .gibibytes(79.6), stage: 0,
      parts: [
        .init(
          name: "state", bytes: .gibibytes(45.6),
          reason: "weights and optimiser state (tensor 8, pipeline 8, no sharding)"),
        .init(
          name: "activations", bytes: .gibibytes(45.7),
          reason: "8 micro-batches in flight (no recompute)"),
      ],
      remedies: [
        .init(sentence: "recompute attention", need: .gibibytes(58)),
        .init(sentence: "ZeRO-1 over 4 replicas", need: .gibibytes(67.4)),
        .init(sentence: "2 more nodes"),
      ])
    #expect(
      InfeasibilityReport(infeasibility).text == """
        no plan fits: stage 0 needs 91.3 GiB of 79.6 GiB on each H100
          because 45.6 GiB hold weights and optimiser state (tensor 8, pipeline 8, no
            sharding)
          and 45.7 GiB hold 8 micro-batches in flight (no recompute)
          nearest that fit: recompute attention (58.0 GiB); ZeRO-1 over 4 replicas (67.4
            GiB); 2 more nodes

        """)
  }

  @Test("limits that clash are named, and a larger need stands only where it fits")
  func limits() {
    let infeasibility = Infeasibility(
      summary: "stage 0 needs 200 GiB", need: .gibibytes(200), capacity: .gibibytes(80),
      remedies: [.init(sentence: "accelerators with at least 200 GiB", need: .gibibytes(200))],
      bindingLimits: ["tensor is pinned to 2", "each device has 80.0 GiB"])
    #expect(
      InfeasibilityReport(infeasibility).text == """
        no plan fits: stage 0 needs 200 GiB
          limits that clash: tensor is pinned to 2; each device has 80.0 GiB
          nearest that fit: accelerators with at least 200 GiB

        """)
  }
}
