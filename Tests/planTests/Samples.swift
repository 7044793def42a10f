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

  /// Four such nodes, at 36 an hour each.
  static let pricedCluster = cluster.replacing(
    #""nodes": 2, "node": "DGX-H100""#,
    with: #""nodes": 4, "node": "DGX-H100", "pricePerNodeHour": 36"#)

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

extension Samples {
  /// Measured runs of a small model on two nodes, four layouts of it, one a line.
  ///
  /// - Parameter seconds: the step time of each.
  static func runs(_ seconds: [Double] = [0.5, 0.5, 0.5, 0.5]) -> String {
    let layouts = [
      #""tensor":1,"data":16"#, #""tensor":2,"data":8"#, #""tensor":4,"data":4"#,
      #""tensor":2,"data":4,"pipeline":2"#,
    ]
    return zip(layouts, seconds).enumerated().map { index, run in
      """
      {"id":"run \(index)","source":"ours","citation":"our own log","cluster":{"node":"DGX-H100",\
      "nodes":2,"fabric":"infiniband"},"model":{"name":"small","architecture":{"hiddenSize":4096,\
      "vocabularySize":32000,"layers":8,"attention":{"heads":32},\
      "feedForward":{"intermediateSize":14336}}},"workload":{"globalBatch":64,\
      "sequenceLength":4096},"stack":"megatron-core@0.16","parallelism":{\(run.0)},\
      "measured":{"stepSeconds":\(run.1)}}

      """
    }.joined()
  }
}
