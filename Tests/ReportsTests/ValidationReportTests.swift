import InputFiles
import ParallelismVocabulary
import PublishedRuns
import Testing

@testable import Reports
@testable import ScoredRuns

@Suite("The report of predictions against measured runs")
struct ValidationReportTests {
  /// Two sources: one ranks five layouts and runs out of memory, the other is short of both.
  static func runs() -> [ScoredRun] {
    let layouts = [(1, 32), (2, 16), (4, 8), (8, 4), (16, 2)].map { tensor, data in
      ScoredRun(
        id: "t\(tensor)d\(data)", source: "sweep",
        degrees: ParallelismDegrees(tensor: tensor, data: data), measured: 10 + Double(tensor),
        predicted: 11 + Double(tensor), range: 10.5...27, peaks: [(0, .allocated, 50, 51)])
    }
    return layouts + [
      ScoredRun(
        id: "too-big", source: "sweep", measured: nil, outcome: .outOfMemory, memoryUse: 0.98),
      ScoredRun(
        id: "slow", source: "paper", stack: "deepspeed@1", measured: 2, predicted: 1.2,
        range: 0.9...1.5, memoryUse: 1.1, assumptions: ["recompute none: not stated"]),
      ScoredRun(
        id: "guessed", source: "paper", stack: "deepspeed@1", measured: 2, isStepAssumed: true,
        predicted: 1.2),
    ]
  }

  static let leftOut = [
    LeftOutRun(id: "a", source: "paper", reason: "sequence length not recorded"),
    LeftOutRun(id: "b", source: "paper", reason: "sequence length not recorded"),
    LeftOutRun(id: "c", source: "other", reason: "GPU count not recorded"),
  ]

  static func report(isCrossValidated: Bool = false) throws -> ValidationReport {
    let predictions = try runs().map { try $0.prediction() }
    let unseen = try runs().map { run in
      var run = run
      run.predicted *= 1.25
      run.range = 11...11.5
      return try run.prediction()
    }
    return ValidationReport(
      predictions, leftOut: leftOut,
      unseen: isCrossValidated ? [unseen] : nil)
  }

  @Test("errors by source, ranking, what fits, what was left out, and the worst runs")
  func text() throws {
    let text = try Self.report().text()
    #expect(
      text == """
        11 records of 3 sources: 6 step times scored, 3 left out
          83.3 % of the scored steps lie inside the interval predicted for them
          not scored, since the source itself assumed the step time: 1

        errors in %: predicted over measured step time, and peak memory
          source  rows  used  MAPE  median   bias   p90  memory
          other      1     0     –       –      –     –       –
          paper      4     1  40.0    40.0  -40.0  40.0       –
          sweep      6     5   6.8     7.1   +6.8   8.8     2.0

        ranking of jobs that were measured with five layouts or more, in %
          source  jobs  regret  p90  Spearman  best in 5
          sweep      1     0.0  0.0      1.00      100.0

        what fits
          ran out of memory, but predicted to fit: 1 of 1: too-big
          ran, but predicted not to fit: 1 of 7, 14.3 %: slow

        left out, by reason
          2  sequence length not recorded
          1  GPU count not recorded

        worst step times, three a source at most
           -40.0 % slow: 1.20 s for 2.00 s measured
                   8 × card, deepspeed@1
                   data 8 · micro-batch 1 × 8
                   assumed: recompute none: not stated
            +9.1 % t1d32: 12.0 s for 11.0 s measured
                   32 × card, megatron-core@0.16
                   data 32 · micro-batch 1 × 2
            +8.3 % t2d16: 13.0 s for 12.0 s measured
                   32 × card, megatron-core@0.16
                   tensor 2 (tokens whole) · data 16 · micro-batch 1 × 4
            +7.1 % t4d8: 15.0 s for 14.0 s measured
                   32 × card, megatron-core@0.16
                   tensor 4 (tokens whole) · data 8 · micro-batch 1 × 8

        """)
  }

  @Test("beside a cross-validation, figures of unseen layouts stand in parentheses")
  func crossValidation() throws {
    let text = try Self.report(isCrossValidated: true).text()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.allSatisfy { $0.count <= 100 })
    #expect(
      lines[1]
        == "  83.3 % of the scored steps lie inside the interval predicted for them, 16.7 %")
    #expect(lines[2] == "    of unseen ones")
    #expect(
      lines.dropFirst(6).prefix(7).joined(separator: "\n") == """
          source  rows  used         MAPE       median   bias          p90     memory
          other      1     0            –            –      –            –          –
          paper      4     1  40.0 (25.0)  40.0 (25.0)  -40.0  40.0 (25.0)      – (–)
          sweep      6     5   6.8 (33.5)   7.1 (33.9)   +6.8   8.8 (36.0)  2.0 (2.0)
          in parentheses: layouts that the fit had not seen, half of them in turn,
            pooled over the splits

        """)
  }

  @Test("a report of nothing is one line")
  func nothing() {
    #expect(
      ValidationReport([]).text() == """
        0 records of 0 sources: 0 step times scored, 0 left out

        """)
  }

  @Test("at most eight ids are named, and control characters are escaped")
  func manyIds() throws {
    let runs = try (10..<20).map {
      try ScoredRun(id: "r\u{1B}\($0)", memoryUse: 2).prediction()
    }
    let text = ValidationReport(runs).text()
    #expect(!text.contains("\u{1B}"))
    #expect(
      text.contains(
        #"""
          ran, but predicted not to fit: 10 of 10, 100.0 %: r\u001b10, r\u001b11,
            r\u001b12, r\u001b13, r\u001b14, r\u001b15, r\u001b16, r\u001b17 and 2 more

        """#))
  }

  @Test("beyond twelve reasons, the rest are counted")
  func manyReasons() {
    let leftOut = (1...15).flatMap { reason in
      (0..<reason).map {
        LeftOutRun(id: "\(reason)-\($0)", source: "a", reason: "reason \(reason)")
      }
    }
    let text = ValidationReport([], leftOut: leftOut).text()
    #expect(
      text.hasSuffix(
        """
           5  reason 5
           4  reason 4
          and 6 for 3 other reasons

        """))
  }

  @Test("colours mark headings only where they may be used")
  func colours() throws {
    let report = try Self.report()
    #expect(report.text(style: Style(isColoured: true)).contains("\u{1B}[1mwhat fits\u{1B}[0m"))
    #expect(!report.text().contains("\u{1B}"))
  }

  @Test("of one source, only so many runs are among the worst")
  func worst() throws {
    let runs =
      try (1...5).map {
        try ScoredRun(id: "a\($0)", source: "a", predicted: 1 + Double($0) / 10).prediction()
      } + [try ScoredRun(id: "b", source: "b", predicted: 0.95).prediction()]
    let report = ValidationReport(runs)
    #expect(report.worst(3, perSource: 2).map(\.run.id) == ["a5", "a4", "b"])
    #expect(report.worst(3, perSource: 9).map(\.run.id) == ["a5", "a4", "a3"])
  }
}
