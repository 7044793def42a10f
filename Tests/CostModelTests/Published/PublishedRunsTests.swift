import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

/// Orientation, not a fit: everything is pinned as the run's source has it, and the stacks' presets
/// stand as they are.
@Suite(
  "Predictions of published runs",
  .enabled(if: PublishedRun.all != nil, "needs the reference data in ../shared/validation"))
struct PublishedRunsTests {
  /// Runs of one source on a stack, and the medians that their predictions over measurements have.
  struct Source: Sendable, CustomStringConvertible {
    var name: String
    var stack: Stack
    /// Every how many runs one is predicted.
    var every = 1
    var accelerator: String?

    var description: String { [name, accelerator].compactMap(\.self).joined(separator: " ") }
  }

  static let sources = [
    Source(name: "dgxc-bench", stack: .megatronCore, every: 5),
    Source(name: "nemo-2407", stack: .megatronCore, every: 2),
    Source(name: "nemo-mbridge", stack: .megatronCore, every: 6),
    Source(name: "megatron-sc21-t1", stack: .megatron2021),
    Source(name: "korthikanti-t5", stack: .megatron2021),
    // FSDP, though of 2023 and not of torchtitan; on H100 its kernels were young.
    Source(name: "llmfoundry", stack: .torchtitan, every: 14, accelerator: "A100-80GB"),
  ]

  @Test(
    "Every run is predicted within 35 %, and the median of a source within 12 %", arguments: sources
  )
  func predictions(source: Source) throws {
    let runs = try #require(PublishedRun.all).filter {
      $0.source == source.name
        && (source.accelerator == nil || $0.hardware.gpu == source.accelerator)
    }
    let pinned = try runs.compactMap { try PinnedRun($0, stack: source.stack) }
    var ratios: [Double] = []
    for index in stride(from: 0, to: pinned.count, by: source.every) {
      let run = pinned[index]
      let ratio = try run.predict().step.value / run.measured
      print("  \(ratio.spelled(decimals: 2)) of \(run.measured.spelled) s  \(run.name)")
      #expect(abs(ratio - 1) < 0.35, "\(run.name)")
      ratios.append(ratio)
    }
    let median = try #require(ratios.sorted().dropFirst(ratios.count / 2).first)
    print("\(source): median \(median.spelled(decimals: 3)) of \(ratios.count) runs")
    #expect(abs(median - 1) < 0.12)
  }

  @Test("Memory of the largest first stages of Korthikanti et al. fits the 80 GiB that ran them")
  func memory() throws {
    for run in try #require(PublishedRun.all) where run.source == "korthikanti-t5" {
      guard let pinned = try PinnedRun(run, stack: .megatron2021) else { continue }
      let peak = try pinned.predict().memory.map(\.peak).max() ?? .zero
      print("  \(peak)  \(run.id)")
      #expect(peak < .gibibytes(80))
    }
  }
}
