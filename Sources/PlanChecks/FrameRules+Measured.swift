import CostModel
import ParallelismVocabulary

extension FrameRules {
  // MARK: What was measured

  /// Where measured layers take the place of analytic figures, the space has only frames that they
  /// tell of.
  static func measuredRules(_ model: CostModel) -> [FrameRule] {
    guard let measured = model.measuredLayers else { return [] }
    let coverage = measured.coverage
    return [
      FrameRule(.outsideSpace) {
        $0.degrees.context == 1 && $0.degrees.expert == 1 && $0.degrees.expertTensor == 1
      } complaint: {
        "parallelism has context \($0.degrees.context), expert \($0.degrees.expert) and "
          + "expertTensor \($0.degrees.expertTensor), but the model's profiles were measured with 1 "
          + "of each"
      },
      FrameRule(.outsideSpace) { frame in
        guard let sizes = measured.microBatchSizes(tensor: frame.degrees.tensor) else {
          return false
        }
        return sizes.lowerBound <= frame.microBatchSize && frame.microBatchSize <= sizes.upperBound
      } complaint: {
        "parallelism has tensor \($0.degrees.tensor) and micro-batches of \($0.microBatchSize), but "
          + "the model's profiles tell of \(coverage)"
      },
    ]
  }
}
