import ClusterTopology
import InputFiles
import ParallelismVocabulary

extension Schemas {
  /// A cluster file.
  static var cluster: JSONValue {
    document(
      title: "A cluster for plan",
      object(
        ["nodeGroups": array(of: reference("nodeGroup"), least: 1)],
        optional: [
          "name": name,
          "fabrics": array(of: reference("fabric")),
          "measurements": reference("measurements"),
          "health": reference("health"),
        ]),
      definitions: [
        "nodeGroup": nodeGroup,
        "accelerator": accelerator,
        "scaleUp": scaleUp,
        "nics": object(
          optional: [
            "fabric": name, "perNode": integer(1, 1024), "gigabitsPerSecond": rate,
          ]),
        "fabric": fabric,
        "measurements": measurements,
        "health": health,
      ])
  }

  private static var rate: JSONValue { number(above: 0, atMost: 1_000_000) }
  private static var latency: JSONValue { number(0, 1_000_000) }
  private static var nodeCount: JSONValue { integer(1, ClusterTopology.nodeLimit) }

  private static var nodeGroup: JSONValue {
    object(
      ["name": name],
      optional: [
        "node": choice(Catalogue.nodeNames),
        "nodes": nodeCount,
        "names": ["anyOf": [name, array(of: name, least: 1)]],
        "acceleratorsPerNode": integer(1, ClusterTopology.acceleratorsPerNodeLimit),
        "accelerator": [
          "anyOf": [choice(Catalogue.acceleratorNames), reference("accelerator")]
        ],
        "scaleUp": reference("scaleUp"),
        "deviceOrder": array(of: integer(0, ClusterTopology.acceleratorsPerNodeLimit - 1)),
        "nics": reference("nics"),
        "hostMemoryGiB": rate, "hostMemoryGigabytesPerSecond": rate,
        "pricePerNodeHour": number(0, 1_000_000),
      ])
  }

  private static var accelerator: JSONValue {
    object(
      optional: [
        "preset": choice(Catalogue.acceleratorNames),
        "name": name,
        "vendor": name,
        "architecture": choice(Architecture.self),
        "visibleMemoryGiB": number(above: 0, atMost: 16_384),
        "memoryIsMarketed": bool,
        "peakTeraFLOPS": [
          "type": "object",
          "propertyNames": choice(Precision.self),
          "additionalProperties": rate,
        ],
        "memoryGigabytesPerSecond": rate,
        "computeUnits": integer(1, 1_000_000),
        "hostGigabytesPerSecond": rate,
      ])
  }

  private static var scaleUp: JSONValue {
    object(
      optional: [
        "kind": choice(ScaleUp.Kind.self),
        "accelerators": nodeCount,
        "gigabytesPerSecond": rate,
        "pairGigabytesPerSecond": rate,
        "latencyMicroseconds": latency,
        "inNetworkReduction": bool,
        "levels": array(
          of: object([
            "accelerators": integer(2, ClusterTopology.nodeLimit), "gigabytesPerSecond": rate,
          ])),
      ])
  }

  private static var fabric: JSONValue {
    object(
      ["name": name, "kind": choice(Fabric.Kind.self)],
      optional: [
        "latencyMicroseconds": latency,
        "levels": array(
          of: object(
            ["nodesPerSwitch": nodeCount], optional: ["oversubscription": number(1, 1000)])),
        "connects": array(of: name, least: 1),
        "gigabitsPerSecond": rate,
        "inNetworkReduction": bool,
      ])
  }

  private static var measurements: JSONValue {
    let units = [
      "gigabytesPerSecond", "gigabitsPerSecond", "megabytesPerSecond", "megabitsPerSecond",
      "bytesPerSecond",
    ]
    return object(
      optional: [
        "nodeBandwidth": array(
          of: object(["file": name, "unit": choice(units)], optional: ["sha256": string]),
          least: 1),
        "collectives": array(
          of: object(
            [
              "operation": choice(MeasuredCollectives.Operation.allCases.map(\.rawValue)),
              "members": integer(2, 1 << 20),
              "points": array(
                of: object(
                  [
                    "mebibytes": number(above: 0, atMost: 1_000_000_000),
                    "milliseconds": number(above: 0, atMost: 1_000_000_000),
                  ]), least: 1),
            ], optional: ["membersPerNode": integer(1, 1 << 20)]),
          least: 1),
      ])
  }

  private static var health: JSONValue {
    let factor = number(above: 0, atMost: 1)
    let positive = number(above: 0, atMost: 1_000_000_000)
    return object(
      optional: [
        "slowNodes": array(of: object(["node": name, "factor": factor])),
        "badLinks": array(of: object(["from": name, "to": name, "factor": factor])),
        "lostNodes": array(of: name),
        "failures": object(
          ["nodeHoursBetween": positive],
          optional: [
            "restartMinutes": positive, "checkpointSeconds": positive, "repairHours": positive,
          ]),
      ])
  }
}
