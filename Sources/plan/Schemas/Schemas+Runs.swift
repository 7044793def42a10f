import InputFiles
import ModelDescription
import ParallelismVocabulary
import PublishedRuns

extension Schemas {
  /// One line of a file of measured runs; its cluster and model have schemas of their own.
  static var run: JSONValue {
    let ways = integer(1, 1 << 30)
    let anything: JSONValue = ["type": "object"]
    return document(
      title: "A measured run for plan",
      object(
        [
          "id": name, "source": name, "citation": name, "cluster": anything, "model": anything,
          "workload": object(
            ["globalBatch": ways, "sequenceLength": ways],
            optional: [
              "precision": choice(Precision.self), "optimizer": choice(Optimizer.self),
              "optimizerPlace": choice(OptimizerPlace.self),
              "activationPlace": choice(ActivationPlace.self),
              "adapterRank": integer(1, 1 << 14),
            ]),
          "stack": name,
          "parallelism": object(
            optional: [
              "tensor": ways, "context": ways, "expert": ways, "expertTensor": ways, "data": ways,
              "pipeline": ways, "virtualStages": ways, "schedule": choice(Schedule.names),
              "microBatchSize": ways, "sharding": choice(Sharding.self),
              "stateReplicas": ways, "contextMethod": choice(ContextMethod.self),
              "sequenceParallel": bool,
              "recompute": [
                "anyOf": [
                  ["enum": ["none", "full"]], array(of: choice(RecomputeModule.self)),
                  array(
                    of: object(
                      optional: [
                        "modules": array(of: choice(RecomputeModule.self)),
                        "fullLayers": integer(0),
                        "offload": array(of: choice(OffloadModule.self)),
                      ])),
                ]
              ],
              "chunkLayers": array(of: integer(0)),
            ]),
          "measured": object(
            optional: [
              "stepSeconds": number(above: 0, atMost: 1_000_000_000), "isStepAssumed": bool,
              "peaks": array(
                of: object(
                  [
                    "gibibytes": number(above: 0, atMost: 1_000_000),
                    "kind": choice(Measurement.MemoryKind.self),
                  ], optional: ["stage": integer(0)])),
              "staticGibibytes": number(above: 0, atMost: 1_000_000),
              "outcome": choice(Measurement.Outcome.self),
            ]),
        ], optional: ["assumptions": array(of: name)]))
  }

  /// A calibration file.
  static var calibration: JSONValue {
    document(
      title: "A calibration of plan's cost model",
      object(
        [
          "coefficients": [
            "type": "object", "additionalProperties": number(above: 0, atMost: 10_000),
          ]
        ],
        optional: [
          "formatVersion": ["const": 1], "kind": constant("calibration"), "name": string,
        ]))
  }
}
