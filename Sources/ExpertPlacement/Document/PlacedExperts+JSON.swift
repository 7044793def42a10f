import CostModel
import InputFiles

extension PlacedExperts {
  /// The document, with what it is.
  public var json: JSONValue {
    .object([.init("kind", "expertPlacement"), .init("formatVersion", 1)] + members)
  }

  private var members: [JSONValue.Member] {
    var members: [JSONValue.Member] = [
      .init("objective", .string(objective.rawValue)), .init("value", .number(value)),
      .init("bound", .number(bound)), .init("gap", .number(gap)),
    ]
    if let valueInOrder { members.append(.init("valueInOrder", .number(valueInOrder))) }
    members += [
      .init("nodes", .integer(hierarchy.nodes)),
      .init("gpusPerNode", .integer(hierarchy.gpusPerNode)),
      .init("hopWithinNode", .number(hierarchy.hopWithinNode)),
      .init("hopBetweenNodes", .number(hierarchy.hopBetweenNodes)),
    ]
    if hierarchy.racks > 1 {
      members += [
        .init("racks", .integer(hierarchy.racks)),
        .init("hopBetweenRacks", .number(hierarchy.hopBetweenRacks)),
      ]
    }
    if let times {
      members.append(
        .init(
          "seconds",
          [
            "perLoad": .number(times.perLoad.value), "perGPU": .number(times.perGPU.value),
            "perNode": .number(times.perNode.value),
          ]))
    }
    members += [
      .init("experts", .integer(experts)),
      .init("layers", .array(layers.map(JSONValue.integer))),
      .init("slots", .array(slots.map { .array($0.map(JSONValue.integer)) })),
    ]
    if let certificateJSON { members.append(.init("certificate", certificateJSON)) }
    return members
  }

  /// The multipliers that prove the bound; nil where it needs none.
  public var certificateJSON: JSONValue? {
    levels.isEmpty ? nil : .array(levels.map(\.json))
  }
}

extension HopCertificate.Level {
  /// The vectors and multipliers, as the checker reads them.
  fileprivate var json: JSONValue {
    func numbers(_ values: [Double]) -> JSONValue { .array(values.map(JSONValue.number)) }
    func programs(_ all: [HopCertificate.Multipliers]) -> JSONValue {
      .array(all.map { ["rows": numbers($0.rows), "columns": numbers($0.columns)] })
    }
    return [
      "parts": .integer(parts), "cost": .number(cost), "factors": .array(factors.map(numbers)),
      "across": programs(across), "within": programs(within),
    ]
  }
}
