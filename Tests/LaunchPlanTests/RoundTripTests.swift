import InputFiles
import LaunchPlan
import Quantities
import Testing

@Suite("A plan is written in one way, and reads back as itself")
struct RoundTripTests {
  @Test("what is written, compact or pretty, reads back as an equal plan and the same bytes")
  func roundTrip() throws {
    let plan = try LaunchPlan.sample()
    for text in [JSONText.compact(try plan.json()), JSONText.pretty(try plan.json())] {
      let read = try LaunchPlan.parse(text, file: "plan.json")
      #expect(read == plan)
      #expect(JSONText.compact(try read.json()) == JSONText.compact(try plan.json()))
    }
  }

  @Test("the keys stand in the order of the contract")
  func order() throws {
    let json = try LaunchPlan.sample().json()
    #expect(
      json.keys == [
        "formatVersion", "kind", "name", "stack", "inputs", "parallelism", "stageGroups", "stages",
        "mapping", "prediction", "certificate", "alternatives", "assumptions",
      ])
    #expect(
      json["parallelism"]?.keys == [
        "tensor", "context", "expert", "expertTensor", "data", "pipeline", "virtualStages",
        "sequenceParallel", "microBatchSize", "microBatches", "schedule", "sharding",
      ])
    #expect(
      json["prediction"]?.keys == [
        "stepSeconds", "tokensPerSecondPerDevice", "modelFlopsUtilization", "breakdownSeconds",
        "memory",
      ])
    #expect(
      json["prediction"]?["breakdownSeconds"]?.keys == LaunchPlan.StepPart.allCases.map(\.rawValue))
    #expect(
      json["certificate"]?.keys == [
        "objectiveSeconds", "boundSeconds", "gap", "scope", "parts", "evidence",
      ])
  }

  @Test("stages read as their chunks in the order of the virtual stages")
  func stages() throws {
    let json = try LaunchPlan.sample().json()
    let text = json["stages"].map(JSONText.pretty)
    #expect(
      text == """
        [
          {
            "stage": 0,
            "chunks": [
              { "kind": "embedding" },
              { "kind": "layers", "firstLayer": 0, "layers": 2 },
              { "kind": "layers", "firstLayer": 4, "layers": 1 }
            ],
            "recompute": {
              "modules": ["coreAttention"],
              "fullLayers": 1
            }
          },
          {
            "stage": 1,
            "chunks": [
              { "kind": "layers", "firstLayer": 2, "layers": 2 },
              { "kind": "layers", "firstLayer": 5, "layers": 1 },
              { "kind": "head" }
            ],
            "recompute": {
              "modules": [],
              "fullLayers": 0
            }
          }
        ]

        """)
  }

  @Test("whole bytes have no fraction, seconds keep theirs, and the schedule names its chunks")
  func numbers() throws {
    let json = try LaunchPlan.sample().json()
    let text = JSONText.compact(json)
    #expect(text.contains(#""peakBytes":51539607552,"#))
    #expect(text.contains(#""stepSeconds":2.0,"#))
    #expect(text.contains(#""schedule":"interleaved:2""#))
  }

  @Test("an input keeps the order of its own keys")
  func embedded() throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
    let read = try LaunchPlan.parse(text, file: "plan.json")
    #expect(
      JSONText.compact(read.inputs.cluster.content)
        == #"{"name":"small","z":1,"a":[1.5,null,true]}"#)
  }

  @Test("a newer minor version is read, and the keys it adds are passed over")
  func newerMinor() throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
      .replacing(#"{"formatVersion":"1.0""#, with: #"{"formatVersion":"1.7","weather":"fine""#)
    let read = try LaunchPlan.parse(text, file: "plan.json")
    #expect(read.formatVersion == FormatVersion(major: 1, minor: 7))
    #expect(read.certificate == (try LaunchPlan.sample().certificate))
  }

  @Test("a number that is not finite cannot be written")
  func notFinite() {
    #expect(throws: EncodingError.self) { try JSONValue(encoding: [1, Double.nan]) }
  }
}

extension JSONValue {
  fileprivate var keys: [String] {
    if case .object(let members) = self { members.map(\.key) } else { [] }
  }

  fileprivate subscript(key: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.key == key }?.value
  }
}
