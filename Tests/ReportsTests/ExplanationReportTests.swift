import InputFiles
import LaunchPlan
import ParallelismVocabulary
import Quantities
import Testing

@testable import Reports

@Suite("The explanation of a plan's step")
struct ExplanationReportTests {
  /// An explanation with round figures of the sample plan.
  private func explanation(_ sensitivities: [Sensitivity]) throws -> PlanExplanation {
    let prediction = try SamplePlan().plan().prediction
    return PlanExplanation(
      step: prediction.step, tokensPerSecondPerDevice: prediction.tokensPerSecondPerDevice,
      breakdown: prediction.breakdown,
      busiestStage: .init(
        stage: 3, layers: 20,
        consumers: [
          .init(name: "products", time: Seconds(2)), .init(name: "attention", time: Seconds(0.6)),
          .init(name: "tensorCommunication", time: Seconds(0.5)),
          .init(name: "elementWise", time: Seconds(0.3)), .init(name: "ends", time: Seconds(0.2)),
          .init(name: "hostLaunch", time: Seconds(0.1)),
        ]),
      fullestStage: prediction.memory[0], sensitivities: sensitivities,
      effort: "to a gap of 2.0 %, looking at 200 layouts at most")
  }

  private func after(_ seconds: Double, gain: Double, speed: Double = 4000) -> Sensitivity.After {
    Sensitivity.After(
      step: Seconds(seconds), tokensPerSecondPerDevice: speed, gain: gain, peak: .gibibytes(70),
      capacity: .gibibytes(79.6))
  }

  /// Every kind of outcome.
  private var changes: [Sensitivity] {
    var other = SamplePlan()
    other.degrees = ParallelismDegrees(tensor: 4, data: 2, pipeline: 9)
    other.schedule = .oneForwardOneBackward
    let same = SamplePlan().parallelism
    return [
      .init(change: "matrix units 20 % faster", outcome: .repriced(after(4.5, gain: 0.1))),
      .init(
        change: "one more node (9)", changesScale: true,
        outcome: .replanned(
          after(4.6, gain: 0.08, speed: 3168),
          .init(parallelism: other.parallelism, extent: .layout))),
      .init(
        change: "20 % more memory",
        outcome: .replanned(after(4.8, gain: 0.04), .init(parallelism: same, extent: .stages))),
      .init(
        change: "twice the global batch", changesScale: true,
        outcome: .replanned(
          after(9.8, gain: 0.02, speed: 3344), .init(parallelism: same, extent: .nothing))),
      .init(change: "network latency halved", outcome: .repriced(after(4.999, gain: 0.0002))),
      .init(
        change: "two more nodes (10)", changesScale: true,
        outcome: .replanned(after(5, gain: 0), .init(parallelism: same, extent: .idle))),
      .init(change: "a slower part", outcome: .repriced(after(5.5, gain: -0.1))),
      .init(
        change: "one node fewer (7)", changesScale: true,
        outcome: .none(reason: "no layout suits 56 devices and a batch of 128")),
    ]
  }

