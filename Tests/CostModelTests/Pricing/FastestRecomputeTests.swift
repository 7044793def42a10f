import ParallelismVocabulary
import Quantities
import SeededRandom
import Testing

@testable import CostModel

@Suite("The recomputation that is chosen for a stage is the fastest that fits")
struct FastestRecomputeTests {
  @Test("It equals trying all choices, in 2,000 random stages")
  func bruteForce() throws {
    var random = SplitMix(seed: 41)
    var (chosen, impossible) = (0, 0)
    for _ in 0..<500 {
      guard let frame = try RandomFrame(interleaved: false, memoryBinds: true, using: &random)
      else { continue }
      let prices = frame.prices
      for _ in 0..<4 {
        guard var split = LayerSplit.random(prices, using: &random) else { break }
        let rank = Int.random(in: 0..<split.chunks, using: &random)
        let layers = split.layers(ofChunk: rank)
        func backward(_ choice: StageRecompute) -> Double {
          prices.backward(
            chunk: rank, first: layers.lowerBound, end: layers.upperBound, policy: choice.policy,
            full: choice.fullLayers)
        }
        let least = prices.recomputeChoices(largestChunk: layers.count).filter { choice in
          split.recompute[rank] = choice
          return prices.allocated(rank: rank, split: split) <= prices.capacity.value
        }.map(backward).min()
        let found = prices.fastestRecompute(
          rank: rank, first: layers.lowerBound, end: layers.upperBound)
        #expect(found?.backward == least)
        if let found {
          chosen += 1
          #expect(backward(found.recompute) == found.backward)
          split.recompute[rank] = found.recompute
          #expect(prices.allocated(rank: rank, split: split) <= prices.capacity.value)
        } else {
          impossible += 1
        }
      }
    }
    #expect(chosen > 1_000)
    #expect(impossible > 50)
  }

  @Test("Of interleaved splits, too, it equals trying all choices of a rank")
  func interleaved() throws {
    var random = SplitMix(seed: 42)
    for _ in 0..<300 {
      guard let frame = try RandomFrame(interleaved: true, memoryBinds: true, using: &random),
        var split = LayerSplit.random(frame.prices, using: &random)
      else { continue }
      let prices = frame.prices
      let stages = prices.frame.degrees.pipeline
      let largest = (0..<split.chunks).map { split.layers(ofChunk: $0).count }.max() ?? 1
      let found = prices.fastestSplit(boundaries: split.boundaries)
      var fits = true
      for rank in 0..<stages {
        func time(_ split: LayerSplit) -> Double {
          let times = prices.times(split)
          return stride(from: rank, to: split.chunks, by: stages).reduce(0) {
            $0 + times.backward[$1]
          }
        }
        let least = prices.recomputeChoices(largestChunk: largest).compactMap { choice in
          split.recompute[rank] = choice
          return prices.allocated(rank: rank, split: split) <= prices.capacity.value
            ? time(split) : nil
        }.min()
        fits = fits && least != nil
        if let found { #expect(time(found) == least) }
      }
      #expect((found != nil) == fits)
    }
  }
}
