import Foundation
import InputFiles
import PublishedRuns
import Testing

/// A record of the collection that can be predicted, with some of its fields changed.
struct RecordBuilder {
  private var sections: [String: [String: JSONValue]] = [
    "": [
      "id": "a-run", "source": "a-table", "citation": "a paper, table 1", "kind": "train",
      "status": "ok", "note": "",
    ],
    "model": [
      "name": "Llama-3.1-8B", "layers": 32, "hidden": 4_096, "heads": 32, "kv_heads": 8,
      "head_dim": 128, "ffn": 14_336, "vocab": 128_256, "seq": 8_192, "gated_mlp": true,
      "tied_embeddings": false, "attention": "gqa", "moe": nil,
    ],
    "hardware": ["gpu": "H100-80GB", "gpus": 16, "gpus_per_node": 8, "inter_Gbps_per_gpu": 400],
    "parallel": [
      "tp": 2, "pp": 2, "dp": 4, "cp": 1, "ep": 1, "vpp": 1, "zero": "1", "sp": true,
      "microbatch": 1, "globalbatch": 128, "recompute": "none", "schedule": "1f1b",
      "precision": "bf16", "framework": "Megatron-Core",
    ],
    "measured": ["step_time_s": 3.5],
    "derived": ["step_time_s": 3.5],
  ]

  /// - Parameter changes: values by `section.key`, or by `key` for the record's own.
  init(_ changes: [String: JSONValue] = [:]) {
    for (path, value) in changes {
      let parts = path.split(separator: ".", maxSplits: 1).map(String.init)
      let section = parts.count == 2 ? parts[0] : ""
      sections[section, default: [:]][parts[parts.count - 1]] = value
    }
  }

  var json: JSONValue {
    func members(_ section: String) -> [JSONValue.Member] {
      (sections[section] ?? [:]).sorted { $0.key < $1.key }.map { .init($0.key, $0.value) }
    }
    let names = sections.keys.filter { !$0.isEmpty && sections[""]?[$0] == nil }.sorted()
    return .object(members("") + names.map { .init($0, .object(members($0))) })
  }

  /// What reading the record alone gives.
  func read() throws -> MeasuredRuns { try MeasuredRuns.parse(JSONText.compact(json)) }

  /// Why the record is left out; `nil` where it is a run.
  func reason() throws -> String? { try read().leftOut.first?.reason }
}

/// A run in our own form, with some of its members changed or removed.
enum RunText {
  static let whole = """
    {"id":"a","source":"table","citation":"a paper, table 1",\
    "cluster":{"node":"DGX-H100","nodes":2,"fabric":"infiniband"},\
    "model":{"name":"small","architecture":{"hiddenSize":1024,"vocabularySize":32000,"layers":8,\
    "attention":{"heads":16},"feedForward":{"intermediateSize":4096}}},\
    "workload":{"globalBatch":64,"sequenceLength":2048,"precision":"bf16"},\
    "stack":"megatron-core@0.16",\
    "parallelism":{"tensor":2,"data":4,"pipeline":2,"schedule":"1f1b","microBatchSize":2,\
    "sharding":"optimizer","sequenceParallel":true,"recompute":"none"},\
    "measured":{"stepSeconds":1.5,"peaks":[{"stage":0,"gibibytes":12.5,"kind":"allocated"}]}}
    """

  static func with(_ old: String, _ new: String) -> String {
    whole.replacingOccurrences(of: old, with: new)
  }
}

/// The reference data that lie beside the repository, where they are.
enum ReferenceData {
  static let collected = "runs-train.jsonl"
  static let simuMax = "simumax-b200.json"
  static let hint: Comment = "the reference data beside the repository are absent"

  static func path(_ name: String) -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("../shared/validation/" + name).path
  }

  static func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: path(name))
  }
}
