import ClusterImport
import InputFiles

extension Schemas {
  /// Loads and transitions of experts, as `plan import routing` writes them.
  static var routing: JSONValue {
    let counts = array(of: integer(0), least: 1)
    return document(
      title: "Expert routing for plan",
      object(
        [
          "kind": constant("routing"), "formatVersion": ["const": 1],
          "layers": array(of: integer(0), least: 1),
          "experts": integer(1, RoutingImport.expertLimit),
          "load": array(of: counts, least: 1),
        ],
        optional: [
          "topK": integer(1, RoutingImport.expertLimit),
          "transitions": array(of: array(of: counts, least: 1)),
          "pairs": array(of: array(of: counts, least: 1)),
        ]))
  }
}
