import InputFiles
import Quantities

/// The `measurements` of a cluster file: matrices between nodes, and times of collectives.
struct MeasurementsDraft {
  var snapshots: [SnapshotDraft] = []
  var collectives = MeasuredCollectives.none

  init() {}

  init?(_ object: ObjectReader) {
    let snapshots = object.optional(
      "nodeBandwidth", .array(of: .object(SnapshotDraft.init), count: .atLeast(1)), default: [])
    let series = object.optional(
      "collectives", .array(of: .object(Self.series), count: .between(1, 4096)), default: [])
    object.finish()
    guard let snapshots, let series else { return nil }
    for (index, one) in series.enumerated() {
      let isRepeated = series[..<index].contains {
        $0.operation == one.operation && $0.members == one.members
          && $0.membersPerNode == one.membersPerNode
      }
      if isRepeated {
        object.error(
          at: "collectives",
          "measures \(one.operation.rawValue) over \(one.members) members, \(one.membersPerNode) a "
            + "node, twice; put all sizes into one")
        return nil
      }
    }
    self.snapshots = snapshots
    collectives = MeasuredCollectives(series)
  }

  private static func series(_ object: ObjectReader) -> MeasuredCollectives.Series? {
    let operation = object.required("operation", .choice(MeasuredCollectives.Operation.self))
    let members = object.required("members", .integer(.between(2, 1 << 20)))
    let together = object.optional("membersPerNode", .integer(.between(1, 1 << 20)))
    let points = object.required("points", .array(of: .object(point), count: .between(1, 1024)))
    object.finish()
    guard let operation, let members, let points else { return nil }
    let membersPerNode = together ?? members
    guard membersPerNode <= members else {
      object.error(
        at: "membersPerNode", "is \(membersPerNode), but must be at most the \(members) members")
      return nil
    }
    guard zip(points, points.dropFirst()).allSatisfy({ $0.bytes < $1.bytes && $0.time <= $1.time })
    else {
      object.error(at: "points", "must have rising sizes, and times that do not fall")
      return nil
    }
    return .init(
      operation: operation, members: members, membersPerNode: membersPerNode, points: points)
  }

  private static func point(_ object: ObjectReader) -> MeasuredCollectives.Point? {
    let size = object.required("mebibytes", .number(.above(0, atMost: 1e9)))
    let time = object.required("milliseconds", .number(.above(0, atMost: 1e9)))
    object.finish()
    guard let size, let time else { return nil }
    return .init(bytes: .mebibytes(size), time: .milliseconds(time))
  }
}

extension MeasuredCollectives {
  /// As a cluster file states them.
  var normalised: JSONValue {
    .array(
      series.map { one in
        [
          "operation": .string(one.operation.rawValue), "members": .integer(one.members),
          "membersPerNode": .integer(one.membersPerNode),
          "points": .array(
            one.points.map {
              [
                "mebibytes": .brief($0.bytes.mebibytes.withoutNoise),
                "milliseconds": .number($0.time.milliseconds.withoutNoise),
              ]
            }),
        ]
      })
  }
}
