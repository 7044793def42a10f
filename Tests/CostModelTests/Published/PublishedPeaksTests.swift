import Foundation
import ModelDescription
import ParallelismVocabulary
import Quantities
import Testing

@testable import CostModel

/// - Source: MooreThreads/SimuMax, release summary for B200: Megatron-LM on eight B200, one sequence a
///   micro-batch, a sharded optimiser, nothing recomputed; peak allocated bytes by rank.
@Suite(
  "Peak memory measured on B200",
  .enabled(if: measuredPeaks != nil, "needs the reference data in ../shared/validation"))
struct PublishedPeaksTests {
  @Test("Dense models allocate what is predicted, to 7 % on every stage and 3 % on average")
  func dense() throws {
    var errors: [Double] = []
    for row in try #require(measuredPeaks).rows {
      guard let (frame, prices, split) = try row.pinned() else { continue }
      for stage in 0..<frame.degrees.pipeline {
        let predicted = Bytes(prices.allocated(rank: stage, split: split)).gibibytes
        let rank = stage * frame.degrees.devicesPerStage
        let measured = try #require(row.rank_alloc_reserved_mb["\(rank)"]?.first) / 1024
        let ratio = predicted / measured
        print(
          "  PEAK \(ratio.spelled(decimals: 2)) of \(measured.spelled) GiB  \(row.case) stage \(stage)"
        )
        #expect(abs(ratio - 1) < 0.07, "\(row.case) stage \(stage)")
        errors.append(abs(ratio - 1))
      }
    }
    #expect(errors.count > 10)
    #expect(errors.reduce(0, +) / Double(errors.count) < 0.03)
  }
}

private struct MeasuredPeaks: Decodable {
  struct Row: Decodable {
    var `case`: String
    var model: String
    var layer_num: Int
    var mbc: Int
    var rank_alloc_reserved_mb: [String: [Double]]

    /// A degree in the case's name, such as the 4 of `tp4`.
    func degree(_ name: String) -> Int {
      for part in `case`.split(separator: "_") {
        if part.hasPrefix(name), let count = Int(part.dropFirst(name.count)) { return count }
      }
      return 1
    }

    /// The run with everything pinned; `nil` where it has experts.
    func pinned() throws -> (frame: Frame, prices: FramePrices, split: LayerSplit)? {
      let sizes: (hidden: Int, heads: Int, width: Int)
      switch model {
      case "llama3-8b": sizes = (4096, 32, 14336)
      case "llama3-70b": sizes = (8192, 64, 28672)
      case "llama3-405b": sizes = (16384, 128, 53248)
      default: return nil
      }
      let (tensor, context, pipeline) = (degree("tp"), degree("cp"), degree("pp"))
      let data = 8 / tensor / context / pipeline
      let costs = try CostModel(
        model: .native(
          """
          "hiddenSize": \(sizes.hidden), "vocabularySize": 128256, "layers": \(layer_num),
          "attention": { "heads": \(sizes.heads), "keyValueHeads": 8 },
          "feedForward": { "intermediateSize": \(sizes.width) }
          """),
        cluster: .nodes(1, of: "DGX-B200"),
        workload: Workload(
          globalBatch: mbc * data, sequenceLength: degree("seq") > 1 ? degree("seq") : 4096),
        stack: .megatronCore)
      let frame = Frame.of(
        tensor: tensor, context: context, data: data, pipeline: pipeline, batch: mbc * data)
      return (
        frame, FramePricer(costs).prices(of: frame), .even(layers: layer_num, frame: frame)
      )
    }
  }
  var rows: [Row]
}

private let measuredPeaks: MeasuredPeaks? = FileManager.default
  .contents(atPath: PublishedRun.file("validation/simumax-b200.json"))
  .flatMap { try? JSONDecoder().decode(MeasuredPeaks.self, from: $0) }
