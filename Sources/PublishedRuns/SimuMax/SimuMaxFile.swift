import InputFiles
import Quantities

/// The summary that SimuMax publishes of its measurements: an object with `provenance` and `rows`,
/// each a run of Megatron-LM on one node of eight B200 with the memory of every rank.
///
/// The settings are those that the provenance states: micro-batches of one sequence, 4,096 tokens
/// unless the case says more, the distributed optimiser, sequence parallelism, fused attention, no
/// recomputation.
/// - Source: MooreThreads/SimuMax, `docs/b200/b200_release_v1.2_summary.json` (Apache-2.0).
struct SimuMaxFile {
  var rows: [SimuMaxRow]

  static func isRecognised(_ node: JSONNode) -> Bool { node["rows"]?.elements != nil }

  static var shape: JSONShape<SimuMaxFile> {
    .object { object in
      let provenance = object.optional("provenance", .string, default: "")
      let rows = object.required("rows", .array(of: SimuMaxRow.shape))
      object.finish()
      guard let provenance, let rows else { return nil }
      // The place stands before the licence in parentheses and the settings.
      let place = provenance.prefix { $0 != "(" && $0 != ":" }
      let citation = String(place).trimmingBlanks
      return SimuMaxFile(
        rows: rows.map { row in
          var row = row
          row.citation = citation
          return row
        })
    }
  }
}

/// One measured case.
struct SimuMaxRow {
  var name: String
  var model: String
  var layers: Int
  var microBatches: Int
  var step: Seconds
  /// The peaks of each rank in rank order: handed out by the allocator, and taken from the device.
  var ranks: [(allocated: Bytes, reserved: Bytes)]
  var citation = ""

  static var shape: JSONShape<SimuMaxRow> {
    .object { object in
      let count = JSONShape.integer(.between(1, 1 << 20))
      let name = object.required("case", .name)
      let model = object.required("model", .name)
      let layers = object.required("layer_num", count)
      let microBatches = object.required("mbc", count)
      let milliseconds = object.required("real_ms", .number(.above(0, atMost: 1e9)))
      let ranks = object.optional("rank_alloc_reserved_mb", rankTable, default: [])
      object.ignore(
        "parallel", "perf_ms", "rel_err_pct", "real_alloc_gib", "real_reserved_gib",
        "perf_alloc_gib", "alloc_err_pct")
      object.finish()
      guard let name, let model, let layers, let microBatches, let milliseconds, let ranks else {
        return nil
      }
      return SimuMaxRow(
        name: name, model: model, layers: layers, microBatches: microBatches,
        step: .milliseconds(milliseconds), ranks: ranks)
    }
  }

  /// Ranks by their number, each with two figures in mebibytes.
  private static var rankTable: JSONShape<[(allocated: Bytes, reserved: Bytes)]> {
    let pair = JSONShape<[Double]>.numbers(.above(0, atMost: 1e9), count: .exactly(2))
    return JSONShape("an object of ranks") { node, log in
      guard
        let members = JSONShape<[(key: String, value: [Double])]>.members(of: pair)
          .read(node, log)
      else { return nil }
      let numbered = members.compactMap { member in Int(member.key).map { ($0, member.value) } }
        .sorted { $0.0 < $1.0 }
      guard numbered.map(\.0) == Array(0..<members.count) else {
        log.refuse(node, expected: "an object whose keys are the ranks from 0")
        return nil
      }
      return numbered.map { (.mebibytes($0.1[0]), .mebibytes($0.1[1])) }
    }
  }
}
