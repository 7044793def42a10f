import Testing

@Suite("Plans on measured links")
struct HostOrderTests {
  /// Four nodes; the first two, and the last two, are slow to each other.
  private func program() throws -> Program {
    let cluster = """
      { "name": "measured", "nodeGroups": [
          { "name": "pod", "nodes": 4, "names": "n[1-4]", "node": "DGX-H100" } ],
        "measurements": { "nodeBandwidth": [
          { "file": "links.csv", "unit": "gigabytesPerSecond" } ] } }
      """
    let links = """
      ,n1,n2,n3,n4
      n1,0,4,300,300
      n2,4,0,300,300
      n3,300,300,0,4
      n4,300,300,4,0

      """
    return try Program(files: [
      "cluster.json": cluster, "links.csv": links, "model.json": Samples.model,
    ])
  }

  @Test("the order of hosts holds through check, ranks, explanation, trials and launches")
  func commands() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN cluster.json model.json --tensor 8 --pipeline 2 -o plan.json > /dev/null
      $PLAN cluster.json model.json --tensor 8 --pipeline 2 --listed-hosts -o listed.json > /dev/null
      $PLAN check plan.json | head -1
      $PLAN show plan.json --ranks | awk '$3 == 0 { print $2 }' | tr '\\n' ' '; echo
      $PLAN show plan.json --explain > /dev/null && echo explained
      $PLAN emit plan.json --target slurm -o launch 2> /dev/null; grep -o 'nodelist=.*' launch/job.sbatch
      $PLAN trial plan.json -o trials 2> /dev/null
      for trial in trials/*/plan.json; do $PLAN check $trial > /dev/null || echo broken $trial; done
      $PLAN diff listed.json plan.json > /dev/null; echo diff $?
      """)
    // No stage, which is two hosts, has a slow pair.
    #expect(
      outcome.output == """
        plan.json: the plan is feasible and its certificate holds
        n1 n3 n4 n2\u{20}
        explained
        nodelist=n1,n[3-4],n2
        diff 0

        """, "\(outcome.errors)")
  }
}
