import Foundation
import Testing

@Suite("plan CLUSTER MODEL --lengths FILE")
struct ScatteredPlanTests {
  /// Long-tailed lengths: most are short, and one in 200 takes a group of many ranks.
  private static let lengths = (0..<400).map { number in
    number % 200 == 199 ? "120000" : number % 20 == 7 ? "9000" : "\(200 + 37 * (number % 30))"
  }.joined(separator: "\n")

  private func program() throws -> Program {
    try Program(files: Samples.files.merging(["lengths.txt": Self.lengths]) { $1 })
  }

  @Test("the plan carries the policy, says it in words, and its check holds")
  func policy() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN cluster.json model.json --lengths lengths.txt --global-batch 256 -o plan.json > a.json
      $PLAN cluster.json model.json --lengths lengths.txt --global-batch 256 --threads 1 > b.json
      cmp a.json b.json && $PLAN check plan.json | head -1
      $PLAN show plan.json | sed -n '/^sequences/,/^proof/p' | head -3
      """)
    #expect(
      outcome.output.hasPrefix(
        """
        plan.json: the plan is feasible and its certificate holds
        sequences
          256 sequences a step, up to 120,000 tokens, in groups of
        """), "\(outcome.output) \(outcome.errors)")
    let json = try #require(
      try JSONSerialization.jsonObject(with: Data(program.read("plan.json").utf8)) as? [String: Any]
    )
    let policy = try #require(json["sequenceScattering"] as? [String: Any])
    let gain = try #require(policy["gain"] as? Double)
    let low = try #require(policy["gainLow"] as? Double)
    let high = try #require(policy["gainHigh"] as? Double)
    #expect(low <= gain && gain <= high && gain >= 0)
    let step = try #require(policy["stepSeconds"] as? Double)
    let bound = try #require(policy["boundSeconds"] as? Double)
    #expect(bound <= step && step < 1.1 * bound)
  }

  @Test(
    "a pinned schedule that batches cannot follow stays, and the plan is not scattered and says why"
  )
  func pinnedSchedule() throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN cluster.json model.json --lengths lengths.txt --global-batch 256 --pipeline 2 \
          --schedule interleaved -o plan.json > /dev/null
      $PLAN check plan.json | head -1
      grep -c sequenceScattering plan.json
      grep -o 'not scattered: batches differ in their micro-batches[^"]*' plan.json
      """)
    #expect(
      outcome.output == """
        plan.json: the plan is feasible and its certificate holds
        0
        not scattered: batches differ in their micro-batches, which the pinned schedule does not take in \
        any number

        """, "\(outcome.errors)")
  }

  @Test(
    "a policy that says otherwise than its layouts come to is refused",
    arguments: [
      ("gain", 5), ("gainLow", 5), ("stepSeconds", 5), ("boundSeconds", 6),
      ("uniformStepSeconds", 5), ("tokensPerRank", 5), ("seed", 5), ("uniformDegree", 5),
    ])
  func corrupted(key: String, status: Int) throws {
    let program = try program()
    let outcome = try program.shell(
      """
      $PLAN cluster.json model.json --lengths lengths.txt --global-batch 64 --tensor 2 > plan.json
      sed -E 's/("sequenceScattering":.*"\(key)":)([0-9])/\\17\\2/' plan.json > changed.json
      cmp -s plan.json changed.json && echo unchanged
      $PLAN check changed.json > verdict.txt; echo status $?
      """)
    #expect(outcome.output == "status \(status)\n", "\(outcome.errors)")
  }

  /// The stages of the faster group hold more layers, wherever the group is listed.
  @Test("on unlike devices layouts keep their own order of node groups, and the check holds")
  func mixed() throws {
    let program = try program()
    try program.write(
      """
      {"nodeGroups": [
        {"name": "old", "nodes": 2, "node": "DGX-A100-80GB"},
        {"name": "new", "nodes": 2, "node": "DGX-H100"}
      ]}
      """, to: "mixed.json")
    let outcome = try program.shell(
      """
      $PLAN mixed.json model.json --lengths lengths.txt --global-batch 256 -o plan.json >/dev/null
      $PLAN check plan.json | head -1
      $PLAN show plan.json | grep -c '16 drawn batches'
      grep -c '"nodeGroups":\\["new","old"\\],"stages"' plan.json
      """)
    #expect(
      outcome.output == """
        plan.json: the plan is feasible and its certificate holds
        1
        1

        """, "\(outcome.errors)")
  }

  @Test("a plan without lengths has no policy, and a sample without a length is refused")
  func without() throws {
    let program = try program()
    let plan = try program.run(["cluster.json", "model.json"])
    #expect(!plan.output.contains("sequenceScattering"))
    #expect(!plan.output.contains("lengths"))
    try program.write("\n", to: "empty.txt")
    let refused = try program.run(["cluster.json", "model.json", "--lengths", "empty.txt"])
    #expect(refused.status == 65)
    #expect(
      refused.errors
        == "empty.txt: error: must have lengths of 1 to 1,073,741,824 tokens, at least one\n")
  }
}
