import InputFiles
import LaunchPlan
import Quantities

extension ExplanationReport {
  /// The explanation for machines; gains and shares are fractions.
  public var json: JSONValue {
    [
      "step": [
        "seconds": .number(explanation.step.value),
        "tokensPerSecondPerDevice": .number(explanation.tokensPerSecondPerDevice),
      ],
      "breakdown": .array(
        LaunchPlan.StepPart.allCases.map { part in
          entry("part", part.rawValue, explanation.breakdown[part])
        }),
      "busiestStage": [
        "stage": .integer(explanation.busiestStage.stage),
        "layers": .integer(explanation.busiestStage.layers),
        "work": .array(
          explanation.busiestStage.consumers.map { entry("kind", $0.name, $0.time) }),
      ],
      "fullestStage": [
        "stage": .integer(explanation.fullestStage.stage),
        "peakBytes": .number(explanation.fullestStage.peak.value),
        "capacityBytes": .number(explanation.fullestStage.capacity.value),
        "parts": .object(
          LaunchPlan.MemoryPart.allCases.map { part in
            .init(part.rawValue, .number(explanation.fullestStage.parts[part].value))
          }),
      ],
      "sensitivities": .array(explanation.sensitivities.map(\.json)),
      "gainOf": .string(explanation.measure.rawValue),
      "effort": .string("planned again \(explanation.effort)"),
    ]
  }

  private func entry(_ key: String, _ name: String, _ time: Seconds) -> JSONValue {
    .object([
      .init(key, .string(name)), .init("seconds", .number(time.value)),
      .init("share", .number(orNull: time / explanation.step)),
    ])
  }
}

extension Sensitivity {
  /// Numbers are null where there is no plan.
  fileprivate var json: JSONValue {
    [
      "change": .string(change),
      "stepSeconds": after.map { .number($0.step.value) } ?? .null,
      "tokensPerSecondPerDevice": after.map { .number($0.tokensPerSecondPerDevice) } ?? .null,
      "gain": after.map { .number($0.gain) } ?? .null,
      "peakBytes": after.map { .number($0.peak.value) } ?? .null,
      "capacityBytes": after.map { .number($0.capacity.value) } ?? .null,
      "replanned": .bool(isReplanned),
      "plan": becomes.map(JSONValue.string) ?? .null,
    ]
  }
}
