import InputFiles
import PublishedRuns
import Quantities

extension ValidationReport {
  /// The document of `plan validate --json`: errors and shares as fractions, keys in ascending
  /// order, null where there is nothing to say.
  ///
  /// - Parameter listsRuns: whether every prediction stands in `rows`.
  public func json(listsRuns: Bool = false) -> JSONValue {
    var members = summary.members
    members["leftOut"] = .array(
      summary.leftOut.map {
        .sorted([
          "id": .string($0.id), "reason": .string($0.reason), "source": .string($0.source),
        ])
      })
    if let unseen { members["crossValidation"] = .sorted(unseen.members) }
    if listsRuns {
      members["rows"] = .array(predictions.map { $0.json(unseenSteps: unseenSteps[$0.run.id]) })
    }
    return .sorted(members)
  }
}

extension ValidationSummary {
  fileprivate var members: [String: JSONValue] {
    [
      "feasibility": feasibility.json,
      "insideInterval": .number(orNull: insideInterval),
      "ranking": .sorted(
        ranking.members.merging(
          ["sources": .sorted(rankingBySource.mapValues { .sorted($0.members) })]
        ) { $1 }),
      "sources": .sorted(sources.mapValues(\.json)),
      "stacks": .sorted(stacks.mapValues(\.json)),
    ]
  }
}

extension RunScore {
  fileprivate var json: JSONValue {
    var members: [String: JSONValue] = [
      "rows": .integer(rows),
      "usedRows": .integer(stepTime.runs),
      "assumedRows": .integer(assumedRows),
      "insideInterval": .number(orNull: insideInterval),
      "memoryByKind": .sorted(
        Dictionary(
          uniqueKeysWithValues: memoryByKind.map { kind, score in
            (kind.rawValue, .sorted(score.members(prefix: "memory", rows: "memoryRows")))
          })),
    ]
    members.merge(stepTime.members(prefix: "stepTime")) { $1 }
    members.merge(memory.members(prefix: "memory", rows: "memoryRows")) { $1 }
    members.merge(staticMemory.members(prefix: "staticMemory", rows: "staticMemoryRows")) { $1 }
    return .sorted(members)
  }
}

extension ErrorScore {
  /// The figures under keys such as `stepTimeMAPE`, and the number of runs under a key of its own.
  fileprivate func members(prefix: String, rows: String? = nil) -> [String: JSONValue] {
    var members: [String: JSONValue] = [
      prefix + "MAPE": .number(orNull: mean), prefix + "Median": .number(orNull: median),
      prefix + "Bias": .number(orNull: bias), prefix + "P90": .number(orNull: p90),
    ]
    if let rows { members[rows] = .integer(runs) }
    return members
  }
}

extension RankingScore {
  fileprivate var members: [String: JSONValue] {
    [
      "groups": .integer(groups), "meanRegret": .number(orNull: meanRegret),
      "p90Regret": .number(orNull: p90Regret), "spearman": .number(orNull: spearman),
      "bestAmongFive": .number(orNull: bestAmongFive),
    ]
  }
}

extension FeasibilityScore {
  fileprivate var json: JSONValue {
    .sorted([
      "outOfMemoryRows": .integer(outOfMemoryRows),
      "missedOutOfMemory": .array(missedOutOfMemory.map(JSONValue.string)),
      "ranRows": .integer(ranRows),
      "falseOutOfMemory": .array(falseOutOfMemory.map(JSONValue.string)),
      "falseOutOfMemoryShare": .number(orNull: falseOutOfMemoryShare),
      "fragmented": .array(fragmented.map(JSONValue.string)),
    ])
  }
}

extension PredictedRun {
  /// - Parameter unseenSteps: what the fits of a cross-validation predicted that had not seen the run, one a
  ///   split; `nil` without one.
  fileprivate func json(unseenSteps: [Seconds]?) -> JSONValue {
    var members: [String: JSONValue] = [
      "id": .string(run.id),
      "source": .string(run.source),
      "citation": .string(run.citation),
      "stack": .string(run.stack),
      "accelerator": .string(run.acceleratorName),
      "devices": .integer(run.frame.degrees.devices),
      "layout": .string(layout.line),
      "outcome": .string(run.measured.outcome.rawValue),
      "isStepAssumed": .bool(run.measured.isStepAssumed),
      "measuredStepSeconds": .number(orNull: run.measured.step?.value),
      "predictedStepSeconds": .number(step.value),
      "predictedStepSecondsLow": .number(stepRange.lowerBound.value),
      "predictedStepSecondsHigh": .number(stepRange.upperBound.value),
      "stepTimeError": .number(orNull: stepError),
      "peaks": .array(peaks.map(\.json)),
      "measuredStaticBytes": .number(orNull: run.measured.staticBytes?.value),
      "predictedStaticBytes": .number(orNull: staticBytes?.value),
      "memoryUse": .number(memoryUse),
      "fits": .bool(fits),
      "assumptions": .array(run.assumptions.map(JSONValue.string)),
    ]
    if let unseenSteps {
      members["unseenStepSeconds"] = .array(unseenSteps.map { .number($0.value) })
    }
    return .sorted(members)
  }
}

extension PredictedRun.Peak {
  fileprivate var json: JSONValue {
    .sorted([
      "stage": measured.stage.map(JSONValue.integer) ?? .null,
      "kind": .string(measured.kind.rawValue),
      "measuredBytes": .number(orNull: measured.bytes.value),
      "predictedBytes": .number(predicted.value),
    ])
  }
}

extension JSONValue {
  /// An object with its keys in ascending order.
  fileprivate static func sorted(_ members: [String: JSONValue]) -> JSONValue {
    .object(members.sorted { $0.key < $1.key }.map { Member($0.key, $0.value) })
  }

  /// The number; null for none and for one that is not finite.
  fileprivate static func number(orNull number: Double?) -> JSONValue {
    number.map { .number(orNull: $0) } ?? .null
  }
}
