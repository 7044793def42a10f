import InputFiles
import ModelDescription
import ParallelismVocabulary

extension Schemas {
  /// A model file: the planner's own form, or the `config.json` of a Hugging Face model.
  static var model: JSONValue {
    document(
      title: "A model for plan",
      [
        "anyOf": [
          reference("native"),
          huggingFace(["model_type"]),
          huggingFace(["architectures"]),
          huggingFace(["text_config"]),
        ]
      ],
      definitions: [
        "native": object(
          ["architecture": reference("architecture")],
          optional: [
            "name": name, "workload": reference("workload"), "profiles": reference("profiles"),
          ]),
        "architecture": architecture,
        "layers": array(of: ["anyOf": [reference("layer"), reference("repeat")]], least: 1),
        "layer": object(
          ["attention": reference("attention"), "feedForward": reference("feedForward")],
          optional: ["count": count]),
        "repeat": object(["layers": reference("layers")], optional: ["count": count]),
        "attention": [
          "oneOf": [
            reference("softmax"), reference("mla"), reference("linear"), reference("stateSpace"),
            object(["kind": constant("none")]),
          ]
        ],
        "softmax": softmax,
        "mla": latent,
        "linear": object(
          [
            "kind": constant("linear"), "keyHeads": count, "valueHeads": count, "keySize": width,
            "valueSize": width,
          ], optional: ["convolutionKernel": count]),
        "stateSpace": object(
          [
            "kind": constant("stateSpace"), "heads": count, "headSize": width, "stateSize": width,
          ], optional: ["groups": count, "convolutionKernel": count]),
        "feedForward": [
          "oneOf": [
            reference("dense"), reference("experts"), object(["kind": constant("none")]),
          ]
        ],
        "dense": object(
          ["intermediateSize": width],
          optional: ["kind": choice(["gated", "plain"]), "bias": bool]),
        "experts": experts,
        "workload": workload,
        "profiles": array(of: reference("profile"), least: 1),
        "profile": profile,
        "measuredSize": measuredSize,
        "measuredPart": measuredPart,
      ])
  }

  /// A configuration of Hugging Face, which may hold our `profiles` too.
  private static func huggingFace(_ required: [String]) -> JSONValue {
    [
      "type": "object", "required": .array(required.map(JSONValue.string)),
      "properties": ["profiles": reference("profiles")],
    ]
  }

  /// Measured layers, by accelerator and tensor degree.
  private static var profile: JSONValue {
    object(
      [
        "accelerator": name, "sequenceLength": sequence,
        "microBatches": array(of: reference("measuredSize"), least: 1),
      ],
      optional: [
        "tensor": integer(1, LayerProfile.largestTensor), "precision": choice(Precision.self),
        "includesTensorCommunication": bool, "proportional": bool,
        "optimizerMilliseconds": number(0, 1_000_000), "source": string,
      ])
  }

  private static var measuredSize: JSONValue {
    object(
      [
        "size": integer(1, LayerProfile.largestMicroBatch),
        "layers": array(of: reference("measuredPart"), least: 1),
      ],
      optional: ["embedding": reference("measuredPart"), "head": reference("measuredPart")])
  }

  private static var measuredPart: JSONValue {
    object(
      [
        "forwardMilliseconds": number(0, 1_000_000), "backwardMilliseconds": number(0, 1_000_000),
      ],
      optional: ["savedMiB": number(0, 100_000_000), "savedInputMiB": number(0, 100_000_000)])
  }

  private static var width: JSONValue { integer(1, 1 << 20) }
  private static var count: JSONValue { integer(1, 1 << 14) }
  private static var sequence: JSONValue { integer(1, 1 << 30) }

  private static var architecture: JSONValue {
    object(
      [
        "hiddenSize": width,
        "vocabularySize": integer(1, 1 << 24),
        "layers": ["anyOf": [count, reference("layers")]],
      ],
      optional: [
        "attention": reference("attention"),
        "feedForward": reference("feedForward"),
        "maximumSequenceLength": sequence,
        "learnedPositions": integer(0, 1 << 24),
        "tiedHead": bool,
        "normalisation": choice(["rootMeanSquare", "layer"]),
        "multiTokenPrediction": reference("layers"),
      ])
  }

  private static var softmax: JSONValue {
    object(
      ["heads": count],
      optional: [
        "kind": constant("softmax"), "keyValueHeads": count, "headSize": width,
        "valueSize": width, "window": sequence, "queryKeyNorm": bool, "bias": bool,
        "outputBias": bool, "sinks": bool, "outputGate": bool, "fused": bool,
      ])
  }

  private static var latent: JSONValue {
    object(
      [
        "kind": constant("mla"), "heads": count, "keyValueRank": width, "plainSize": width,
        "rotarySize": width, "valueSize": width,
      ],
      optional: [
        "queryRank": width,
        "indexer": object(["heads": count, "headSize": width, "selectedKeys": sequence]),
        "fused": bool,
      ])
  }

  private static var experts: JSONValue {
    object(
      ["count": count, "perToken": count, "intermediateSize": width],
      optional: [
        "kind": constant("experts"), "gated": bool, "bias": bool,
        "sharedIntermediateSize": integer(0, 1 << 20),
        "denseIntermediateSize": integer(0, 1 << 20),
      ])
  }

  private static var workload: JSONValue {
    object(
      optional: [
        "globalBatch": integer(1, 1 << 30),
        "globalBatchTokens": integer(1, 1 << 50),
        "sequenceLength": sequence,
        "precision": choice(Precision.self),
        "optimizer": choice(Optimizer.self), "optimizerPlace": choice(OptimizerPlace.self),
        "activationPlace": choice(ActivationPlace.self),
        "adapterRank": integer(1, 65_536),
        "routing": [
          "anyOf": [
            name, array(of: name, least: 1), object(["powerLaw": number(0, 4)]),
          ]
        ],
        "lengthHistogram": [
          "type": "array", "minItems": 1, "maxItems": .integer(LengthHistogram.mostLengths),
          "items": object(["tokens": integer(1, 1 << 30), "count": integer(1, 1 << 30)]),
        ],
      ])
  }
}
