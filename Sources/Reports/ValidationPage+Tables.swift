import InputFiles
import PublishedRuns
import Quantities

extension ValidationPage {
  /// A column: its heading, whether it holds words, and what it says of a row.
  private struct Column<Row> {
    enum Kind: String {
      case number = ""
      case words
      /// Sentences, which may take several lines.
      case prose = "words prose"
    }

    var heading: String
    var kind = Kind.number
    /// Markup.
    var cell: (Row) -> String
  }

  private func table<Row>(_ rows: [Row], _ columns: [Column<Row>]) -> String? {
    guard !rows.isEmpty else { return nil }
    func attribute(_ column: Column<Row>) -> String {
      column.kind == .number ? "" : " class=\"\(column.kind.rawValue)\""
    }
    let heading = columns.map { "<th\(attribute($0))>\($0.heading.markup)</th>" }.joined()
    let lines = rows.map { row in
      "<tr>" + columns.map { "<td\(attribute($0))>\($0.cell(row))</td>" }.joined() + "</tr>"
    }
    return """
      <div class="wide"><table>
      <thead><tr>\(heading)</tr></thead>
      <tbody>
      \(lines.joined(separator: "\n"))
      </tbody>
      </table></div>
      """
  }

  /// A figure, and what it is for layouts that the fit had not seen.
  private func cell(_ figure: Double?, _ unseen: Double?) -> String {
    figure.inPercent
      + (report.unseen == nil ? "" : " <span class=\"unseen\">(\(unseen.inPercent))</span>")
  }

  // MARK: Sources and stacks

  private struct Scored {
    var name: String
    var score: RunScore
    var unseen: RunScore?
  }

  private func scoreColumns(_ name: String) -> [Column<Scored>] {
    [
      .init(heading: name, kind: .words) { $0.name.markup },
      .init(heading: "rows") { $0.score.rows.grouped },
      .init(heading: "used") { $0.score.stepTime.runs.grouped },
      .init(heading: "MAPE\u{A0}%") { cell($0.score.stepTime.mean, $0.unseen?.stepTime.mean) },
      .init(heading: "median\u{A0}%") {
        cell($0.score.stepTime.median, $0.unseen?.stepTime.median)
      },
      .init(heading: "bias\u{A0}%") { $0.score.stepTime.bias.inSignedPercent },
      .init(heading: "p90\u{A0}%") { cell($0.score.stepTime.p90, $0.unseen?.stepTime.p90) },
      .init(heading: "inside ±\u{A0}%") { $0.score.insideInterval.inPercent },
      .init(heading: "memory rows") { $0.score.memory.runs.grouped },
      .init(heading: "memory MAPE\u{A0}%") { cell($0.score.memory.mean, $0.unseen?.memory.mean) },
      .init(heading: "memory bias\u{A0}%") { $0.score.memory.bias.inSignedPercent },
    ]
  }

  var sourceTable: String? {
    let rows = report.sources.compactMap { name in
      report.summary.sources[name].map {
        Scored(name: name, score: $0, unseen: report.unseen?.sources[name])
      }
    }
    let errors = Dictionary(grouping: report.predictions, by: \.run.source)
      .mapValues { $0.compactMap(\.stepError) }
    var columns = scoreColumns("source")
    columns.insert(
      .init(heading: "−40 % … +40\u{A0}%", kind: .words) { strip(errors[$0.name] ?? []) }, at: 3)
    let explanation =
      "Errors are predicted over measured, less one. Each dot of a strip is a run; its line is no "
      + "error, its band 10 % either way."
      + (report.unseen == nil
        ? ""
        : " In parentheses: layouts that the fit had not seen, half of them in turn, pooled over "
          + "the splits.")
    return table(rows, columns).map { "<p class=\"note\">\(explanation.markup)</p>\n\($0)" }
  }

  var stackTable: String? {
    let rows = report.summary.stacks.sorted { $0.key < $1.key }.map {
      Scored(name: $0, score: $1, unseen: report.unseen?.stacks[$0])
    }
    return table(rows, scoreColumns("stack"))
  }

