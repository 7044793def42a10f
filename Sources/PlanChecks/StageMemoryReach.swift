import CostModel

extension FramePrices {
  /// Whether any split of a frame with one chunk a stage fits in memory, whatever it recomputes.
  ///
  /// A stage that fits a run of layers fits every part of it, so from each border that the stages
  /// before can reach, a stage reaches all borders up to a furthest one, which never moves back when
  /// the border moves on. Complexity: O(stages · layers) questions whether a stage fits.
  var someSplitFits: Bool {
    let stages = frame.degrees.pipeline
    var reached = [Bool](repeating: false, count: layers + 1)
    reached[0] = true
    for stage in 0..<stages {
      var next = [Bool](repeating: false, count: layers + 1)
      let most = layers - (stages - 1 - stage)
      var furthest = 0
      for first in 0..<layers where reached[first] {
        var end = max(furthest, first)
        while end < most, fastestRecompute(rank: stage, first: first, end: end + 1) != nil {
          end += 1
        }
        for border in max(furthest, first) + 1..<max(end + 1, max(furthest, first) + 1) {
          next[border] = true
        }
        furthest = max(furthest, end)
      }
      reached = next
    }
    return reached[layers]
  }
}
