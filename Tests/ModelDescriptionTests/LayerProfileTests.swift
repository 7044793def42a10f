import InputFiles
import ModelDescription
import Quantities
import Testing

@Suite("A model file's profiles are measured layers, between which lies what was not measured")
struct LayerProfileTests {
  private static func model(_ profiles: String, layers: String = "") -> String {
    """
    {"architecture": {"hiddenSize": 1024, "vocabularySize": 32000, "layers": 4,
      "attention": {"heads": 8}, "feedForward": {"intermediateSize": 4096}},
     "profiles": \(profiles)}
    """
  }

  private func read(_ text: String) throws -> ModelDescription {
    try ModelFile.parse(Array(text.utf8), file: "model.json").model
  }

  private static let two = """
    [{"accelerator": "T4", "tensor": 2, "sequenceLength": 1024, "precision": "fp16",
      "includesTensorCommunication": true, "optimizerMilliseconds": 3, "source": "one night",
      "microBatches": [
        {"size": 1, "layers": [{"forwardMilliseconds": 2, "backwardMilliseconds": 4, "savedMiB": 30}],
         "head": {"forwardMilliseconds": 1, "backwardMilliseconds": 1}},
        {"size": 4, "layers": [{"forwardMilliseconds": 5, "backwardMilliseconds": 7, "savedMiB": 90}]}]}]
    """

  @Test("all that was measured is read, in the model's own units")
  func reading() throws {
    let profile = try #require(try read(Self.model(Self.two)).profiles.first)
    #expect(profile.accelerator == "T4")
    #expect(profile.tensor == 2)
    #expect(profile.precision == .fp16)
    #expect(profile.includesTensorCommunication)
    #expect(profile.optimizer == .milliseconds(3))
    #expect(profile.points.map(\.microBatchSize) == [1, 4])
    #expect(profile.points[0].layers[0].saved == .mebibytes(30))
    #expect(profile.points[0].head?.forward == .milliseconds(1))
    #expect(profile.points[1].head == nil)
  }

  @Test("two sizes of micro-batch away from one and one from four lies two thirds of the way")
  func interpolation() throws {
    let profile = try #require(try read(Self.model(Self.two)).profiles.first)
    let three = try #require(profile.point(at: 3))
    #expect(abs(three.layers[0].forward.milliseconds - 4) < 1e-12)
    #expect(abs(three.layers[0].backward.milliseconds - 6) < 1e-12)
    #expect(abs(try #require(three.layers[0].saved).mebibytes - 70) < 1e-9)
    #expect(three.head == nil, "the head was measured at one of the sizes only")
    #expect(profile.point(at: 4) == profile.points[1])
    #expect(profile.point(at: 8) == nil)
    #expect(profile.microBatchSizes == 1...4)
  }

  @Test("a proportional profile tells of every size, by the nearest that was measured")
  func proportional() throws {
    let text = Self.two.replacing("\"tensor\": 2", with: "\"tensor\": 2, \"proportional\": true")
    let profile = try #require(try read(Self.model(text)).profiles.first)
    let eight = try #require(profile.point(at: 8))
    #expect(abs(eight.layers[0].forward.milliseconds - 10) < 1e-12)
    #expect(abs(eight.layers[0].backward.milliseconds - 14) < 1e-12)
  }

  @Test("a config.json of Hugging Face may hold them too")
  func huggingFace() throws {
    let text = """
      {"model_type": "llama", "hidden_size": 1024, "num_hidden_layers": 4, "vocab_size": 32000,
       "num_attention_heads": 8, "intermediate_size": 4096, "profiles": \(Self.two)}
      """
    #expect(try read(text).profiles.count == 1)
  }

  @Test("what is wrong in a profile is said where it stands", arguments: BadText.profiles)
  func faults(_ bad: BadText) {
    let error = #expect(throws: InputFaults.self) { try read(Self.model(bad.text)) }
    #expect(error?.description == bad.message)
  }
}

extension BadText {
  private static let part = "{\"forwardMilliseconds\": 1, \"backwardMilliseconds\": 2}"

  fileprivate static let profiles = [
    BadText("[]", "model.json:3:14: error: profiles has 0 elements, but must have from 1 to 4096"),
    BadText(
      "[{\"accelerator\": \"T4\", \"sequenceLength\": 512, \"microBatches\": [{\"size\": 1, \"layers\": [\(part), \(part)]}]}]",
      "model.json:3:99: error: profiles[0].microBatches[0].layers has 2 kinds of layer, but the model has 1: attention+feedForward"
    ),
    BadText(
      "[{\"accelerator\": \"T4\", \"sequenceLength\": 512, \"microBatches\": [{\"size\": 2, \"layers\": [\(part)]}, {\"size\": 1, \"layers\": [\(part)]}]}]",
      "model.json:3:76: error: profiles[0].microBatches must have rising sizes"),
    BadText(
      "[{\"accelerator\": \"T4\", \"sequenceLength\": 512, \"microBatches\": [{\"size\": 1, \"layers\": [{\"forwardMilliseconds\": -1, \"backwardMillisecond\": 2}]}]}]",
      """
      model.json:3:124: error: profiles[0].microBatches[0].layers[0].forwardMilliseconds is -1, but must be from 0 to 1000000
      model.json:3:128: error: profiles[0].microBatches[0].layers[0] has no key 'backwardMillisecond'; did you mean 'backwardMilliseconds'?
      """),
    BadText(
      "[{\"accelerator\": \"T4\", \"sequenceLength\": 512, \"microBatches\": [{\"size\": 1, \"layers\": [\(part)]}]}, {\"accelerator\": \"T4\", \"sequenceLength\": 512, \"microBatches\": [{\"size\": 2, \"layers\": [\(part)]}]}]",
      "model.json:3:159: error: profiles[1] measures T4 with tensor 1 again, but an earlier profile does already; put all sizes of micro-batch into one"
    ),
  ]
}
