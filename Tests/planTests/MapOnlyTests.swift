import Foundation
import Testing

@Suite("Only the mapping is chosen, where that is asked for")
struct MapOnlyTests {
  /// Four nodes, measured on two days; the first two and the last two are slow to each other.
  private func program() throws -> Program {
    func links(_ slow: Int) -> String {
      """
      ,n1,n2,n3,n4
      n1,0,\(slow),300,300
      n2,\(slow),0,300,300
      n3,300,300,0,\(slow)
      n4,300,300,\(slow),0

      """
    }
    let measured = """
      { "name": "measured", "nodeGroups": [
          { "name": "pod", "nodes": 4, "names": "n[1-4]", "node": "DGX-H100" } ],
        "measurements": { "nodeBandwidth": [
          { "file": "monday.csv", "unit": "gigabytesPerSecond" },
          { "file": "friday.csv", "unit": "gigabytesPerSecond" } ] } }
      """
    let listed = """
      { "name": "listed", "nodeGroups": [
          { "name": "pod", "nodes": 4, "names": "n[1-4]", "node": "DGX-H100" } ] }
      """
    return try Program(files: [
      "cluster.json": measured, "listed.json": listed, "monday.csv": links(4),
      "friday.csv": links(200), "model.json": Samples.model,
    ])
  }

  private func document(_ program: Program, _ name: String) throws -> [String: Any] {
    let text = try program.read(name)
    return try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("A plan whose stages offload keeps that, and says so")
  func offloading() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN listed.json model.json --tensor 8 --pipeline 2 --recompute host:attention -o made.json \
          > /dev/null || exit 1
      $PLAN cluster.json model.json --map-only --like made.json -o mapped.json > /dev/null
      $PLAN check mapped.json | head -1
      grep -o '"activationPlace":"host"' mapped.json; grep -c 'hosts. memory holds activations' mapped.json
      """)
    #expect(
      outcome.output == """
        mapped.json: the plan is feasible and its certificate holds
        "activationPlace":"host"
        1

        """, "\(outcome.errors)")
  }

  @Test("Groups of unlike accelerators stand as in the plan that is named")
  func groups() throws {
    let program = try Program(files: [
      "kinds.json": """
      { "name": "kinds", "nodeGroups": [ { "name": "old", "nodes": 2, "node": "DGX-A100-80GB" },
          { "name": "new", "nodes": 1, "node": "DGX-H100" } ] }
      """, "model.json": Samples.model,
    ])
    let outcome = try program.shell(
      """
      $PLAN kinds.json model.json --global-batch 4 -o made.json > /dev/null
      $PLAN kinds.json model.json --global-batch 4 --map-only --like made.json -o mapped.json \
          > /dev/null
      $PLAN check mapped.json | head -1
      """)
    #expect(outcome.output == "mapped.json: the plan is feasible and its certificate holds\n")
    let (before, after) = (
      try document(program, "made.json"), try document(program, "mapped.json")
    )
    for key in ["parallelism", "stages", "stageGroups", "prediction"] {
      #expect(before[key] as? NSObject == after[key] as? NSObject, "\(key)")
    }
    #expect("\(before["stageGroups"] ?? "")".contains("new"))
  }

  @Test("A plan that was made for links as nominal keeps all but its order of hosts")
  func like() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN listed.json model.json --tensor 8 --pipeline 2 -o listed-plan.json > /dev/null || exit 1
      $PLAN cluster.json model.json --map-only --like listed-plan.json -o mapped.json > /dev/null
      $PLAN check mapped.json | head -1
      $PLAN show mapped.json --ranks | awk '$3 == 0 { print $2 }' | tr '\\n' ' '; echo
      """)
    #expect(
      outcome.output == """
        mapped.json: the plan is feasible and its certificate holds
        n1 n3 n4 n2\u{20}

        """, "\(outcome.errors)")
    let (before, after) = (
      try document(program, "listed-plan.json"), try document(program, "mapped.json")
    )
    for key in ["parallelism", "stages"] {
      #expect(before[key] as? NSObject == after[key] as? NSObject, "\(key)")
    }
  }

  @Test("The plan's step under each measurement stands in it, is shown and is checked")
  func snapshots() throws {
    let program = try program()
    let made = try program.run([
      "cluster.json", "model.json", "--tensor", "8", "--pipeline", "2", "-o", "plan.json",
    ])
    #expect(made.status == 0, "\(made.errors)")
    let prediction = try #require(
      try document(program, "plan.json")["prediction"] as? [String: Any])
    let snapshots = try #require(prediction["snapshots"] as? [[String: Any]])
    #expect(snapshots.compactMap { $0["file"] as? String } == ["monday.csv", "friday.csv"])
    let steps = snapshots.compactMap { $0["stepSeconds"] as? Double }
    let step = try #require(prediction["stepSeconds"] as? Double)
    #expect(steps.count == 2)
    #expect(
      steps.allSatisfy { $0 <= step * (1 + 1e-12) }, "the plan's own is under the slower rates")
    let shown = try program.run(["show", "plan.json"]).output
    #expect(shown.contains("step on the links of each"))
    #expect(shown.contains(" on monday.csv, "))
    let text = try program.read("plan.json")
    let changed = text.replacing(
      #/"snapshots":\[{"file":"monday.csv","stepSeconds":[0-9.e-]+/#,
      with: #""snapshots":[{"file":"monday.csv","stepSeconds":7"#)
    try program.write(changed, to: "changed.json")
    let outcome = try program.run(["check", "changed.json"])
    #expect(outcome.status == 5)
    #expect(outcome.output.contains("prediction.snapshots[0].stepSeconds is 7.0 s, but comes to"))
    let renamed = text.replacing(
      #""snapshots":[{"file":"monday.csv""#, with: #""snapshots":[{"file":"sunday.csv""#)
    try program.write(renamed, to: "changed.json")
    #expect(
      try program.run(["check", "changed.json", "--format", "github"]).output.contains(
        #"prediction.snapshots are of "sunday.csv" and "friday.csv""#))
  }

  @Test("Choices that are still open are named, and flags that contradict are refused")
  func open() throws {
    let program = try program()
    let outcome = try program.run(["cluster.json", "model.json", "--map-only", "--tensor", "8"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.hasPrefix(
        "error: --map-only chooses nothing but the mapping, and these are still open: "))
    #expect(outcome.errors.contains("--pipeline 1, 2, 4"))
    #expect(!outcome.errors.contains("--tensor"))
    #expect(try program.run(["cluster.json", "model.json", "--like", "plan.json"]).status == 64)
    let both = ["cluster.json", "model.json", "--map-only", "--like", "p.json", "--tensor", "8"]
    #expect(try program.run(both).status == 64)
  }
}
