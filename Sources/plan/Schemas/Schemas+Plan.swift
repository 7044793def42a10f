import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary

extension Schemas {
  /// A plan document. A newer minor version may have further keys everywhere.
  static var plan: JSONValue {
    document(
      title: "A plan",
      open(
        [
          "formatVersion": ["type": "string", "pattern": "^1\\.[0-9]+$"],
          "kind": choice(LaunchPlan.Kind.self),
          "stack": open(["name": name, "version": string]),
          "inputs": inputs,
          "parallelism": reference("parallelism"),
          "stageGroups": array(of: stageGroup, least: 1),
          "stages": array(of: stage, least: 1),
          "mapping": mapping,
          "prediction": prediction,
          "certificate": reference("certificate"),
        ],
        optional: [
          "name": string,
          "expertPlacement": open(
            ["order": choice(LaunchPlan.ExpertPlacement.Order.self)],
            optional: ["added": addedTime, "placement": placedExperts]),
          "sequenceScattering": sequenceScattering,
          "alternatives": array(
            of: open(
              [
                "parallelism": reference("parallelism"), "stepSeconds": number(0),
                "reason": string, "isNearTie": bool,
              ],
              optional: [
                "nodeGroups": array(of: string), "stages": array(of: stage, least: 1),
              ])),
          "assumptions": array(of: string),
          "repair": repair,
        ]),
      definitions: [
        "parallelism": parallelism,
        "schedule": ["type": "string", "pattern": .string("^(" + schedules + ")$")],
        "certificate": certificate,
        "scope": scope,
        "pins": pins,
        "evidence": evidence,
      ])
  }

  /// An object that may have further properties.
  static func open(
    _ required: KeyValuePairs<String, JSONValue> = [:],
    optional: KeyValuePairs<String, JSONValue> = [:]
  ) -> JSONValue { object(required, optional: optional, isOpen: true) }

  /// The schedules' names, with the chunks of an interleaved one.
  private static var schedules: String {
    Schedule.names.map { $0 == "interleaved" ? "\($0):[0-9]+" : $0 }.joined(separator: "|")
  }

  private static var ways: JSONValue { integer(1) }

  private static var inputs: JSONValue {
    let file = open(["name": string, "file": string, "content": ["type": "object"]])
    return open(
      [
        "cluster": file,
        "model": file,
        "workload": open(
          [
            "globalBatch": ways, "sequenceLength": ways, "precision": choice(Precision.self),
            "optimizer": choice(Optimizer.self),
          ],
          optional: [
            "optimizerPlace": choice(OptimizerPlace.self),
            "activationPlace": choice(ActivationPlace.self), "adapterRank": integer(1, 65_536),
            "lengths": open([
              "sequences": ways,
              "histogram": array(of: open(["tokens": ways, "count": ways]), least: 1),
            ]),
            "expertUse": array(
              of: open(
                ["experts": ways, "ranks": integer(2), "imbalance": number(1)],
                optional: [
                  "ranksPerDomain": ways, "ranksReached": number(1), "domainsReached": number(1),
                ])),
          ]),
      ],
      optional: [
        "calibration": file,
        "routing": open(
          optional: [
            "files": array(
              of: open(["file": string, "sha256": ["type": "string", "pattern": "^[0-9a-f]{64}$"]]),
              least: 1),
            "powerLaw": number(0, 4),
          ]),
      ])
  }

  private static var parallelism: JSONValue {
    open(
      [
        "tensor": ways, "context": ways, "expert": ways, "expertTensor": ways, "data": ways,
        "pipeline": ways, "virtualStages": ways, "sequenceParallel": bool,
        "microBatchSize": ways, "microBatches": ways, "schedule": reference("schedule"),
        "sharding": choice(Sharding.self),
      ],
      optional: [
        "contextMethod": choice(ContextMethod.self), "rankOrder": choice(AxisOrder.self),
        "stateReplicas": ways,
      ])
  }

