import InputFiles
import LaunchPlan
import Quantities

/// A plan for people to read: what it is, what a step costs, what fits where, and how good it is.
public struct PlanSummary: Sendable {
  let plan: LaunchPlan
  let style: Style

  public init(_ plan: LaunchPlan, style: Style = .plain) {
    self.plan = plan
    self.style = style
  }

  /// Sections with a blank line between them, each line within the style's columns where its words
  /// allow it.
  public var text: String {
    let sections = [
      heading, repairSection, timeSection, stageSection, expertSection, scatteringSection,
      proofSection,
      alternativeSection, assumed,
    ]
    return sections.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") + "\n" }
      .joined(separator: "\n")
  }

  /// What runs where, and the layout.
  var subject: [String] {
    let devices = plan.devices
    let subject =
      (plan.name.map { "\($0.onOneLine): " } ?? "")
      + "\(plan.inputs.model.name.onOneLine) on \(devices.grouped) \(devices == 1 ? "device" : "devices") "
      + "of \(plan.inputs.cluster.name.onOneLine), \(plan.stack.identity)"
    return subject.wrapped(width: style.width, hanging: "  ").map(style.strong)
      + plan.parallelism.lines(width: style.width, first: "  ", hanging: "  ").map(style.good)
  }

  private var heading: [String] {
    var lines = subject
    let prediction = plan.prediction
    var step = prediction.step.description
    if let low = prediction.stepLow, let high = prediction.stepHigh {
      step += ", measured runs lie within \(low) to \(high)"
    }
    let workload = plan.inputs.workload
    lines.append("")
    lines += [
      ("step", step),
      (
        "batch",
        "\(workload.globalBatch.grouped) sequences of \(workload.sequenceLength.grouped) tokens, "
          + "\(workload.precision.rawValue), \(workload.optimizer.onOneLine)"
      ),
      (
        "speed",
        "\(Int(prediction.tokensPerSecondPerDevice.rounded()).grouped) tokens a second and device"
      ),
      ("utilisation", "\(prediction.modelFlopsUtilization.percent) of peak, without recomputation"),
    ].map { "  " + $0.padded(to: 13) + $1 }
    if let price = prediction.pricePerHour, let million = plan.pricePerMillionTokens {
      lines.append(
        "  " + "price".padded(to: 13)
          + "\(price.spelled) an hour, \(million.spelled) a million tokens")
    }
    if let goodput = prediction.goodput {
      lines +=
        ("goodput".padded(to: 13) + "\(goodput.share.percent) of the time: a failure every "
        + "\(goodput.timeBetweenFailures), a checkpoint every "
        + "\(goodput.checkpointSteps.grouped) steps, \(goodput.spareNodes.grouped) spare nodes")
        .wrapped(width: style.width, first: "  ", hanging: "               ")
    }
    if let snapshots = prediction.snapshots {
      let steps = snapshots.map { "\($0.step) on \($0.file.onOneLine)" }
      lines += ("step on the links of each measurement: " + steps.joined(separator: ", "))
        .wrapped(width: style.width, first: "  ", hanging: "    ")
    }
    return lines
  }

  private var alternativeSection: [String] {
    guard let first = plan.alternatives.first else { return [] }
    var lines = [style.strong(plan.alternatives.count == 1 ? "runner-up" : "runners-up")]
    for alternative in plan.alternatives.prefix(3) {
      lines += alternative.parallelism
        .lines(width: style.width, first: "  ", hanging: "    ")
      lines += "\(alternative.step), \(alternative.reason.onOneLine)"
        .wrapped(width: style.width, first: "    ", hanging: "    ")
    }
    let more = plan.alternatives.count - 3
    if more > 0 { lines.append("  and \(more) more, up from \(first.step)") }
    return lines
  }

  private var assumed: [String] {
    plan.assumptions.isEmpty ? [] : [style.strong("assumed")] + bullets(plan.assumptions)
  }

  /// Sentences, each with a hanging indent.
  func bullets(_ sentences: [String]) -> [String] {
    sentences.flatMap {
      $0.onOneLine.wrapped(width: style.width, first: "  ", hanging: "    ")
    }
  }
}
