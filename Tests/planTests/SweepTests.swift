import Testing

@Suite("plan sweep")
struct SweepTests {
  private func program() throws -> Program {
    try Program(files: ["cluster.json": Samples.pricedCluster, "model.json": Samples.model])
  }

  @Test("each number of nodes and length has its plan, its price and its place on the front")
  func points() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN sweep cluster.json model.json --nodes 1,2,4 --sequence-lengths 4k,8k |
        tr '{' '\\n' | grep -c '"stepSeconds":[0-9.]*,"stepSecondsLow"'
      $PLAN sweep cluster.json model.json --nodes 4 | grep -o '"pricePerMillionTokens":0.0'
      """)
    #expect(outcome.output == "6\n\"pricePerMillionTokens\":0.0\n", "\(outcome.errors)")
  }

  @Test("a point costs what the nodes cost that its plan uses, not all that were asked for")
  func price() throws {
    let outcome = try program().shell(
      """
      for nodes in 2 3; do
        $PLAN sweep cluster.json model.json --nodes $nodes --data 16 --micro-batch-size 1 > $nodes.json
        grep -o '"pricePerMillionTokens":[0-9.]*' $nodes.json
      done | uniq | wc -l
      grep -o '"nodes":3,"devices":24' 3.json
      """)
    #expect(outcome.output == "1\n\"nodes\":3,\"devices\":24\n", "\(outcome.errors)")
  }

  @Test("--pareto plans for one node, all, and their halves, and marks the front")
  func front() throws {
    let outcome = try program().shell(
      """
      $PLAN cluster.json model.json --pareto > front.json; echo status $?
      grep -o '"nodes":[0-9]*,"devices":[0-9]*' front.json
      grep -o '"onFront":true' front.json | head -1
      $PLAN cluster.json model.json --pareto -o plan.json 2>&1 | head -1
      """)
    #expect(
      outcome.output == """
        status 0
        "nodes":1,"devices":8
        "nodes":2,"devices":16
        "nodes":4,"devices":32
        "onFront":true
        Error: --pareto prints a table of plans; it goes without --map-only, --lengths, \
        --routing and --output.

        """, "\(outcome.output) \(outcome.errors)")
  }

  @Test("the fewest devices that meet a goal are told; status 4 where none does")
  func goal() throws {
    let program = try program()
    let met = try program.run(
      ["sweep", "cluster.json", "model.json", "--nodes", "1,2", "--step", "1000"])
    #expect(met.status == 0)
    #expect(met.output.contains(#""meetsGoal":true"#))
    let missed = try program.run(
      ["sweep", "cluster.json", "model.json", "--nodes", "1,2", "--step", "0.000001"])
    #expect(missed.status == 4)
    #expect(!missed.output.contains(#""meetsGoal":true"#))
  }

  @Test(
    "what cannot be swept is told with the limit",
    arguments: [
      (["--nodes", "5"], Int32(65), "--nodes asks for 5 nodes, but the cluster has 4"),
      (["--nodes", "0"], 64, "it must be a whole number from 1 to"),
      (["--tokens", "1e12"], 64, "--tokens and --days belong together."),
      (
        ["--sequence-length", "4k", "--sequence-lengths", "8k"], 64,
        "Give --sequence-length or --sequence-lengths, not both."
      ),
    ])
  func faults(arguments: [String], status: Int32, words: String) throws {
    let outcome = try program().run(["sweep", "cluster.json", "model.json"] + arguments)
    #expect(outcome.status == status)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
  }
}