  /// Errors as dots on a line, those beyond 40 % at its ends.
  private func strip(_ errors: [Double]) -> String {
    guard !errors.isEmpty else { return "" }
    let dots = errors.enumerated().map { index, error in
      let share = min(1, max(-1, error / 0.4))
      // Dots of one error would hide one another on one height; eleven heights in turn.
      return "M\((85 + share * 80).short) \(4 + index * 7 % 11)h0"
    }.joined()
    return "<svg class=\"strip\" viewBox=\"0 0 170 18\" role=\"img\" "
      + "aria-label=\"errors of \(errors.count) runs\">"
      + "<path class=\"band\" d=\"M65 0h40v18h-40z\"/><path class=\"zero\" d=\"M85 0v18\"/>"
      + "<path class=\"dots\" d=\"\(dots)\"/></svg>"
  }

  // MARK: Ranking and feasibility

  var rankingTable: String? {
    let names = report.summary.rankingBySource.keys.sorted()
    var rows = names.compactMap { name in
      report.summary.rankingBySource[name].map {
        (name, $0, report.unseen?.rankingBySource[name])
      }
    }
    if names.count > 1 { rows.append(("all", report.summary.ranking, report.unseen?.ranking)) }
    let columns: [Column<(String, RankingScore, RankingScore?)>] = [
      .init(heading: "source", kind: .words) { $0.0.markup },
      .init(heading: "jobs") { $0.1.groups.grouped },
      .init(heading: "regret\u{A0}%") { cell($0.1.meanRegret, $0.2?.meanRegret) },
      .init(heading: "p90 regret\u{A0}%") { cell($0.1.p90Regret, $0.2?.p90Regret) },
      .init(heading: "Spearman") { $0.1.spearman.asCoefficient },
      .init(heading: "best among five\u{A0}%") { cell($0.1.bestAmongFive, $0.2?.bestAmongFive) },
    ]
    let explanation =
      "Jobs that were measured with at least five layouts: what the layout that is predicted to be "
      + "the fastest takes beyond the fastest measured, how well the orders agree, and how often the "
      + "fastest is among the five that are predicted to be."
    return table(rows, columns).map { "<p class=\"note\">\(explanation.markup)</p>\n\($0)" }
  }

  var feasibilityList: String? {
    let items = report.feasibility.map { phrase, ids, isGood in
      let names = ids.isEmpty ? "" : ": \(ids.map(\.onOneLine).joined(separator: ", "))"
      let mark = isGood.map { $0 ? " class=\"good\"" : " class=\"bad\"" } ?? ""
      return "<li\(mark)>\((phrase + names).markup)</li>"
    }
    return items.isEmpty ? nil : "<ul>\n\(items.joined(separator: "\n"))\n</ul>"
  }

  // MARK: Runs and records

  var worstTable: String? {
    table(
      report.worst(24, perSource: 4),
      [
        .init(heading: "error\u{A0}%") { $0.stepError.inSignedPercent },
        .init(heading: "run", kind: .prose) { $0.run.id.markup },
        .init(heading: "predicted") { $0.step.description },
        .init(heading: "measured") { $0.scoredStep?.description ?? "–" },
        .init(heading: "on", kind: .prose) {
          $0.setting.markup + "<br/>" + $0.layout.line.markup
        },
        .init(heading: "assumed", kind: .prose) {
          $0.run.assumptions.map(\.markup).joined(separator: "; ")
        },
        .init(heading: "read in", kind: .prose) { $0.run.citation.markup },
      ])
  }

  var leftOutTable: String? {
    let sources = Dictionary(grouping: report.summary.leftOut, by: \.reason)
      .mapValues { runs in
        Dictionary(grouping: runs, by: \.source)
          .sorted { $0.key < $1.key }
          .map { "\($0) \($1.count.grouped)" }.joined(separator: ", ")
      }
    return table(
      report.summary.leftOutReasons,
      [
        .init(heading: "records") { $0.runs.grouped },
        .init(heading: "reason", kind: .prose) { $0.reason.markup },
        .init(heading: "sources", kind: .prose) { (sources[$0.reason] ?? "").markup },
      ])
  }
}
