import Foundation
import InputFiles
import PublishedRuns
import Testing

@testable import Reports
@testable import ScoredRuns

@Suite("The document of predictions against measured runs")
struct ValidationJSONTests {
  private func document(_ report: ValidationReport, listsRuns: Bool = false) throws -> [String: Any]
  {
    let text = JSONText.pretty(report.json(listsRuns: listsRuns))
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(object as? [String: Any])
  }

  @Test("one source as it is written")
  func source() throws {
    let report = ValidationReport(
      [
        try ScoredRun(
          id: "a", measured: 2, predicted: 3, range: 2...4, peaks: [(nil, .reserved, 8, 10)]
        ).prediction()
      ],
      leftOut: [LeftOutRun(id: "b", source: "table", reason: "no \"length\"")])
    #expect(
      JSONText.pretty(report.json()) == #"""
        {
          "feasibility": {
            "falseOutOfMemory": [],
            "falseOutOfMemoryShare": 0.0,
            "fragmented": [],
            "missedOutOfMemory": [],
            "outOfMemoryRows": 0,
            "ranRows": 1
          },
          "insideInterval": 1.0,
          "leftOut": [
            { "id": "b", "reason": "no \"length\"", "source": "table" }
          ],
          "ranking": {
            "bestAmongFive": null,
            "groups": 0,
            "meanRegret": null,
            "p90Regret": null,
            "sources": {},
            "spearman": null
          },
          "sources": {
            "table": {
              "assumedRows": 0,
              "insideInterval": 1.0,
              "memoryBias": 0.25,
              "memoryByKind": {
                "reserved": {
                  "memoryBias": 0.25,
                  "memoryMAPE": 0.25,
                  "memoryMedian": 0.25,
                  "memoryP90": 0.25,
                  "memoryRows": 1
                }
              },
              "memoryMAPE": 0.25,
              "memoryMedian": 0.25,
              "memoryP90": 0.25,
              "memoryRows": 1,
              "rows": 2,
              "staticMemoryBias": null,
              "staticMemoryMAPE": null,
              "staticMemoryMedian": null,
              "staticMemoryP90": null,
              "staticMemoryRows": 0,
              "stepTimeBias": 0.5,
              "stepTimeMAPE": 0.5,
              "stepTimeMedian": 0.5,
              "stepTimeP90": 0.5,
              "usedRows": 1
            }
          },
          "stacks": {
            "megatron-core@0.16": {
              "assumedRows": 0,
              "insideInterval": 1.0,
              "memoryBias": 0.25,
              "memoryByKind": {
                "reserved": {
                  "memoryBias": 0.25,
                  "memoryMAPE": 0.25,
                  "memoryMedian": 0.25,
                  "memoryP90": 0.25,
                  "memoryRows": 1
                }
              },
              "memoryMAPE": 0.25,
              "memoryMedian": 0.25,
              "memoryP90": 0.25,
              "memoryRows": 1,
              "rows": 1,
              "staticMemoryBias": null,
              "staticMemoryMAPE": null,
              "staticMemoryMedian": null,
              "staticMemoryP90": null,
              "staticMemoryRows": 0,
              "stepTimeBias": 0.5,
              "stepTimeMAPE": 0.5,
              "stepTimeMedian": 0.5,
              "stepTimeP90": 0.5,
              "usedRows": 1
            }
          }
        }

        """#)
  }

  @Test("of nothing, every figure is null and no number is missing")
  func nothing() throws {
    #expect(
      JSONText.compact(ValidationReport([]).json()) == #"""
        {"feasibility":{"falseOutOfMemory":[],"falseOutOfMemoryShare":null,"fragmented":[],"missedOutOfMemory":[],"outOfMemoryRows":0,"ranRows":0},"insideInterval":null,"leftOut":[],"ranking":{"bestAmongFive":null,"groups":0,"meanRegret":null,"p90Regret":null,"sources":{},"spearman":null},"sources":{},"stacks":{}}
        """#)
  }

  @Test("keys ascend everywhere")
  func order() throws {
    func check(_ value: JSONValue) {
      switch value {
      case .object(let members):
        #expect(members.map(\.key) == members.map(\.key).sorted())
        for member in members { check(member.value) }
      case .array(let elements): for element in elements { check(element) }
      default: break
      }
    }
    check(try ValidationReportTests.report(isCrossValidated: true).json(listsRuns: true))
  }

  @Test("the promised keys are there")
  func keys() throws {
    let document = try document(ValidationReportTests.report())
    let sources = try #require(document["sources"] as? [String: [String: Any]])
    let sweep = try #require(sources["sweep"])
    for key in [
      "rows", "usedRows", "stepTimeMAPE", "stepTimeMedian", "stepTimeBias", "stepTimeP90",
      "insideInterval", "memoryRows", "memoryMAPE", "memoryBias",
    ] {
      #expect(sweep[key] is NSNumber, "\(key)")
    }
    let ranking = try #require(document["ranking"] as? [String: Any])
    for key in ["groups", "meanRegret", "p90Regret", "spearman", "bestAmongFive"] {
      #expect(ranking[key] is NSNumber, "\(key)")
    }
    let feasibility = try #require(document["feasibility"] as? [String: Any])
    #expect(feasibility["missedOutOfMemory"] as? [String] == ["too-big"])
    #expect(feasibility["falseOutOfMemory"] as? [String] == ["slow"])
    #expect(
      (document["leftOut"] as? [[String: String]])?.first == [
        "id": "a", "reason": "sequence length not recorded", "source": "paper",
      ])
    #expect(document["rows"] == nil && document["crossValidation"] == nil)
  }

  @Test("rows stand only where they are asked for, a run each")
  func rows() throws {
    let document = try document(ValidationReportTests.report(), listsRuns: true)
    let rows = try #require(document["rows"] as? [[String: Any]])
    #expect(rows.map { $0["id"] as? String } == ValidationReportTests.runs().map(\.id))
    #expect((rows[0]["stepTimeError"] as? Double)?.isNear(1 / 11) == true)
    #expect(rows[5]["stepTimeError"] is NSNull && rows[5]["outcome"] as? String == "outOfMemory")
    #expect(rows[7]["isStepAssumed"] as? Bool == true && rows[7]["stepTimeError"] is NSNull)
    #expect(rows[6]["fits"] as? Bool == false)
    #expect(rows[0]["layout"] as? String == "data 32 · micro-batch 1 × 2")
  }

  @Test("a cross-validation is a summary of the same form")
  func crossValidation() throws {
    let document = try document(ValidationReportTests.report(isCrossValidated: true))
    let unseen = try #require(document["crossValidation"] as? [String: Any])
    #expect(
      unseen.keys.sorted() == ["feasibility", "insideInterval", "ranking", "sources", "stacks"])
    let sources = try #require(unseen["sources"] as? [String: [String: Any]])
    #expect((sources["paper"]?["stepTimeMAPE"] as? Double)?.isNear(0.25) == true)
  }

  @Test("rows have what fits predicted that had not seen them, where there are such fits")
  func unseenSteps() throws {
    let plain = try document(ValidationReportTests.report(), listsRuns: true)
    let crossed = try document(
      ValidationReportTests.report(isCrossValidated: true), listsRuns: true)
    let (without, rows) = (
      try #require(plain["rows"] as? [[String: Any]]),
      try #require(crossed["rows"] as? [[String: Any]])
    )
    #expect(without.allSatisfy { $0["unseenStepSeconds"] == nil })
    for row in rows {
      let step = try #require(row["predictedStepSeconds"] as? Double)
      #expect(row["unseenStepSeconds"] as? [Double] == [1.25 * step])
    }
  }
}

extension Double {
  /// Whether two figures agree to nine digits.
  fileprivate func isNear(_ other: Double) -> Bool { (self - other).magnitude <= 1e-9 }
}
