import InputFiles
import PublishedRuns
import Quantities

extension ValidationReport {
  /// One self-contained page without scripts: plots of predicted against measured step time and
  /// memory, errors by source and by stack, and the worst runs with what was assumed of them.
  ///
  /// The page is well-formed XML too, so that tools can read it.
  public func html(title: String = "Predictions against measured runs") -> String {
    ValidationPage(report: self, title: title).html
  }
}

/// The page of `plan validate --html`.
struct ValidationPage {
  let report: ValidationReport
  let title: String
  /// The mark of each source, the largest first, so that those have colours of their own.
  let marks: [String: ValidationMark]

  init(report: ValidationReport, title: String) {
    self.report = report
    self.title = title
    let sizes = Dictionary(grouping: report.predictions, by: \.run.source).mapValues(\.count)
    let order = sizes.keys.sorted { (sizes[$1] ?? 0, $0) < (sizes[$0] ?? 0, $1) }
    marks = Dictionary(
      uniqueKeysWithValues: order.enumerated().map { ($1, ValidationMark(place: $0)) })
  }

  var html: String {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8"/>
    <meta name="viewport" content="width=device-width, initial-scale=1"/>
    <title>\(title.markup)</title>
    <style>
    \(Self.style)
    \(highlighting)
    </style>
    </head>
    <body>
    \(shapes)
    <main>
    <h1>\(title.markup)</h1>
    <p>\(introduction.markup)</p>
    \(sections.joined(separator: "\n"))
    </main>
    </body>
    </html>

    """
  }

  private var introduction: String {
    let records = report.predictions.count + report.summary.leftOut.count
    var sentences = [
      "Records: \(records.grouped), of \(report.sources.count) sources. Step times scored: "
        + "\(report.scored.count.grouped). Left out by the rules below: "
        + "\(report.summary.leftOut.count.grouped)."
    ]
    if let inside = report.summary.insideInterval {
      let unseen = report.unseen?.insideInterval.map { ", and \($0.percent) of unseen ones" } ?? ""
      sentences.append(
        "Of the scored steps, \(inside.percent) lie inside the interval predicted for them\(unseen)."
      )
    }
    if report.assumedRows > 0 {
      sentences.append(
        "Not scored, since the source itself assumed the step time: \(report.assumedRows.grouped).")
    }
    return sentences.joined(separator: " ")
  }

  private var sections: [String] {
    [
      section("Step time", plot(timePlot)),
      section("Peak memory", plot(memoryPlot)),
      section("Sources", sourceTable),
      section("Stacks", stackTable),
      section("Choosing between layouts", rankingTable),
      section("What fits", feasibilityList),
      section("Worst step times, four a source at most", worstTable),
      section("Left out, by reason", leftOutTable),
    ].compactMap { $0 }
  }

  /// A heading and what follows; nothing where nothing does.
  private func section(_ heading: String, _ content: String?) -> String? {
    content.map { "<section>\n<h2>\(heading.markup)</h2>\n\($0)\n</section>" }
  }

  // MARK: Plots

  private var timePlot: ValidationScatter? {
    let series = series { prediction in
      guard let measured = prediction.scoredStep, let error = prediction.stepError else {
        return []
      }
      return [
        .init(
          measured: measured.value, predicted: prediction.step.value,
          title: "\(prediction.run.id.onOneLine): \(prediction.step) for \(measured), "
            + "\(error.signed) %")
      ]
    }
    return ValidationScatter(
      label: "Predicted against measured step time of \(report.scored.count) runs",
      unit: "step time", series: series,
      candidates: ValidationScatter.Tick.seconds(spread(series)))
  }

  private var memoryPlot: ValidationScatter? {
    let series = series { prediction in
      prediction.peaks.compactMap { peak in
        guard let error = peak.error else { return nil }
        let place = peak.measured.stage.map { "stage \($0), " } ?? ""
        return .init(
          measured: peak.measured.bytes.gibibytes, predicted: peak.predicted.gibibytes,
          title: "\(prediction.run.id.onOneLine): \(place)\(peak.measured.kind.rawValue) "
            + "\(peak.predicted) for \(peak.measured.bytes), \(error.signed) %")
      }
    }
    return ValidationScatter(
      label: "Predicted against measured peaks of memory", unit: "memory", series: series,
      candidates: ValidationScatter.Tick.gibibytes)
  }

  private func series(
    _ points: (PredictedRun) -> [ValidationScatter.Point]
  ) -> [ValidationScatter.Series] {
    let bySource = Dictionary(grouping: report.predictions, by: \.run.source)
    return marks.sorted { $0.value.place < $1.value.place }.compactMap { source, mark in
      let points = (bySource[source] ?? []).flatMap(points)
      return points.isEmpty ? nil : ValidationScatter.Series(mark: mark, points: points)
    }
  }

  private func spread(_ series: [ValidationScatter.Series]) -> ClosedRange<Double> {
    let amounts = series.flatMap(\.points).flatMap { [$0.measured, $0.predicted] }
    guard let least = amounts.min(), let most = amounts.max() else { return 1...1 }
    return least...most
  }

  /// A plot beside the names of its series and their numbers of points.
  private func plot(_ scatter: ValidationScatter?) -> String? {
    guard let scatter else { return nil }
    let names = Dictionary(uniqueKeysWithValues: marks.map { ($1.place, $0) })
    let entries = scatter.series.map { series in
      let name = names[series.mark.place] ?? ""
      return "<li class=\"k\(series.mark.place)\">\(swatch(series.mark))"
        + "<span>\(name.markup)</span><b>\(series.points.count.grouped)</b></li>"
    }
    return """
      <div class="plot">
      \(scatter.svg)
      <ul class="legend">
      \(entries.joined(separator: "\n"))
      </ul>
      </div>
      <p class="note">The band holds predictions within 10 % of the measurement. A name lights up its \
      points under the pointer; a point tells its run.</p>
      """
  }

  func swatch(_ mark: ValidationMark) -> String {
    "<svg class=\"swatch\" viewBox=\"-6 -6 12 12\" aria-hidden=\"true\">"
      + "<use class=\"c\(mark.colour)\" href=\"#\(mark.shape)\"/></svg>"
  }
}

extension String {
  /// Text for an element or an attribute that shows nothing but what is written.
  var markup: String { onOneLine.escapedXML }
}
