import InputFiles
import PublishedRuns
import Testing

@Suite("The files of published runs")
struct PublishedFilesTests {
  @Test(
    "Each of the 2,212 collected records is a run or has a reason",
    .enabled(if: ReferenceData.exists(ReferenceData.collected), ReferenceData.hint))
  func everyRecord() throws {
    let runs = try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.collected))
    #expect(runs.runs.count + runs.leftOut.count == 2_212)
    let used = Dictionary(grouping: runs.runs, by: \.source).mapValues(\.count)
    #expect(
      used == [
        "vtrain-single": 1_003, "vtrain-multi": 73, "llmfoundry": 161, "bigscience-a100": 102,
        "bigscience-v100": 8, "dgxc-bench": 61, "nemo-mbridge": 143, "nemo-2407": 12,
        "nemo-2407-ft": 11, "mlperf-v3.0": 1, "mlperf-v3.1": 5, "mlperf-v4.0": 6,
        "mlperf-v4.1": 17, "mlperf-v5.0": 44, "megatron-sc21-t1": 5, "megatron-sc21-t2": 9,
        "korthikanti-t5": 6, "torchtitan": 21, "easycontext": 3, "internevo-mem": 11,
        "megatron-moe-zoo": 12, "amp-homogeneous": 39, "sailor-clariden-gpt-neo": 8,
        "sailor-clariden-opt-350": 10, "megatron-golden-gpt": 257, "megatron-golden-moe": 60,
      ])
    let reasons = Dictionary(grouping: runs.leftOut) { "\($0.source): \($0.reason)" }
      .mapValues(\.count)
    #expect(
      reasons == [
        "amp-het_cluster: the places of different kinds of GPU are not recorded": 33,
        "amp-het_model: the sequence length is not recorded": 35,
        "mbridge-skill-recompute: the number of GPUs is not recorded": 4,
        "mbridge-skill-recompute: the number of layers is not recorded": 5,
        "megatron-golden-gpt: the number of GPUs is not recorded": 28,
        "megatron-golden-hybrid: the layers of a hybrid model are not described": 1,
        "megatron-golden-mixtral: the number of GPUs is not recorded": 8,
        "megatron-golden-moe: its activations are offloaded to the host's memory": 2,
        "megatron-golden-moe: the number of GPUs is not recorded": 3,
        "megatron-golden-nemotron: the layers of a hybrid model are not described": 2,
        "megatron-moe-zoo: the layers of a hybrid model are not described": 1,
        "nemo-mbridge: the virtual pipeline degree of a dense model is not recorded": 1,
        "sailor-clariden-gpt-neo: its step time is the gradient-reduction time of its note, so the"
          + " row is mis-filed": 1,
      ])
  }

  @Test(
    "Every collected run fits its cluster, its batch and its layers",
    .enabled(if: ReferenceData.exists(ReferenceData.collected), ReferenceData.hint))
  func consistency() throws {
    for run in try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.collected)).runs {
      let frame = run.frame
      #expect(frame.degrees.devices <= run.cluster.deviceCount, "\(run.id)")
      #expect(
        frame.degrees.data * frame.microBatchSize * frame.microBatches == run.workload.globalBatch,
        "\(run.id)")
      let layers = run.model.layers.count
      #expect((run.chunkLayers?.reduce(0, +) ?? layers) == layers, "\(run.id)")
      #expect(
        run.chunkLayers.map { $0.count == frame.chunks } ?? layers.isMultiple(of: frame.chunks),
        "\(run.id)")
      #expect(run.measured.step == nil || run.measured.outcome == .ran, "\(run.id)")
    }
  }

  @Test(
    "Written in our own form, every run reads back as itself",
    .enabled(if: ReferenceData.exists(ReferenceData.collected), ReferenceData.hint))
  func roundTrip() throws {
    let runs =
      try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.collected)).runs
      + MeasuredRuns.read(path: ReferenceData.path(ReferenceData.simuMax)).runs
    let lines = try runs.map { JSONText.compact(try #require($0.json)) }
    let again = try MeasuredRuns.parse(lines.joined(separator: "\n")).runs
    #expect(again.count == runs.count)
    for (run, copy) in zip(runs, again) {
      #expect(run.frame == copy.frame && run.model == copy.model, "\(run.id)")
      #expect(run.workload == copy.workload && run.recompute == copy.recompute, "\(run.id)")
    }
    #expect(try again.map { JSONText.compact(try #require($0.json)) } == lines)
  }

  @Test(
    "SimuMax's 28 rows have two peaks for each stage, and a step time",
    .enabled(if: ReferenceData.exists(ReferenceData.simuMax), ReferenceData.hint))
  func simuMax() throws {
    let runs = try MeasuredRuns.read(path: ReferenceData.path(ReferenceData.simuMax))
    #expect(runs.runs.count == 28)
    #expect(runs.leftOut.isEmpty)
    for run in runs.runs {
      #expect(run.measured.peaks.count == 2 * run.frame.degrees.pipeline)
      #expect(run.measured.step != nil)
      #expect(
        run.citation
          == "MooreThreads/SimuMax@4dcaae5 docs/b200/b200_release_v1.2_summary.json")
    }
  }
}
