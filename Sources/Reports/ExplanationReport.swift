import InputFiles
import LaunchPlan
import Quantities

/// Where a plan's step goes and what a better part would buy, for people or as JSON.
public struct ExplanationReport: Sendable {
  let plan: LaunchPlan
  let explanation: PlanExplanation
  let style: Style

  /// - Parameter plan: what is explained.
  public init(_ explanation: PlanExplanation, of plan: LaunchPlan, style: Style = .plain) {
    self.explanation = explanation
    self.plan = plan
    self.style = style
  }

  /// Sections with a blank line between them.
  public var text: String {
    let sections = [
      PlanSummary(plan, style: style).subject + step, time, work, memory, changes,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  private var step: [String] {
    let speed = Int(explanation.tokensPerSecondPerDevice.rounded()).grouped
    var sentences = ["\(explanation.step) a step, \(speed) tokens a second and device"]
    let stated = plan.prediction.step
    if abs(explanation.step / stated - 1) > Self.agreement {
      sentences.append(
        "the plan states \(stated): it was made with other costs than today's, on which all below "
          + "is based")
    }
    return sentences.flatMap { $0.lines(width: style.width) }
  }

  /// The relative difference up to which two predictions are one.
  private static let agreement = 0.001

  // MARK: Where it goes

  private var time: [String] {
    timeTable("time of a step", of: explanation.breakdown, step: explanation.step, style)
  }

  /// The largest consumers of the busiest stage.
  private var work: [String] {
    let busy = explanation.busiestStage
    let shown = busy.consumers.prefix(Self.consumerLimit)
    let layers = "\(busy.layers.grouped) \(busy.layers == 1 ? "layer" : "layers")"
    var lines = shareTable(
      "work of stage \(busy.stage), the busiest (\(layers))",
      shown.map { consumer in
        Share(
          name: consumer.words, amount: consumer.time.description,
          share: consumer.time / explanation.step)
      }, style)
    let rest = busy.consumers.dropFirst(Self.consumerLimit).map(\.words)
    if !rest.isEmpty {
      lines += "less: \(rest.joined(separator: ", "))"
        .lines(width: style.width)
    }
    return lines
  }

  private static let consumerLimit = 5

  private var memory: [String] {
    let fullest = explanation.fullestStage
    let share = (fullest.peak / fullest.capacity).percent
    return shareTable(
      "memory of stage \(fullest.stage), the fullest "
        + "(\(fullest.peak) of \(fullest.capacity), \(share))",
      LaunchPlan.MemoryPart.allCases.map { part in
        Share(
          name: part.words, amount: fullest.parts[part].description,
          share: fullest.parts[part] / fullest.capacity)
      }.sorted { $0.share > $1.share }, style)
  }

  // MARK: What would change it

  private var changes: [String] {
    let shown = explanation.sensitivities.filter(\.matters)
    let header = ["change", "step", "gain", "tokens/s/device"]
    let rows = table(
      [header]
        + shown.map { sensitivity in
          guard let after = sensitivity.after else { return [sensitivity.change, "–", "–", ""] }
          let speed = Int(after.tokensPerSecondPerDevice.rounded()).grouped
          return [
            sensitivity.change, after.step.description, after.gain.percent,
            sensitivity.changesScale ? speed : "",
          ]
        })
    var lines = [style.strong("what a change would do")]
    if !shown.isEmpty { lines.append(style.faint(rows[0].withoutTrailingSpaces)) }
    for (row, sensitivity) in zip(rows.dropFirst(), shown) {
      lines.append(row.withoutTrailingSpaces)
      if let becomes = sensitivity.becomes {
        lines += becomes.lines(width: style.width, first: "    ", hanging: "      ")
          .map(style.faint)
      }
    }
    let rest = explanation.sensitivities.filter { !$0.matters }.map(\.change)
    if !rest.isEmpty {
      lines += "less than \(Sensitivity.leastGain.percent) each: \(rest.joined(separator: "; "))"
        .lines(width: style.width)
    }
    let measure = explanation.measure == .time ? "time" : "price"
    lines +=
      "gain: the share of a token's \(measure) that is saved; planned again \(explanation.effort)"
      .lines(width: style.width)
    return lines
  }
}

extension PlanExplanation.Consumer {
  /// The name in a table.
  fileprivate var words: String {
    switch name {
    case "products": "matrix products"
    case "ends": "embedding, head and loss"
    case "elementWise": "element-wise"
    default: name.words
    }
  }
}

extension Sensitivity {
  /// What the plan becomes, in a phrase; `nil` where it was not planned again.
  var becomes: String? {
    switch outcome {
    case .repriced: return nil
    case .none(let reason): return "no plan: \(reason)"
    case .replanned(let after, let replan):
      let plan =
        switch replan.extent {
        case .nothing: "the same plan"
        case .stages: "the same layout, its layers split or recomputed otherwise"
        case .layout: replan.parallelism.line
        case .idle: "the same plan, and the new devices idle"
        }
      return "\(plan); fullest stage \(after.peak) of \(after.capacity)"
    }
  }
}

extension String {
  /// The words on lines of at most `width` columns, numbers together with their signs and units.
  fileprivate func lines(width: Int, first: String = "  ", hanging: String = "    ") -> [String] {
    let glued = [" %", " × ", " GiB"].reduce(self) { text, sign in
      text.replacing(sign, with: sign.replacing(" ", with: "\u{A0}"))
    }
    return glued.wrapped(width: width, first: first, hanging: hanging)
      .map { $0.replacing("\u{A0}", with: " ") }
  }

  fileprivate var withoutTrailingSpaces: String {
    var text = self[...]
    while text.last == " " { text.removeLast() }
    return String(text)
  }
}
