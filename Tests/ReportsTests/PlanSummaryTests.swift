import LaunchPlan
import ParallelismVocabulary
import Quantities
import Testing

@testable import Reports

@Suite("The summary of a plan")
struct PlanSummaryTests {
  @Test("the whole summary of a plan on 64 devices")
  func whole() throws {
    var sample = SamplePlan()
    var other = sample
    other.degrees = ParallelismDegrees(tensor: 4, data: 2, pipeline: 8)
    other.schedule = .oneForwardOneBackward
    other.recompute = [Recompute](repeating: .none, count: 8)
    sample.alternatives = [
      .init(
        parallelism: other.parallelism, stages: other.stages, step: Seconds(5.2),
        reason: "4.0 % slower: 200 ms more bubble")
    ]
    let text = PlanSummary(try sample.plan()).text
    #expect(
      text == """
        llama-3.1-70b on 64 devices of 8-dgx-h100, megatron-core@0.16
          tensor 8 · pipeline 4 (interleaved ×5) · data 2 · ZeRO-1 · micro-batch 1 × 64

          step         5.00 s
          batch        128 sequences of 8,192 tokens, bf16, adam
          speed        3,277 tokens a second and device
          utilisation  41.3 % of peak, without recomputation

        time of a step
          compute                3.00 s  60.0 %  ██████████████████████████████
          tensor communication   600 ms  12.0 %  ██████
          pipeline bubble        1.00 s  20.0 %  ██████████
          gradient reduction     300 ms   6.0 %  ███
          optimiser step        75.0 ms   1.5 %  ▊
          fixed costs           25.0 ms   0.5 %  ▎

        stages
          stage  layers  recompute    memory        of
          0          20       none  70.0 GiB  79.6 GiB  █████████████████▋    87.9 %
          1-2        20       none  60.0 GiB  79.6 GiB  ███████████████▏      75.4 %
          3          20       none  64.0 GiB  79.6 GiB  ████████████████▏     80.4 %
          stage 0: activations 55.0 GiB, gradients 10.0 GiB, weights 5.0 GiB

        proof
          no plan of the space takes less than 4.95 s: gap 1.0 %
          space: 9,870 frames of megatron-core@0.16: tensor 1 to 8, context 1 to 4,
            pipeline 1 to 16, virtual stages 1 to 5, micro-batch 1 to 8,
            1f1b/interleaved, no sharding/ZeRO-1; recompute none/feedForward/full; every
            contiguous split of the layers; mapping in identity order
          closed: 3,000 by total memory, 6,868 by closed formula, 2 by recursion over
            stages

        runner-up
          tensor 4 · pipeline 8 (1F1B) · data 2 · ZeRO-1 · micro-batch 1 × 64
            5.20 s, 4.0 % slower: 200 ms more bubble

        assumed
          sequence length 8,192: not given; the model allows more

        """)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("what is known of every order of hosts stands beside the proof")
  func orders() throws {
    var sample = SamplePlan()
    sample.boundOfOrders = Seconds(4.9)
    #expect(
      try PlanSummary(sample.plan()).text.contains(
        "\n  in no order of hosts does a plan take less than 4.90 s: gap 2.0 %\n"))
  }

  @Test("colours change nothing but the colours")
  func colours() throws {
    let plan = try SamplePlan().plan()
    let coloured = PlanSummary(plan, style: Style(isColoured: true)).text
    #expect(coloured.contains("\u{1B}[1mproof\u{1B}[0m"))
    let codes = /\u{1B}\[[0-9]*m/
    #expect(coloured.replacing(codes, with: "") == PlanSummary(plan).text)
  }

  @Test("a stage above its memory is red")
  func overfull() throws {
    var sample = SamplePlan()
    sample.gibibytes[0] = 90
    let text = PlanSummary(try sample.plan(), style: Style(isColoured: true)).text
    #expect(text.contains("\u{1B}[31m████████████████████  113.1 %\u{1B}[0m"))
  }

  @Test("recomputation stands beside its stage: none, full, or modules beside full layers")
  func recompute() throws {
    var sample = SamplePlan()
    sample.recompute[0] = Recompute(modules: [.feedForward], fullLayers: 2)
    sample.recompute[1] = Recompute(modules: [.feedForward, .coreAttention])
    sample.recompute[2] = Recompute(fullLayers: 4)
    let text = PlanSummary(try sample.plan()).text
    #expect(text.contains("2 full, feed forward"))
    #expect(text.contains("core attention, feed forward"))
    #expect(text.contains("  2          20                          full"))
  }

  @Test("a plan's name and hostile input names stay on one line")
  func hostileNames() throws {
    var sample = SamplePlan()
    sample.name = "night\nrun\u{1B}[31m"
    sample.assumptions = ["a\nb"]
    let lines = PlanSummary(try sample.plan()).text.split(separator: "\n")
    #expect(lines[0].hasPrefix(#"night\nrun\u001b[31m: llama-3.1-70b on 64 devices"#))
    #expect(lines.last == #"  a\nb"#)
  }

  @Test("of many kinds of stage the sixteen fullest are shown")
  func manyStages() throws {
    var sample = SamplePlan()
    sample.degrees = ParallelismDegrees(tensor: 4, pipeline: 20)
    sample.schedule = .oneForwardOneBackward
    sample.recompute = [Recompute](repeating: .none, count: 20)
    sample.gibibytes = (0..<20).map { 40 + Double($0) }
    let text = PlanSummary(try sample.plan()).text
    #expect(text.contains("  the fullest 16 of 20 kinds of stage\n"))
    #expect(text.contains("\n  19          4       none  59.0 GiB"))
    #expect(!text.contains("\n  3           4"))
  }

  @Test(
    "axes that are not cut are left out of the line",
    arguments: [
      (ParallelismDegrees(), "one device · ZeRO-1 · micro-batch 1 × 64"),
      (ParallelismDegrees(data: 8), "data 8 · ZeRO-1 · micro-batch 1 × 64"),
      (
        ParallelismDegrees(tensor: 2, expert: 8, expertTensor: 2, data: 8),
        "tensor 2 · expert 8 · expert-tensor 2 · data 8 · ZeRO-1 · micro-batch 1 × 64"
      ),
    ])
  func line(degrees: ParallelismDegrees, line: String) {
    var sample = SamplePlan()
    sample.degrees = degrees
    sample.schedule = .oneForwardOneBackward
    #expect(sample.parallelism.line == line)
  }
}

@Suite("Text in lines and columns")
struct TextLayoutTests {
  @Test("words are wrapped at the width, and a long word stands alone")
  func wrapping() {
    #expect(
      "one two extraordinarily three".wrapped(width: 8, first: "> ", hanging: "  ")
        == ["> one", "  two", "  extraordinarily", "  three"])
  }

  @Test("a bar is as long as its share, to an eighth")
  func bars() {
    #expect(bar(0.5, width: 4) == "██")
    #expect(bar(0.5 / 8, width: 1) == "▏")
    #expect(bar(1e-9, width: 8) == "▏")
    #expect(bar(2, width: 3) == "███")
    #expect(bar(0, width: 3) == "")
    #expect(bar(.nan, width: 3) == "")
  }

  @Test("runs of numbers are folded")
  func folding() {
    #expect([0, 2, 3, 4, 9].folded == "0, 2-4, 9")
    #expect([Int]().folded == "")
  }
}
