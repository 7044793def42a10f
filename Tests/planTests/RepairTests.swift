import Foundation
import Testing

@Suite("Plans are repaired after nodes failed")
struct RepairTests {
  /// Eight nodes with names, and a plan of four stages of two nodes each on them.
  private func planned(nodes: String = "n[1-8]", pins: [String] = ["--pipeline", "4"]) throws
    -> Program
  {
    let cluster = """
      { "name": "pod", "nodeGroups": [
          { "name": "pod", "nodes": 8, "names": "\(nodes)", "node": "DGX-H100" } ] }
      """
    let program = try Program(files: ["cluster.json": cluster, "model.json": Samples.model])
    let outcome = try program.run(
      ["cluster.json", "model.json", "--tensor", "8", "-o", "plan.json"] + pins)
    try #require(outcome.status == 0, "\(outcome.errors)")
    return program
  }

  private func document(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test("A spare takes the lost place: one stage moves, and check, emit and show take the result")
  func spare() throws {
    let program = try planned()
    let outcome = try program.shell(
      """
      $PLAN repair plan.json --lost n3 --spare n9 -o repaired.json > piped.json || exit 1
      cmp repaired.json piped.json
      $PLAN check repaired.json | head -1
      $PLAN show repaired.json --ranks | awk '$3 == 0 { print $2 }' | tr '\\n' ' '; echo
      $PLAN emit repaired.json --target slurm -o launch 2> /dev/null; grep -o 'nodelist=.*' launch/job.sbatch
      $PLAN show repaired.json | grep -A 5 '^repair'
      $PLAN repair plan.json --lost n3 --spare n9 | $PLAN check - 2> /dev/null | cmp - repaired.json && echo goes on
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "repaired.json: the plan is feasible and its certificate holds")
    #expect(lines[1] == "n1 n2 n9 n4 n5 n6 n7 n8 ")
    #expect(lines[2] == "nodelist=n[1-2],n9,n[4-8]")
    #expect(lines[3...6] == ["repair", "  lost: n3", "  new: n9", "  all degrees as before"])
    #expect(lines[7].hasPrefix("  8 of 64 ranks need state, on stage 1: "), "\(lines[7])")
    #expect(lines.last == "goes on", "\(outcome.errors)")
    let repair = try #require(
      try document(program.read("repaired.json"))["repair"] as? [String: Any])
    #expect(repair["lost"] as? [String] == ["n3"])
    #expect(repair["joined"] as? [String] == ["n9"])
    let moved = try #require(repair["moved"] as? [String: Any])
    #expect(moved["ranks"] as? Int == 8)
    #expect(moved["stages"] as? [Int] == [1])
    // Replicas share out the optimiser's state, so what of it n3 held is nowhere else; the weights are.
    let optimizer = try #require(moved["optimizerBytes"] as? Double)
    let checkpoint = try #require(moved["checkpointBytes"] as? Double)
    #expect(abs(checkpoint - optimizer) <= 1e-6 * optimizer)
  }

  @Test("Without spares the rest goes on, most of it where it is, and repairs follow one another")
  func fewer() throws {
    let program = try planned()
    let outcome = try program.shell(
      """
      $PLAN repair plan.json --lost n3 -o once.json > /dev/null || exit 1
      $PLAN repair once.json --lost n5,n6 -o twice.json > /dev/null || exit 2
      for plan in once twice; do
        $PLAN check $plan.json | head -1
        $PLAN show $plan.json --ranks | awk '$3 == 0 { print $2 }' | grep -c '^n[356]$'
      done
      $PLAN describe twice.json > /dev/null 2>&1
      """)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "once.json: the plan is feasible and its certificate holds")
    #expect(lines[2] == "twice.json: the plan is feasible and its certificate holds")
    #expect(lines[3] == "0", "no lost node runs anything")
    let twice = try document(program.read("twice.json"))
    let inputs = try #require(twice["inputs"] as? [String: Any])
    let cluster = try #require((inputs["cluster"] as? [String: Any])?["content"] as? [String: Any])
    let health = try #require(cluster["health"] as? [String: Any])
    #expect(health["lostNodes"] as? [String] == ["n3", "n5", "n6"])
  }

  @Test("On measured links, idle nodes stand behind the others as a reader of the plan finds them")
  func measured() throws {
    let program = try Program(files: [
      "cluster.json": """
      { "name": "f", "fabrics": [ { "name": "ib", "kind": "infiniband" } ], "nodeGroups": [
          { "name": "a", "nodes": 2, "names": "a[1-2]", "node": "DGX-B200",
            "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 200 } },
          { "name": "b", "nodes": 2, "names": "b[1-2]", "node": "DGX-A100-80GB",
            "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 200 } } ],
        "measurements": { "nodeBandwidth": [
            { "file": "links.csv", "unit": "gigabytesPerSecond" } ] } }
      """,
      "links.csv": """
      node,a1,a2,b1,b2
      a1,0.10,9.07,11.14,23.41
      a2,24.98,0.10,47.35,9.01
      b1,11.15,21.58,0.10,27.59
      b2,41.69,4.31,3.52,0.10

      """,
      "model.json": """
      { "architecture": { "hiddenSize": 6144, "vocabularySize": 32000, "layers": 17,
          "attention": { "heads": 48, "keyValueHeads": 24 },
          "feedForward": { "intermediateSize": 12288 } } }
      """,
    ])
    let outcome = try program.shell(
      """
      $PLAN cluster.json model.json --global-batch 48 --sequence-length 2k --gap 0 --ties 5% --tensor 4 \
          --stack torchtitan -o plan.json > /dev/null
      $PLAN check plan.json | head -1
      $PLAN repair plan.json --lost a2 -o repaired.json > /dev/null
      $PLAN check repaired.json | head -1
      """)
    #expect(
      outcome.output == """
        plan.json: the plan is feasible and its certificate holds
        repaired.json: the plan is feasible and its certificate holds

        """, "\(outcome.errors)")
  }

  @Test("A changed count of moved ranks or bytes is refused")
  func corrupted() throws {
    let program = try planned()
    #expect(
      try program.run(["repair", "plan.json", "--lost", "n3", "-o", "repaired.json"]).status == 0)
    let text = try program.read("repaired.json")
    for (pattern, change, says) in [
      (#/"moved":{"ranks":\d+/#, #""moved":{"ranks":1"#, "repair.moved.ranks is 1, but comes to"),
      (#/"weightBytes":[0-9.e+]+/#, #""weightBytes":17"#, "repair.moved.weightBytes is 17.0"),
      (#/"checkpointBytes":[0-9.e+]+/#, #""checkpointBytes":17"#, "repair.moved.checkpointBytes"),
      (#/"lost":\["n3"\]/#, #""lost":["n4"]"#, #"repair.lost names "n4", but the cluster has it"#),
    ] {
      try program.write(text.replacing(pattern, with: change), to: "changed.json")
      let outcome = try program.run(["check", "changed.json"])
      #expect(outcome.status == 5, "\(says)")
      #expect(outcome.output.contains(says), "\(outcome.output)")
    }
  }

  @Test("Wrong names are told all at once, each with a remedy")
  func names() throws {
    let program = try planned()
    let outcome = try program.run(
      ["repair", "plan.json", "--lost", "n33,n3,n3", "--spare", "n3", "n4"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors == """
        error: "n33" is no node of the plan's cluster; did you mean "n3"?
        error: "n3" is named as lost twice
        error: "n3" is named as lost and as a spare
        error: "n4" runs the plan already, and cannot be a spare

        """)
    let all = try program.run(["repair", "plan.json", "--lost", "n1,n2,n3,n4,n5,n6,n7,n8"])
    #expect(all.status == 65)
    #expect(all.errors == "error: all 8 nodes are lost, and no spare is named\n")
    let twoFor = try program.run(["repair", "plan.json", "--lost", "n1", "--spare", "n9,n10"])
    #expect(
      twoFor.errors
        == "error: \"n10\" is no node of the cluster and has no lost node to stand in for; add it to "
        + "the cluster, and plan anew\n")
    #expect(try program.run(["repair", "plan.json"]).status == 64)
    #expect(try program.run(["repair", "plan.json", "--lost", ","]).status == 64)
  }

  @Test("Where nothing fits the nodes left, that is the answer")
  func nothingFits() throws {
    let program = try Program(files: [
      "cluster.json": """
      { "name": "pod", "nodeGroups": [
          { "name": "pod", "nodes": 8, "names": "n[1-8]", "node": "DGX-A100-40GB" } ] }
      """,
      "model.json": Samples.model.replacing(#""layers": 16"#, with: #""layers": 900"#),
    ])
    #expect(try program.run(["cluster.json", "model.json", "-o", "plan.json"]).status == 0)
    let outcome = try program.run(["repair", "plan.json", "--lost", "n1,n2,n3,n4,n5,n6,n7"])
    #expect(outcome.status == 3)
    #expect(outcome.output.contains("infeasible") || outcome.output.contains("no plan"))
  }
}