  @Test("the whole text: parts of the step, five kinds of work, memory, and changes by their gain")
  func whole() throws {
    let text = ExplanationReport(try explanation(changes), of: try SamplePlan().plan()).text
    #expect(
      text == """
        llama-3.1-70b on 64 devices of 8-dgx-h100, megatron-core@0.16
          tensor 8 · pipeline 4 (interleaved ×5) · data 2 · ZeRO-1 · micro-batch 1 × 64
          5.00 s a step, 3,277 tokens a second and device

        time of a step
          compute                3.00 s  60.0 %  ██████████████████████████████
          tensor communication   600 ms  12.0 %  ██████
          pipeline bubble        1.00 s  20.0 %  ██████████
          gradient reduction     300 ms   6.0 %  ███
          optimiser step        75.0 ms   1.5 %  ▊
          fixed costs           25.0 ms   0.5 %  ▎

        work of stage 3, the busiest (20 layers)
          matrix products           2.00 s  40.0 %  ██████████████████████████████
          attention                 600 ms  12.0 %  █████████
          tensor communication      500 ms  10.0 %  ███████▌
          element-wise              300 ms   6.0 %  ████▌
          embedding, head and loss  200 ms   4.0 %  ███
          less: host launch

        memory of stage 0, the fullest (70.0 GiB of 79.6 GiB, 87.9 %)
          activations  55.0 GiB  69.1 %  ██████████████████████████████
          gradients    10.0 GiB  12.6 %  █████▌
          weights       5.0 GiB   6.3 %  ██▊

        what a change would do
          change                      step     gain  tokens/s/device
          matrix units 20 % faster  4.50 s   10.0 %
          one more node (9)         4.60 s    8.0 %            3,168
            tensor 4 · pipeline 9 (1F1B) · data 2 · ZeRO-1 · micro-batch 1 × 64; fullest
              stage 70.0 GiB of 79.6 GiB
          20 % more memory          4.80 s    4.0 %
            the same layout, its layers split or recomputed otherwise; fullest stage
              70.0 GiB of 79.6 GiB
          twice the global batch    9.80 s    2.0 %            3,344
            the same plan; fullest stage 70.0 GiB of 79.6 GiB
          a slower part             5.50 s  -10.0 %
          one node fewer (7)             –        –
            no plan: no layout suits 56 devices and a batch of 128
          less than 0.1 % each: network latency halved; two more nodes (10)
          gain: the share of a token's time that is saved; planned again to a gap of
            2.0 %, looking at 200 layouts at most

        """)
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
  }

  @Test("a plan whose stated step is not today's is said to be so")
  func otherCosts() throws {
    var sample = SamplePlan()
    sample.step = Seconds(6)
    let text = ExplanationReport(try explanation([]), of: try sample.plan()).text
    #expect(
      text.contains(
        """
          5.00 s a step, 3,277 tokens a second and device
          the plan states 6.00 s: it was made with other costs than today's, on which
            all below is based

        """))
    #expect(text.contains("what a change would do\n  gain: "))
  }

  @Test("JSON has the step, its parts, work, memory, and each change with its outcome")
  func json() throws {
    let report = ExplanationReport(try explanation(changes), of: try SamplePlan().plan())
    let text = JSONText.compact(report.json)
    #expect(
      text.hasPrefix(#"{"step":{"seconds":5.0,"tokensPerSecondPerDevice":3276.8},"breakdown":["#))
    #expect(text.contains(#"{"part":"compute","seconds":3.0,"share":0.6}"#))
    #expect(
      text.contains(
        #""busiestStage":{"stage":3,"layers":20,"work":[{"kind":"products","seconds":2.0,"share":0.4}"#
      ))
    #expect(text.contains(#""fullestStage":{"stage":0,"peakBytes":75161927680.0,"#))
    #expect(
      text.contains(
        #"{"change":"matrix units 20 % faster","stepSeconds":4.5,"tokensPerSecondPerDevice":4000.0,"#
          + #""gain":0.1,"peakBytes":75161927680.0,"capacityBytes":85469849190.4,"#
          + #""replanned":false,"plan":null}"#))
    #expect(
      text.contains(
        #"{"change":"one node fewer (7)","stepSeconds":null,"tokensPerSecondPerDevice":null,"#
          + #""gain":null,"peakBytes":null,"capacityBytes":null,"replanned":true,"#
          + #""plan":"no plan: no layout suits 56 devices and a batch of 128"}"#))
    #expect(
      text.contains(
        #""plan":"the same plan, and the new devices idle; fullest stage 70.0 GiB of 79.6 GiB""#))
    #expect(
      text.hasSuffix(
        #""effort":"planned again to a gap of 2.0 %, looking at 200 layouts at most"}"#))
  }
}
