/// Files that a plan can be made from.
enum Samples {
  /// Two nodes of eight devices.
  static let cluster = """
    {
      "name": "two nodes",
      "nodeGroups": [
        { "name": "pod", "nodes": 2, "node": "DGX-H100" }
      ]
    }

    """

  /// About a billion parameters in 16 layers.
  static let model = """
    {
      "name": "small",
      "architecture": {
        "hiddenSize": 2048,
        "vocabularySize": 32000,
        "layers": 16,
        "attention": { "heads": 16, "keyValueHeads": 8 },
        "feedForward": { "intermediateSize": 8192 }
      },
      "workload": { "globalBatch": 64, "sequenceLength": 4096 }
    }

    """

  static let files = ["cluster.json": cluster, "model.json": model]
}
