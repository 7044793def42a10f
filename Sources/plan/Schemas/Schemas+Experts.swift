import ExpertPlacement
import InputFiles

extension Schemas {
  /// A placement of experts, as `plan experts` writes it.
  static var expertPlacement: JSONValue {
    document(
      title: "Experts placed by plan",
      [
        "allOf": [
          open(["kind": constant("expertPlacement"), "formatVersion": ["const": 1]]),
          reference("placedExperts"),
        ]
      ], definitions: ["placedExperts": placedExperts])
  }

  /// The placement in such a document, and in a plan.
  static var placedExperts: JSONValue {
    open(
      [
        "objective": choice(PlacementObjective.self), "value": number(0), "bound": number(0),
        "gap": number(0, 1), "nodes": integer(1), "gpusPerNode": integer(1),
        "hopWithinNode": number(0), "hopBetweenNodes": number(0),
        "experts": integer(1, TokenRoutes.expertLimit),
        "layers": array(of: integer(0), least: 1),
        "slots": array(of: array(of: integer(-1), least: 1), least: 1),
      ],
      optional: [
        "valueInOrder": number(0), "racks": integer(2), "hopBetweenRacks": number(0),
        "seconds": open(["perLoad": number(0), "perGPU": number(0), "perNode": number(0)]),
        "certificate": array(
          of: open([
            "parts": integer(1), "cost": number(0), "factors": array(of: array(of: anyNumber)),
            "across": array(of: prices), "within": array(of: prices),
          ])),
      ])
  }

  /// How loaded the expert ranks are, and what that changes of the predicted step.
  static var addedTime: JSONValue {
    open([
      "imbalance": number(0), "imbalanceInOrder": number(0), "seconds": anyNumber,
      "secondsInOrder": anyNumber,
    ])
  }

  private static let anyNumber: JSONValue = ["type": "number"]

  private static var prices: JSONValue {
    open(["rows": array(of: anyNumber), "columns": array(of: anyNumber)])
  }
}
