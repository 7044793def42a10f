import ParallelismVocabulary
import Quantities

extension Goal: Codable {
  private enum CodingKeys: String, CodingKey {
    case measure
    case longestStep = "longestStepSeconds"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let longest = try container.decodeIfPresent(Seconds.self, forKey: .longestStep)
    if let longest, !(longest > .zero) {
      throw DecodingError.dataCorruptedError(
        forKey: .longestStep, in: container,
        debugDescription: "is \(longest.value), but must be above 0")
    }
    self.init(try container.decode(Measure.self, forKey: .measure), longestStep: longest)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(measure, forKey: .measure)
    try container.encodeIfPresent(longestStep, forKey: .longestStep)
  }
}
