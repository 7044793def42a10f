import InputFiles
import LaunchPlan
import Quantities

/// Plans for several clusters and workloads, one a line, and which of them meets what was asked.
public struct SweepReport: Sendable {
  /// What a run must reach.
  public struct Goal: Sendable, Hashable {
    /// The longest step.
    public var step: Seconds?
    /// Tokens to train on, and the time for them.
    public var tokens: Double?
    public var within: Seconds?

    public init(step: Seconds? = nil, tokens: Double? = nil, within: Seconds? = nil) {
      self.step = step
      self.tokens = tokens
      self.within = within
    }

    func isMet(by point: SweepPoint) -> Bool {
      guard let plan = point.plan, let rate = point.tokensPerSecond else { return false }
      if let step, plan.prediction.step > step { return false }
      if let tokens, let within, tokens / rate > within.value { return false }
      return true
    }

    var isAsked: Bool { step != nil || tokens != nil }
  }

  let points: [SweepPoint]
  let goal: Goal
  let style: Style

  public init(_ points: [SweepPoint], goal: Goal = Goal(), style: Style = .plain) {
    self.points = points
    self.goal = goal
    self.style = style
  }

  /// The point of fewest devices that meets the goal; of equals the faster.
  public var choice: SweepPoint? {
    goal.isAsked
      ? points.filter { goal.isMet(by: $0) }.min {
        ($0.devices, $0.plan?.prediction.step ?? .infinity)
          < ($1.devices, $1.plan?.prediction.step ?? .infinity)
      } : nil
  }

  /// Whether any point has a plan.
  public var hasPlan: Bool { points.contains { $0.plan != nil } }

  private var hasPrices: Bool { points.contains { $0.pricePerMillionTokens != nil } }

  public var text: String {
    var headings = ["nodes", "devices", "sequence", "batch", "step", "tokens/s"]
    if hasPrices { headings.append("per M tokens") }
    headings += ["free", "gap", "", "layout"]
    let rows = points.map(row)
    var lines = table([headings.dropLast().map(\.self)] + rows.map { Array($0.cells) })
    lines[0] = style.faint(lines[0] + "  layout")
    for (index, row) in rows.enumerated() { lines[index + 1] += "  " + row.layout }
    var text = lines.joined(separator: "\n") + "\n"
    if points.contains(where: \.isOnFront) {
      text += "\n  * no other of the same workload is as fast on as few devices\n"
    }
    if goal.isAsked { text += "\n" + verdict + "\n" }
    return text
  }

  private func row(_ point: SweepPoint) -> (cells: [String], layout: String) {
    var cells = [
      point.nodes.grouped, point.devices.grouped, point.sequenceLength.grouped,
      point.globalBatch.grouped,
    ]
    switch point.result {
    case .planned(let plan):
      cells += [
        plan.prediction.step.description,
        point.tokensPerSecond.map { Int($0.rounded()).grouped } ?? "",
      ]
      if hasPrices {
        cells.append(point.pricePerMillionTokens.map { $0.spelled(decimals: 4) } ?? "–")
      }
      cells += [
        point.headroom?.description ?? "", plan.certificate.gap.percent,
        point.isOnFront ? "*" : "",
      ]
      return (cells, plan.parallelism.line)
    case .infeasible(let reason):
      return (cells + Array(repeating: "–", count: hasPrices ? 6 : 5), "none: " + reason.onOneLine)
    case .stopped:
      return (cells + Array(repeating: "–", count: hasPrices ? 6 : 5), "none was found in time")
    }
  }

  private var verdict: String {
    guard let choice else { return style.bad("  none of them meets the goal") }
    return style.good(
      "  fewest devices that meet the goal: \(choice.devices.grouped) on \(choice.nodes.grouped) "
        + "\(choice.nodes == 1 ? "node" : "nodes"), \(choice.plan?.prediction.step.description ?? "") a step"
    )
  }

  public func json() throws -> JSONValue {
    let list = try points.map { point -> JSONValue in
      var members: [JSONValue.Member] = [
        .init("nodes", .integer(point.nodes)), .init("devices", .integer(point.devices)),
        .init("sequenceLength", .integer(point.sequenceLength)),
        .init("globalBatch", .integer(point.globalBatch)),
      ]
      switch point.result {
      case .planned(let plan):
        members += [
          .init("stepSeconds", .number(plan.prediction.step.value)),
          .init("stepSecondsLow", .number(orNull: plan.prediction.stepLow?.value ?? .nan)),
          .init("stepSecondsHigh", .number(orNull: plan.prediction.stepHigh?.value ?? .nan)),
          .init("tokensPerSecond", .number(orNull: point.tokensPerSecond ?? .nan)),
          .init("pricePerMillionTokens", .number(orNull: point.pricePerMillionTokens ?? .nan)),
          .init("headroomBytes", .number(orNull: point.headroom?.value ?? .nan)),
          .init("gap", .number(plan.certificate.gap)), .init("onFront", .bool(point.isOnFront)),
          .init("meetsGoal", goal.isAsked ? .bool(goal.isMet(by: point)) : .null),
          .init("parallelism", try JSONValue(encoding: plan.parallelism)),
        ]
      case .infeasible(let reason): members.append(.init("infeasible", .string(reason)))
      case .stopped: members.append(.init("infeasible", .null))
      }
      return .object(members)
    }
    return .array(list)
  }
}
