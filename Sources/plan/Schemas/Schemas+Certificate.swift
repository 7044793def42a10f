import InputFiles
import LaunchPlan
import ParallelismVocabulary

extension Schemas {
  static var certificate: JSONValue {
    open(
      [
        "objectiveSeconds": number(0),
        "boundSeconds": number(0),
        "gap": number(0, 1),
        "scope": reference("scope"),
        "parts": array(
          of: open([
            "name": choice(Certificate.Part.Name.self), "objectiveSeconds": number(0),
            "boundSeconds": number(0), "rule": string,
          ])),
        "evidence": reference("evidence"),
      ],
      optional: ["ties": number(0, 1)])
  }

  static var scope: JSONValue {
    let counts = array(of: integer(1))
    return open(
      [
        "stack": string, "devices": integer(1), "pins": reference("pins"), "tensor": counts,
        "context": counts, "contextMethods": array(of: choice(ContextMethod.self)),
        "expert": counts, "expertTensor": counts, "pipeline": counts, "virtualStages": counts,
        "schedules": array(of: choice(Schedule.names)), "microBatchSizes": counts,
        "shardings": array(of: choice(Sharding.self)), "recompute": array(of: string),
        "split": string, "mapping": string, "frames": integer(0),
      ],
      optional: [
        "groupOrders": integer(1), "rankOrders": array(of: choice(AxisOrder.self), least: 1),
        "stateReplicas": counts,
        "goal": open(
          ["measure": choice(Goal.Measure.self)],
          optional: ["longestStepSeconds": ["type": "number", "exclusiveMinimum": 0]]),
      ])
  }

  static var pins: JSONValue {
    open(
      [:],
      optional: [
        "tensor": integer(1), "context": integer(1), "expert": integer(1),
        "expertTensor": integer(1), "data": integer(1), "pipeline": integer(1),
        "virtualStages": integer(1), "schedule": choice(Schedule.names),
        "microBatchSize": integer(1), "sharding": choice(Sharding.self),
        "contextMethod": choice(ContextMethod.self), "sequenceParallel": bool,
        "rankOrder": choice(AxisOrder.self), "recompute": string, "stateReplicas": integer(1),
      ])
  }

  static var evidence: JSONValue {
    let frame = open(
      [
        "tensor": integer(1), "context": integer(1), "expert": integer(1),
        "expertTensor": integer(1), "data": integer(1), "pipeline": integer(1),
        "schedule": reference("schedule"), "microBatchSize": integer(1),
        "sharding": choice(Sharding.self), "sequenceParallel": bool,
        "rule": choice(Certificate.Rule.self),
      ],
      optional: [
        "contextMethod": choice(ContextMethod.self), "boundSeconds": number(0),
        "nodeGroups": array(of: string), "rankOrder": choice(AxisOrder.self),
        "stateReplicas": integer(1),
      ])
    return open([
      "closures": array(
        of: open(["rule": choice(Certificate.Rule.self), "frames": integer(0)])),
      "frames": array(of: frame),
    ])
  }
}
