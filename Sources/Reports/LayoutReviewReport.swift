import InputFiles
import LaunchPlan

/// A launch that was read, as people read it: the plan that it is, what does not hold of it, and the
/// best single changes.
public struct LayoutReviewReport: Sendable {
  let review: LayoutReview
  let style: Style
  /// Changes that gain less than this share are not worth a line.
  private static let leastGain = 0.002

  public init(_ review: LayoutReview, style: Style = .plain) {
    self.review = review
    self.style = style
  }

  public var text: String {
    let sections = [verdict, changes].filter { !$0.isEmpty }
    return PlanSummary(review.plan, style: style).text + "\n"
      + sections.map { $0.joined(separator: "\n") + "\n" }.joined(separator: "\n")
  }

  private var verdict: [String] {
    guard !review.violations.isEmpty else {
      return [style.strong("verdict"), style.good("  it fits, and the stack can run it")]
    }
    return [style.strong("verdict"), style.bad("  it does not hold")]
      + review.violations.flatMap {
        $0.onOneLine.wrapped(width: style.width, first: "  ", hanging: "    ")
      }
  }

  private var changes: [String] {
    let isSound = review.violations.isEmpty
    let worth = review.changes.filter { !isSound || $0.gain > Self.leastGain }
    guard !worth.isEmpty else {
      return [style.strong("single changes"), "  none makes the step shorter by 0.2 % or more"]
    }
    var lines = [style.strong(isSound ? "single changes" : "single changes that fit")]
    for change in worth {
      let effect =
        change.gain >= 0 ? "\(change.gain.percent) less" : "\((-change.gain).percent) more"
      lines += "\(change.words): \(change.step), \(effect)"
        .wrapped(width: style.width, first: "  ", hanging: "    ")
    }
    return lines
  }

  /// The plan document, with the changes beside its other keys.
  public func json() throws -> JSONValue {
    guard case .object(let members) = try review.plan.json() else { return .null }
    let changes = try review.changes.map { change -> JSONValue in
      [
        "change": .string(change.words), "stepSeconds": .number(change.step.value),
        "gain": .number(change.gain), "parallelism": try JSONValue(encoding: change.parallelism),
      ]
    }
    return .object(members + [.init("changes", .array(changes))])
  }
}
