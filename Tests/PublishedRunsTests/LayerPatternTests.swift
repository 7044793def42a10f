import Testing

@testable import PublishedRuns

@Suite("Layer patterns of Megatron-LM")
struct LayerPatternTests {
  @Test("A list expression repeats and joins lists")
  func lists() {
    #expect(
      LayerPattern.expertLayers("([0]*2+[1]*3)", 5) == [false, false, true, true, true])
    #expect(LayerPattern.expertLayers("[0,1]*2", 4) == [false, true, false, true])
    #expect(LayerPattern.expertLayers("2", 4) == [true, false, true, false])
  }

  @Test("What is no list expression is no pattern")
  func nonsense() {
    for text in ["", "all", "[1]*", "[1]*-1", "([0]*9999999999)", "[1]*99999"] {
      #expect(LayerPattern.expertLayers(text, 4) == nil)
    }
  }

  @Test("A pipeline layout counts the layers between its bars")
  func layouts() {
    #expect(
      LayerPattern.chunkLayers("Et*3|(tt|)*6L") == [3, 2, 2, 2, 2, 2, 2, 0])
    #expect(LayerPattern.chunkLayers("Et*7|t*7mL") == [7, 7])
    #expect(LayerPattern.chunkLayers("Et*2|(tt|L") == nil)
    #expect(LayerPattern.chunkLayers("E(t*99999)*99999L") == nil)
  }
}
