import Foundation
import Testing

@Suite("plan validate RUNS")
struct ValidateTests {
  @Test("in a pipe, standard output is JSON with errors by source and stack, and all that is asked")
  func json() throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs()])
    let outcome = try program.run(["validate", "runs.jsonl"])
    #expect(outcome.status == 0)
    #expect(outcome.errors == "")
    let json = try outcome.json()
    #expect(
      Set(json.keys) == [
        "feasibility", "insideInterval", "leftOut", "ranking", "sources", "stacks",
      ])
    let source = try #require((json["sources"] as? [String: [String: Any]])?["ours"])
    #expect(source["rows"] as? Int == 4 && source["usedRows"] as? Int == 4)
    for key in ["stepTimeMAPE", "stepTimeBias", "stepTimeMedian", "stepTimeP90"] {
      #expect(source[key] is Double, "\(key)")
    }
    #expect(source["memoryMAPE"] is NSNull)
    let ranking = try #require(json["ranking"] as? [String: Any])
    for key in ["meanRegret", "p90Regret", "spearman", "bestAmongFive", "groups"] {
      #expect(ranking[key] != nil, "\(key)")
    }
    let feasibility = try #require(json["feasibility"] as? [String: Any])
    for key in ["missedOutOfMemory", "falseOutOfMemory", "outOfMemoryRows", "ranRows"] {
      #expect(feasibility[key] != nil, "\(key)")
    }
    #expect(json["leftOut"] as? [String] == [])
  }

  @Test("--rows lists every run with its interval, which holds its prediction")
  func rows() throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs()])
    let json = try program.run(["validate", "runs.jsonl", "--rows"]).json()
    let rows = try #require(json["rows"] as? [[String: Any]])
    #expect(rows.map { $0["id"] as? String } == ["run 0", "run 1", "run 2", "run 3"])
    for row in rows {
      let low = try #require(row["predictedStepSecondsLow"] as? Double)
      let step = try #require(row["predictedStepSeconds"] as? Double)
      let high = try #require(row["predictedStepSecondsHigh"] as? Double)
      #expect(low < step && step < high)
    }
  }

  @Test("--cross adds the errors of unseen runs, and --html a page that is whole")
  func crossAndPage() throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs([0.5, 0.6, 0.7, 0.8])])
    let outcome = try program.run([
      "validate", "runs.jsonl", "--cross", "--html", "errors.html",
    ])
    #expect(outcome.status == 0)
    let unseen = try #require(try outcome.json()["crossValidation"] as? [String: Any])
    #expect((unseen["sources"] as? [String: Any])?["ours"] != nil)
    let page = try program.read("errors.html")
    #expect(page.hasPrefix("<!DOCTYPE html>") || page.hasPrefix("<!doctype html>"))
    #expect(page.hasSuffix("</html>\n"))
  }

  @Test("several files are one set of runs, and the examples are read whole")
  func examples() throws {
    let program = try Program(files: ["a.jsonl": Samples.runs()])
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    let example = folder.appendingPathComponent("examples/published-runs/torchtitan.jsonl").path
    let json = try program.run(["validate", "a.jsonl", example]).json()
    let sources = try #require(json["sources"] as? [String: [String: Any]])
    #expect(sources.keys.sorted() == ["ours", "torchtitan"])
    #expect(sources["torchtitan"]?["usedRows"] as? Int == 21)
  }

  @Test("a page that cannot be written is told, and is not status 0")
  func unwritable() throws {
    let program = try Program(files: ["runs.jsonl": Samples.runs()])
    let outcome = try program.run(["validate", "runs.jsonl", "--html", "no/errors.html"])
    #expect(outcome.status == 66)
    #expect(outcome.errors.hasPrefix("no/errors.html: error: cannot be created: "))
  }
}
