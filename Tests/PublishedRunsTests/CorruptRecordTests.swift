import CostModel
import InputFiles
import PublishedRuns
import SeededRandom
import Testing

@Suite("Corrupt records")
struct CorruptRecordTests {
  private static let paths = [
    "id", "source", "citation", "kind", "status", "note", "workload", "model", "hardware",
    "parallel", "measured", "derived", "model.name", "model.layers", "model.hidden",
    "model.heads", "model.kv_heads", "model.head_dim", "model.ffn", "model.vocab", "model.seq",
    "model.gated_mlp", "model.tied_embeddings", "model.attention", "model.moe", "hardware.gpu",
    "hardware.gpus", "hardware.gpus_per_node", "hardware.inter_link",
    "hardware.inter_Gbps_per_gpu", "hardware.inter_Gbps_per_node", "parallel.tp", "parallel.pp",
    "parallel.dp", "parallel.cp", "parallel.ep", "parallel.etp", "parallel.vpp", "parallel.zero",
    "parallel.sp", "parallel.microbatch", "parallel.globalbatch", "parallel.grad_accum",
    "parallel.recompute", "parallel.schedule", "parallel.layer_split", "parallel.precision",
    "parallel.framework", "measured.step_time_s", "measured.peak_mem_GiB",
    "measured.mem_static_GiB", "derived.step_time_s", "derived.step_time_s_assumed",
  ]

  private static let values: [JSONValue] = [
    nil, true, "", "many", "8", "8-16", -1, 0, 1, 3, 7, 64, 1_048_576, 1e300, .integer(.max), 0.5,
    [], [1, -2], [0, 3, 32], [:], ["experts": 8, "topk": 2, "expert_ffn": 512],
    ["experts": 8, "topk": 16, "layer_freq": "([0]*3+[1]*99)"],
    "flags: {\"pipeline-model-parallel-layout\": \"Et*3|(t\", \"mtp-num-layers\": \"9\"}",
    "alternating sliding-window 99999999999999999999", "mla(q_lora,kv_lora)", "interleaved 1f1b",
    "T4 + V100", "GB300-288GB", "ci-test", "lora", "Megatron-LM CI", "9999999x cards",
  ]

  @Test("Every field with every odd value makes a run that fits together, or a reason")
  func single() throws {
    for path in Self.paths {
      for value in Self.values { try check([path: value]) }
    }
  }

  @Test("10,000 records with four odd fields each make a run that fits together, or a reason")
  func several() throws {
    var generator = SplitMix(seed: 7)
    for _ in 0..<10_000 {
      var changes: [String: JSONValue] = [:]
      for _ in 0..<4 {
        let path = Self.paths[generator.below(Self.paths.count)]
        changes[path] = Self.values[generator.below(Self.values.count)]
      }
      try check(changes)
    }
  }

  private func check(_ changes: [String: JSONValue]) throws {
    let read: MeasuredRuns
    do {
      read = try RecordBuilder(changes).read()
    } catch let faults as InputFaults {
      // Without its sections an object is no record at all.
      #expect(faults.description.contains("is no measured run"), "\(changes)")
      return
    }
    #expect(read.runs.count + read.leftOut.count == 1, "\(changes)")
    #expect(read.leftOut.allSatisfy { $0.reason.count > 8 }, "\(changes)")
    for run in read.runs {
      let frame = run.frame
      #expect(frame.degrees.devices <= run.cluster.deviceCount, "\(changes)")
      #expect(
        frame.degrees.data * frame.microBatchSize * frame.microBatches
          == run.workload.globalBatch, "\(changes)")
      let layers = run.model.layers.count
      let counts = run.chunkLayers ?? Array(repeating: layers / frame.chunks, count: frame.chunks)
      #expect(counts.count == frame.chunks && counts.reduce(0, +) == layers, "\(changes)")
      #expect(counts.allSatisfy { $0 >= 0 }, "\(changes)")
      #expect(PipelineCache.shape(of: frame) != nil, "\(changes)")
      #expect(run.json != nil, "\(changes)")
    }
  }
}

extension SplitMix {
  fileprivate mutating func below(_ count: Int) -> Int { Int(next() % UInt64(count)) }
}