  private static var stageGroup: JSONValue {
    open(
      [
        "stages": array(of: integer(0), least: 1), "tensor": ways, "context": ways,
        "expert": ways, "data": ways, "microBatchesPerReplica": ways,
      ], optional: ["nodeGroup": string])
  }

  private static var stage: JSONValue {
    let kinds = ["embedding", "layers", "head", "multiTokenPrediction", "encoder"]
    return open([
      "stage": integer(0),
      "chunks": array(
        of: open(
          ["kind": choice(kinds)], optional: ["firstLayer": integer(0), "layers": integer(0)]),
        least: 1),
      "recompute": open(
        ["modules": array(of: choice(RecomputeModule.self)), "fullLayers": integer(0)],
        optional: ["offload": array(of: choice(OffloadModule.self), least: 1)]),
    ])
  }

  private static var mapping: JSONValue {
    open(
      [
        "rankOrder": array(of: choice(Axis.self)),
        "hosts": array(
          of: open(["nodeGroup": string, "firstNode": integer(0), "nodes": ways]), least: 1),
        "exceptions": array(
          of: open(["rank": integer(0), "host": integer(0), "device": integer(0)])),
      ], optional: ["deviceOrder": array(of: integer(0))])
  }

  private static var sequenceScattering: JSONValue {
    open(
      [
        "grouping": choice(LaunchPlan.SequenceScattering.Grouping.self),
        "degrees": array(of: ways, least: 1), "ranks": ways, "tokensPerRank": ways,
        "sample": open(["batches": ways, "seed": integer(0)]),
        "stepSeconds": number(0), "boundSeconds": number(0),
        "layouts": array(
          of: open(
            [
              "parallelism": reference("parallelism"), "stages": array(of: stage, least: 1),
              "stepSeconds": number(0),
            ],
            optional: [
              "nodeGroups": array(of: string), "uniformDegree": ways,
              "uniformStepSeconds": number(0),
            ]), least: 1),
      ],
      optional: [
        "gain": ["type": "number"], "gainLow": ["type": "number"], "gainHigh": ["type": "number"],
      ])
  }

  private static var prediction: JSONValue {
    open(
      [
        "stepSeconds": ["type": "number", "exclusiveMinimum": 0],
        "tokensPerSecondPerDevice": number(0),
        "modelFlopsUtilization": number(0, 1),
        "breakdownSeconds": amounts(LaunchPlan.StepPart.self),
        "memory": array(
          of: open(
            [
              "stage": integer(0), "peakBytes": number(0), "capacityBytes": number(0),
              "parts": amounts(LaunchPlan.MemoryPart.self),
            ], optional: ["hostBytes": number(0)]), least: 1),
      ],
      optional: [
        "stepSecondsLow": number(0), "stepSecondsHigh": number(0),
        "snapshots": array(of: open(["file": string, "stepSeconds": number(0)])),
        "goodput": open([
          "share": number(0, 1), "checkpointSteps": ways, "secondsBetweenFailures": number(0),
          "spareNodes": integer(0),
        ]), "pricePerHour": number(0),
      ])
  }

  /// What a repaired plan replaces, and what moves.
  private static var repair: JSONValue {
    open([
      "lost": array(of: string),
      "joined": array(of: string),
      "before": open([
        "parallelism": reference("parallelism"), "stages": array(of: stage, least: 1),
        "hosts": array(of: open(["devices": ways, "names": array(of: string)]), least: 1),
      ]),
      "moved": open([
        "ranks": integer(0), "stages": array(of: integer(0)), "weightBytes": number(0),
        "optimizerBytes": number(0), "checkpointBytes": number(0),
      ]),
    ])
  }

  /// An amount for each part.
  private static func amounts<Part>(_ parts: Part.Type) -> JSONValue
  where Part: CaseIterable & RawRepresentable, Part.RawValue == String {
    let names = parts.allCases.map(\.rawValue)
    return [
      "type": "object",
      "properties": .object(names.map { JSONValue.Member($0, number(0)) }),
      "required": .array(names.map(JSONValue.string)),
    ]
  }
}
