import Testing

@Suite("plan scatter")
struct ScatterTests {
  private func program(_ lengths: String) throws -> Program {
    try Program(files: Samples.files.merging(["lengths.jsonl": lengths]) { $1 })
  }

  private static let scatter = [
    "scatter", "lengths.jsonl", "--cluster", "cluster.json", "--model", "model.json",
  ]

  @Test("every batch has its line, in order, and the check holds; a changed bound does not")
  func batches() throws {
    let program = try program(
      """
      [300, 5000, 120, 9000, 64, 2048, 700, 30000]
      [100, 100, 100]
      [40000]
      """)
    let outcome = try program.shell(
      """
      $PLAN scatter lengths.jsonl --cluster cluster.json --model model.json > scattered.jsonl
      grep -o '"batch":[0-9]*' scattered.jsonl
      $PLAN check scattered.jsonl | head -1
      sed -E '2s/"boundSeconds":([0-9.e-]+)/"boundSeconds":9\\1/g' scattered.jsonl > changed.jsonl
      $PLAN check changed.jsonl > verdict.txt; echo status $?
      """)
    #expect(
      outcome.output == """
        "batch":0
        "batch":1
        "batch":2
        scattered.jsonl: the plan is feasible and its certificate holds
        status 6

        """, "\(outcome.errors)")
  }

  @Test("activations stay on the device, also where a plan is made for lengths")
  func offload() throws {
    let program = try program("[300, 5000]")
    let scattered = try program.run(Self.scatter + ["--recompute", "host:attention"])
    #expect(scattered.status == 64)
    #expect(
      scattered.errors.contains(
        "--recompute host: is for sequences of one length; 'plan scatter' keeps activations on the device."
      ))
    let made = try program.run([
      "cluster.json", "model.json", "--lengths", "lengths.jsonl", "--activation-place", "host",
    ])
    #expect(made.status == 65)
    #expect(
      made.errors.contains(
        "activations in the hosts' memory are for sequences of one length, but the workload has a "
          + "histogram of lengths"))
  }

  @Test("a pipeline's stages stand in the costs, and its batches verify")
  func pipeline() throws {
    let program = try program("[300, 5000, 120, 9000, 64, 2048, 700, 30000]\n")
    let outcome = try program.shell(
      """
      $PLAN scatter lengths.jsonl --cluster cluster.json --model model.json --pipeline 4 > s.jsonl
      grep -o '"gpus":[0-9]*' s.jsonl; grep -o '"stages":[0-9]*' s.jsonl
      $PLAN check s.jsonl | head -1
      sed 's/"stages":4/"stages":1/' s.jsonl > changed.jsonl
      $PLAN check changed.jsonl > verdict.txt; echo status $?
      """)
    #expect(
      outcome.output == """
        "gpus":4
        "stages":4
        s.jsonl: the plan is feasible and its certificate holds
        status 5

        """, "\(outcome.output) \(outcome.errors)")
  }

  @Test("a length beyond every group is named with the degree that it needs, or left out")
  func oversize() throws {
    let program = try program("[300, 900000000, 120]\n")
    let refused = try program.run(Self.scatter)
    #expect(refused.status == 65)
    #expect(
      refused.errors.hasPrefix(
        "lengths.jsonl:1:1: error: batch 0: sequence 1 has 900000000 tokens, more than any group "
          + "holds ("), "\(refused.errors)")
    #expect(refused.errors.contains("); it would need degree "))
    let left = try program.run(Self.scatter + ["--skip-oversize"])
    #expect(left.status == 0)
    #expect(left.output.contains(#""skipped":[1]"#), "\(left.output)")
  }

  @Test(
    "lengths that are none are refused with their place",
    arguments: [
      ("[300, -4]\n", "lengths.jsonl:1:"), ("[300, 4\n", "lengths.jsonl:1:"),
      ("{\"a\": 1}\n", "lengths.jsonl:1:"),
    ])
  func faults(lengths: String, opening: String) throws {
    let outcome = try program(lengths).run(Self.scatter)
    #expect(outcome.status == 65)
    #expect(outcome.errors.hasPrefix(opening), "\(outcome.errors)")
  }

  @Test("a model whose state fills the memory is told what would make room")
  func noRoom() throws {
    let large = Samples.model.replacing("2048", with: "16384").replacing("8192", with: "65536")
    let program = try Program(files: [
      "cluster.json": Samples.cluster, "model.json": large, "lengths.jsonl": "[300]\n",
    ])
    let outcome = try program.run(Self.scatter)
    #expect(outcome.status == 65)
    #expect(
      outcome.errors == "error: the model's state leaves no room for a token on a GPU; share out "
        + "more of it (--sharding parameters), cut it (--tensor 8), or recompute (--recompute full)\n"
    )
  }
}
