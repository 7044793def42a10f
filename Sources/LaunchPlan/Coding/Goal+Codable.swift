import ParallelismVocabulary
import Quantities

extension Goal: Codable {
  private enum CodingKeys: String, CodingKey {
    case measure
    case longestStep = "longestStepSeconds"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      try container.decode(Measure.self, forKey: .measure),
      longestStep: try container.decodeIfPresent(Seconds.self, forKey: .longestStep))
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(measure, forKey: .measure)
    try container.encodeIfPresent(longestStep, forKey: .longestStep)
  }
}
