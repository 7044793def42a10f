import InputFiles

/// How often the tokens of some workload went to each expert, and from expert to expert.
public struct ExpertRouting: Sendable, Equatable {
  /// The layers with experts, by their numbers in the model.
  public let layers: [Int]
  /// Experts in a layer.
  public let experts: Int
  /// The experts that a token goes to; nil where the records do not tell.
  public let topK: Int?
  /// For each layer, the tokens that each expert got.
  public let load: [[Int]]
  /// For each two neighbouring layers, experts × experts counts of the tokens that went to one in the
  /// first and to the other in the second, row by row; nil where the records are of sums only.
  public let transitions: [[Int]]?
  /// For each layer, experts × experts counts of the tokens that went to both; nil where tokens have one
  /// expert, unlike numbers of them, or the records are of sums only.
  public let pairs: [[Int]]?

  /// The document that is written: one line, since its matrices are large.
  public var text: String {
    var members: [JSONValue.Member] = [
      .init("kind", "routing"), .init("formatVersion", 1),
      .init("layers", .array(layers.map(JSONValue.integer))),
      .init("experts", .integer(experts)),
    ]
    if let topK { members.append(.init("topK", .integer(topK))) }
    members.append(.init("load", .array(load.map { .array($0.map(JSONValue.integer)) })))
    func matrices(_ all: [[Int]]) -> JSONValue {
      .array(
        all.map { matrix in
          .array(
            (0..<experts).map { row in
              .array(matrix[(row * experts)..<((row + 1) * experts)].map(JSONValue.integer))
            })
        })
    }
    if let transitions { members.append(.init("transitions", matrices(transitions))) }
    if let pairs { members.append(.init("pairs", matrices(pairs))) }
    return JSONText.compact(.object(members)) + "\n"
  }
}
