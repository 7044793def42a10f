import InputFiles
import PublishedRuns
import Quantities

extension ValidationReport {
  /// Sections with a blank line between them: sources, ranking, memory, what was left out, and the
  /// worst runs. The table of sources takes 80 columns, or 100 beside a cross-validation; all else
  /// stays within the style's.
  public func text(style: Style = .plain) -> String {
    let sections = [
      heading(style), sourceSection(style), rankingSection(style), feasibilitySection(style),
      leftOutSection(style), worstSection(style),
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private func heading(_ style: Style) -> [String] {
    let subject =
      "\(counted(predictions.count + summary.leftOut.count, "record")) of "
      + "\(counted(sources.count, "source")): \(counted(scored.count, "step time")) scored, "
      + "\(summary.leftOut.count.grouped) left out"
    var lines = subject.wrapped(width: style.width, hanging: "  ").map(style.strong)
    if let inside = summary.insideInterval {
      let unseen = unseen?.insideInterval.map { ", \($0.percent) of unseen ones" } ?? ""
      lines += indented(
        "\(inside.percent) of the scored steps lie inside the interval predicted for them\(unseen)",
        style)
    }
    if assumedRows > 0 {
      lines += indented(
        "not scored, since the source itself assumed the step time: \(assumedRows.grouped)", style)
    }
    return lines
  }

  // MARK: Sources

  private func sourceSection(_ style: Style) -> [String] {
    guard !sources.isEmpty else { return [] }
    let heading = ["source", "rows", "used", "MAPE", "median", "bias", "p90", "memory"]
    let rows = sources.compactMap { name in
      summary.sources[name].map { cells(name, $0, unseen: unseen?.sources[name]) }
    }
    var lines = [style.strong("errors in %: predicted over measured step time, and peak memory")]
    lines += headed([heading] + rows, style)
    if unseen != nil {
      lines += indented(
        "in parentheses: layouts that the fit had not seen, half of them in turn, pooled over the splits",
        style)
    }
    return lines
  }

  private func cells(_ name: String, _ score: RunScore, unseen: RunScore?) -> [String] {
    func cell(_ figure: (RunScore) -> Double?) -> String {
      figure(score).inPercent + (unseen.map { " (\(figure($0).inPercent))" } ?? "")
    }
    return [
      name.onOneLine, score.rows.grouped, score.stepTime.runs.grouped, cell(\.stepTime.mean),
      cell(\.stepTime.median), score.stepTime.bias.inSignedPercent, cell(\.stepTime.p90),
      cell(\.memory.mean),
    ]
  }

  // MARK: Ranking

  private func rankingSection(_ style: Style) -> [String] {
    guard summary.ranking.groups > 0 else { return [] }
    let heading = ["source", "jobs", "regret", "p90", "Spearman", "best in 5"]
    let names = summary.rankingBySource.keys.sorted()
    var rows = names.compactMap { name in
      summary.rankingBySource[name].map {
        cells(name.onOneLine, $0, unseen: unseen?.rankingBySource[name])
      }
    }
    if names.count > 1 { rows.append(cells("all", summary.ranking, unseen: unseen?.ranking)) }
    return [style.strong("ranking of jobs that were measured with five layouts or more, in %")]
      + headed([heading] + rows, style)
  }

  private func cells(_ name: String, _ score: RankingScore, unseen: RankingScore?) -> [String] {
    func cell(_ words: (RankingScore) -> String) -> String {
      words(score) + (unseen.map { " (\(words($0)))" } ?? "")
    }
    return [
      name, score.groups.grouped, cell(\.meanRegret.inPercent), cell(\.p90Regret.inPercent),
      cell(\.spearman.asCoefficient), cell(\.bestAmongFive.inPercent),
    ]
  }

  // MARK: Memory

  private func feasibilitySection(_ style: Style) -> [String] {
    let lines = feasibility.flatMap { phrase, ids, _ in
      indented(phrase + (ids.isEmpty ? "" : ": \(ids.enumerated)"), style)
    }
    return lines.isEmpty ? [] : [style.strong("what fits")] + lines
  }

  // MARK: Records and runs

  private func leftOutSection(_ style: Style) -> [String] {
    guard !summary.leftOut.isEmpty else { return [] }
    let reasons = summary.leftOutReasons.prefix(12)
    let rest = summary.leftOutReasons.dropFirst(12)
    let width = reasons.map(\.runs.grouped.count).max() ?? 0
    var lines = [style.strong("left out, by reason")]
    lines += reasons.flatMap { reason, runs in
      reason.onOneLine.wrapped(
        width: style.width, first: "  \(runs.grouped.leftPadded(to: width))  ",
        hanging: String(repeating: " ", count: width + 4))
    }
    if !rest.isEmpty {
      let runs = rest.map(\.runs).reduce(0, +)
      lines += indented(
        "and \(runs.grouped) for \(counted(rest.count, "other reason"))", style)
    }
    return lines
  }

  private func worstSection(_ style: Style) -> [String] {
    let worst = worst(10, perSource: 3)
    guard !worst.isEmpty else { return [] }
    let margin = String(repeating: " ", count: 11)
    return [style.strong("worst step times, three a source at most")]
      + worst.flatMap { prediction -> [String] in
        guard let error = prediction.stepError, let measured = prediction.scoredStep else {
          return []
        }
        var lines =
          "\(prediction.run.id.onOneLine): \(prediction.step) for \(measured) measured"
          .wrapped(
            width: style.width, first: "  \(error.signed.leftPadded(to: 6)) % ", hanging: margin)
        lines += prediction.setting.onOneLine
          .wrapped(width: style.width, first: margin, hanging: margin)
        lines += prediction.layout.lines(width: style.width, first: margin, hanging: margin)
        if !prediction.run.assumptions.isEmpty {
          lines += "assumed: \(prediction.run.assumptions.map(\.onOneLine).joined(separator: "; "))"
            .wrapped(width: style.width, first: margin, hanging: margin)
            .map(style.faint)
        }
        return lines
      }
  }

  // MARK: Lines

  private func headed(_ rows: [[String]], _ style: Style) -> [String] {
    let lines = table(rows)
    return lines.prefix(1).map(style.faint) + lines.dropFirst()
  }

  private func indented(_ sentence: String, _ style: Style) -> [String] {
    sentence.wrapped(width: style.width, first: "  ", hanging: "    ")
  }

  private func counted(_ count: Int, _ noun: String) -> String {
    "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
  }
}

extension [String] {
  /// The first names and how many more there are.
  fileprivate var enumerated: String {
    let shown = prefix(8).map(\.onOneLine).joined(separator: ", ")
    return count > 8 ? "\(shown) and \(count - 8) more" : shown
  }
}
