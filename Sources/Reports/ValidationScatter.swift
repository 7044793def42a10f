import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// A square plot of predicted against measured amounts on logarithmic axes, as SVG: on the diagonal
/// prediction and measurement agree, in the band around it to 10 %.
struct ValidationScatter {
  struct Point {
    var measured: Double
    var predicted: Double
    /// What a pointer that rests on it is told.
    var title: String
  }

  /// Points of one colour and shape.
  struct Series {
    var mark: ValidationMark
    var points: [Point]
  }

  /// A place on either axis.
  struct Tick {
    var value: Double
    /// Empty where only the line is drawn.
    var label: String
  }

  /// What the picture shows, for those who do not see it.
  let label: String
  let unit: String
  let series: [Series]
  /// The ends of both axes.
  let range: ClosedRange<Double>
  let ticks: [Tick]

  /// - Returns: `nil` where there is no point.
  /// - Parameter tick: the label of a value that may be marked; `nil` where it is none.
  init?(
    label: String, unit: String, series: [Series], candidates: [Tick]
  ) {
    let amounts = series.flatMap(\.points).flatMap { [$0.measured, $0.predicted] }
    guard let least = amounts.min(), let most = amounts.max(), least > 0, most.isFinite else {
      return nil
    }
    self.label = label
    self.unit = unit
    self.series = series
    range = least / 1.3...most * 1.3
    let range = range
    ticks = candidates.filter { range.contains($0.value) }
  }

  // MARK: Drawing

  private static let size = 640.0
  private static let left = 68.0
  private static let bottom = 46.0
  private static let margin = 10.0
  private static let edge = size - left - margin

  /// One element of SVG.
  var svg: String {
    let (size, left, edge, margin) = (Self.size, Self.left, Self.edge, Self.margin)
    let height = margin + edge + Self.bottom
    var parts = [
      """
      <svg class="scatter" viewBox="0 0 \(size.short) \(height.short)" role="img" \
      aria-label="\(label.escapedXML)">
      """,
      "<clipPath id=\"\(clip)\"><rect x=\"\(left.short)\" y=\"\(margin.short)\" "
        + "width=\"\(edge.short)\" height=\"\(edge.short)\"/></clipPath>",
    ]
    for tick in ticks {
      let (x, y) = (across(tick.value).short, up(tick.value).short)
      parts.append(
        "<path class=\"grid\" d=\"M\(x) \(margin.short)V\((margin + edge).short)"
          + "M\(left.short) \(y)H\((left + edge).short)\"/>")
      guard !tick.label.isEmpty else { continue }
      parts.append(
        "<text x=\"\(x)\" y=\"\((margin + edge + 16).short)\" class=\"middle\">"
          + "\(tick.label.escapedXML)</text>"
          + "<text x=\"\((left - 6).short)\" y=\"\((up(tick.value) + 4).short)\" class=\"end\">"
          + "\(tick.label.escapedXML)</text>")
    }
    parts += [
      "<g clip-path=\"url(#\(clip))\">", band,
      "<path class=\"diagonal\" d=\"\(line(by: 1))\"/>",
    ]
    // Small series last, so that large ones do not hide them.
    let order = series.enumerated()
      .sorted { ($1.element.points.count, $0.offset) < ($0.element.points.count, $1.offset) }
    for (_, series) in order {
      let mark = series.mark
      parts.append("<g class=\"\(mark.classes)\">")
      parts += series.points.map { point in
        "<use href=\"#\(mark.shape)\" x=\"\(across(point.measured).short)\" "
          + "y=\"\(up(point.predicted).short)\"><title>\(point.title.escapedXML)</title></use>"
      }
      parts.append("</g>")
    }
    parts += [
      "</g>",
      "<path class=\"frame\" d=\"M\(left.short) \(margin.short)h\(edge.short)v\(edge.short)"
        + "h\((-edge).short)z\"/>",
      "<text class=\"middle\" x=\"\((left + edge / 2).short)\" y=\"\((height - 8).short)\">"
        + "measured \(unit.escapedXML)</text>",
      "<text class=\"middle\" transform=\"translate(14 \((margin + edge / 2).short)) rotate(-90)\">"
        + "predicted \(unit.escapedXML)</text>",
      "</svg>",
    ]
    return parts.joined(separator: "\n")
  }

  /// The name of the frame that marks are cut at; several plots may stand on one page.
  private var clip: String { "frame-" + unit.filter { $0.isASCII && $0.isLetter } }

  private var band: String {
    let (low, high) = (range.lowerBound, range.upperBound)
    func point(_ measured: Double, _ predicted: Double) -> String {
      "\(across(measured).short) \(up(predicted).short)"
    }
    return "<path class=\"band\" d=\"M\(point(low, low * 1.1))L\(point(high, high * 1.1))"
      + "L\(point(high, high * 0.9))L\(point(low, low * 0.9))z\"/>"
  }

  private func line(by factor: Double) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    return "M\(across(low).short) \(up(low * factor).short)"
      + "L\(across(high).short) \(up(high * factor).short)"
  }

  private func across(_ value: Double) -> Double { Self.left + share(value) * Self.edge }
  private func up(_ value: Double) -> Double {
    Self.margin + (1 - share(value)) * Self.edge
  }

  private func share(_ value: Double) -> Double {
    log(value / range.lowerBound) / log(range.upperBound / range.lowerBound)
  }
}

extension ValidationScatter.Tick {
  /// From 1 µs to 100,000 s: the decades, and between them twice and five times as much where few
  /// decades are on show.
  static func seconds(_ range: ClosedRange<Double>) -> [ValidationScatter.Tick] {
    let isWide = range.upperBound / range.lowerBound > 1000
    return (-6...5).flatMap { exponent -> [ValidationScatter.Tick] in
      [1, 2, 5].map { step in
        // Whole powers of a thousand are exact in the unit that is shown.
        let (unit, scale) = exponent < -3 ? ("µs", 6) : exponent < 0 ? ("ms", 3) : ("s", 0)
        let shown = Double(step) * power(exponent + scale)
        let value = scale == 6 ? shown / 1e6 : scale == 3 ? shown / 1e3 : shown
        return ValidationScatter.Tick(
          value: value,
          label: isWide && step > 1 ? "" : "\(Int(shown.rounded()).grouped) \(unit)")
      }
    }
  }

  /// Powers of two from 1/16 GiB to 4,096 GiB.
  static let gibibytes: [ValidationScatter.Tick] = (-4...12).map { exponent in
    let value = exponent < 0 ? 1 / Double(1 << -exponent) : Double(1 << exponent)
    return ValidationScatter.Tick(
      value: value,
      label: exponent < 0
        ? "\(Int(value * 1024)) MiB" : "\(Int(value).grouped) GiB")
  }

  private static func power(_ exponent: Int) -> Double {
    (0..<max(0, exponent)).reduce(1) { product, _ in product * 10 }
  }
}

/// The colour and shape of a source's points: ten colours of each of four shapes.
struct ValidationMark: Hashable {
  /// From 0, by the source's size.
  var place: Int

  static let shapes = ["circle", "square", "diamond", "triangle"]
  var colour: Int { place % 10 }
  var shape: String { Self.shapes[place / 10 % Self.shapes.count] }
  /// The colour and the source itself, by which the legend lights it up.
  var classes: String { "c\(colour) s s\(place)" }
}

extension Double {
  /// A coordinate to a tenth, without a fraction that is zero.
  var short: String {
    let text = spelled(decimals: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
