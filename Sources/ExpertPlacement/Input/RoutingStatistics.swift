import InputFiles

/// A routing document (`plan schema routing`): loads of experts by layer, and transitions where the
/// records tell.
public struct RoutingStatistics: Sendable {
  /// The layers with experts, by their numbers in the model.
  public let layers: [Int]
  public let experts: Int
  public let loads: ExpertLoads
  public let transitions: ExpertTransitions?

  /// The largest file that is read.
  public static let limit = InputLimit(kind: "a routing file", mebibytes: 4_096)

  /// - Throws: all that is wrong: another kind of document, counts of the wrong shape or below 0,
  ///   layers without tokens.
  public init(_ document: JSONDocument) throws(InputFaults) {
    self = try document.read(.object(Self.read))
  }

  private init(
    layers: [Int], experts: Int, loads: ExpertLoads, transitions: ExpertTransitions?
  ) {
    self.layers = layers
    self.experts = experts
    self.loads = loads
    self.transitions = transitions
  }

  private static func read(_ object: ObjectReader) -> RoutingStatistics? {
    let kind = object.required("kind", .name(among: ["routing"], of: "document with routing"))
    _ = object.optional("formatVersion", .integer(.exactly(1)))
    let experts = object.required("experts", .integer(.between(1, TokenRoutes.expertLimit)))
    let layers = object.required(
      "layers", .array(of: .integer(.between(0, 100_000)), count: .atLeast(1)))
    _ = object.optional("topK", .integer(.atLeast(1)))
    guard kind != nil, let experts, let layers else { return nil }
    let row = JSONShape<[Double]>.numbers(.atLeast(0), count: .exactly(experts))
    let load = object.required("load", .array(of: row, count: .exactly(layers.count)))
    let matrix = JSONShape<NumberMatrix>.matrix(
      .atLeast(0), rows: .exactly(experts), columns: .exactly(experts))
    let transitions = object.optional(
      "transitions", .array(of: matrix, count: .exactly(layers.count - 1)))
    object.finish()
    guard let load else { return nil }
    if let empty = load.firstIndex(where: { $0.allSatisfy { $0 == 0 } }) {
      object.error(at: "load", "has no token in layer \(layers[empty])")
      return nil
    }
    return RoutingStatistics(
      layers: layers, experts: experts,
      loads: ExpertLoads([.init(name: "routing", layers: load)]),
      transitions: transitions.map {
        ExpertTransitions(experts: experts, counts: $0.map(\.values))
      })
  }
}
