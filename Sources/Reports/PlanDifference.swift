import InputFiles
import LaunchPlan
import Quantities

/// What two plans do not have in common.
public struct PlanDifference: Sendable, Equatable {
  /// One value that differs, by its path in the documents; `nil` where a plan does not have it.
  public struct Change: Sendable, Hashable {
    public var path: String
    public var before: JSONValue?
    public var after: JSONValue?
  }

  /// In the order of the document's keys.
  public let changes: [Change]
  private let before: LaunchPlan
  private let after: LaunchPlan

  public init(from before: LaunchPlan, to after: LaunchPlan) throws {
    self.before = before
    self.after = after
    var changes: [Change] = []
    try Self.compare(before.json(), after.json(), at: "", into: &changes)
    self.changes = changes
  }

  public var isEmpty: Bool { changes.isEmpty }

  private static func compare(
    _ before: JSONValue?, _ after: JSONValue?, at path: String, into changes: inout [Change]
  ) {
    switch (before, after) {
    case (.object(let old)?, .object(let new)?):
      let added = new.map(\.key).filter { key in !old.contains { $0.key == key } }
      for key in old.map(\.key) + added {
        compare(
          old.first { $0.key == key }?.value, new.first { $0.key == key }?.value,
          at: path.isEmpty ? key : "\(path).\(key)", into: &changes)
      }
    case (.array(let old)?, .array(let new)?):
      for index in 0..<max(old.count, new.count) {
        compare(
          old.dropFirst(index).first, new.dropFirst(index).first, at: "\(path)[\(index)]",
          into: &changes)
      }
    default:
      if before != after { changes.append(Change(path: path, before: before, after: after)) }
    }
  }

  /// What a million tokens cost under each, where both have prices.
  private var price: String? {
    guard let old = before.pricePerMillionTokens, let new = after.pricePerMillionTokens else {
      return nil
    }
    let ratio = new / old - 1
    return "price        \(old.spelled) → \(new.spelled) a million tokens "
      + "(\(ratio < 0 ? "" : "+")\(ratio.percent))"
  }

  // MARK: Writing

  public var json: JSONValue {
    .array(
      changes.map { change in
        [
          "path": .string(change.path), "before": change.before ?? .null,
          "after": change.after ?? .null,
        ]
      })
  }

  /// The two plans in a line each, then what differs by section.
  public func text(style: Style = .plain) -> String {
    if isEmpty { return "the plans are the same\n" }
    var lines = [("-", before, style.bad), ("+", after, style.good)].flatMap { sign, plan, colour in
      plan.parallelism.lines(width: style.width, first: sign + " ", hanging: "  ")
        .map(colour)
    }
    let ratio = after.prediction.step / before.prediction.step - 1
    lines += [
      "",
      "step         \(before.prediction.step) → \(after.prediction.step) "
        + "(\(ratio < 0 ? "" : "+")\(ratio.percent))",
      "utilisation  \(before.prediction.modelFlopsUtilization.percent) → "
        + after.prediction.modelFlopsUtilization.percent,
      price,
      "fullest      \(before.fullest.percent) → \(after.fullest.percent) of a device's memory",
      "gap          \(before.certificate.gap.percent) → \(after.certificate.gap.percent)",
    ].compactMap(\.self)
    let choices = changes.filter { change in
      ["stack", "parallelism", "inputs.workload", "stages", "mapping"].contains { section in
        change.path.hasPrefix(section)
      }
    }
    if !choices.isEmpty { lines.append("") }
    lines += choices.prefix(Self.limit).map { change in
      "\(change.path): \(Self.word(change.before)) → \(Self.word(change.after))"
    }
    if choices.count > Self.limit {
      lines.append("and \(choices.count - Self.limit) more; --json lists all")
    }
    for (name, old, new) in [
      ("cluster", before.inputs.cluster.content, after.inputs.cluster.content),
      ("model", before.inputs.model.content, after.inputs.model.content),
    ] where old != new {
      lines.append("the \(name) differs")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static let limit = 20

  private static func word(_ value: JSONValue?) -> String {
    value.map { JSONText.compact($0) } ?? "absent"
  }
}

extension LaunchPlan {
  /// The greatest share of a device's memory that any stage takes.
  fileprivate var fullest: Double {
    prediction.memory.map { $0.peak / $0.capacity }.max() ?? 0
  }
}
