import InputFiles
import ModelDescription
import Testing

@Suite(
  "Published configurations are understood whole",
  .enabled(
    if: ReferenceConfigurations.arePresent,
    "the published configurations are not beside the repository, in ../shared/hf-configs"))
struct PublishedConfigurationsTests {
  @Test("19 models have a reference count")
  func allAreHere() {
    #expect(ReferenceConfigurations.counts.count == 19)
  }

  @Test(
    "every count is equal to the last digit: total, active, embedding, head, layers",
    arguments: ReferenceConfigurations.counts)
  func countsAreEqual(_ counts: ReferenceConfigurations.Counts) throws {
    let model = try ModelFile.read(path: ReferenceConfigurations.path(counts.name)).model
    let parameters = model.parameters
    #expect(parameters.total == counts.total)
    #expect(parameters.active == counts.active)
    #expect(parameters.byPart[.embedding] == counts.embedding)
    #expect(parameters.byPart[.head] ?? 0 == counts.head)
    #expect(model.layers.count == counts.layers)
    // The reference counts towers only of the models that it built with them.
    if counts.vision > 0 { #expect(parameters.vision == counts.vision) }
  }

  @Test("MiniMax-M3, unknown to the reference, has 426,174,565,632 parameters")
  func miniMaxM3() throws {
    // Counted on `minimax_m3_vl` of transformers 5.23 with this configuration's fields.
    let model = try ModelFile.read(
      path: ReferenceConfigurations.path("MiniMaxAI--MiniMax-M3")
    ).model
    #expect(model.parameters.total == 426_174_565_632)
  }

  @Test("Kimi-K3 is refused by name")
  func kimiK3() {
    let path = ReferenceConfigurations.path("moonshotai--Kimi-K3")
    #expect {
      try ModelFile.read(path: path)
    } throws: { error in
      "\(error)"
        == "\(path):16:17: error: model_type is \"kimi_k3\", which is not understood; "
        + "describe its layers in a native model file "
        + "(the nearest model type that is understood is 'kimi_k2')"
    }
  }

  @Test("DeepSeek-V3's extra layer has 11,610,067,968 parameters of its own")
  func multiTokenPrediction() throws {
    let model = try ModelFile.read(
      path: ReferenceConfigurations.path("deepseek-ai--DeepSeek-V3")
    ).model
    // A layer with experts, the projection of two hidden states to one, and three normalisations.
    #expect(
      model.parameters.multiTokenPrediction
        == 11_507_286_016 + 2 * 7168 * 7168 + 3 * 7168)
    #expect(model.multiTokenPrediction.count == 1)
  }
}
