import Testing

@Suite("plan --objective cost")
struct ObjectiveTests {
  private func program() throws -> Program {
    try Program(files: ["cluster.json": Samples.pricedCluster, "model.json": Samples.model])
  }

  private let inputs = ["cluster.json", "model.json", "--quiet"]

  @Test("the cheapest plan leaves nodes idle, tells its price, and holds")
  func cheapest() throws {
    let program = try program()
    let shown = try program.runOnTerminal(
      ["cluster.json", "model.json", "--objective", "cost", "-o", "plan.json"])
    #expect(shown.contains("  price        36.0 an hour, "), "\(shown)")
    #expect(shown.contains("of the space costs less"))
    let check = try program.run(["check", "plan.json"])
    #expect(check.status == 0, "\(check.output) \(check.errors)")
    let document = try program.read("plan.json")
    #expect(document.contains(#""measure":"cost""#), "\(document)")
    #expect(document.contains(#""pricePerHour":36"#))
  }

  @Test("tokens and days make the longest step, and one that is out of reach is told with status 3")
  func limits() throws {
    let program = try program()
    let met = try program.run(
      inputs + ["--objective", "cost", "--tokens", "1e9", "--days", "1000"])
    #expect(met.status == 0)
    #expect(met.output.contains("longestStepSeconds"))
    let missed = try program.run(inputs + ["--objective", "cost", "--step", "0.001"])
    #expect(missed.status == 3)
    #expect(missed.output.contains("no plan takes at most 1.00 ms a step"), "\(missed.output)")
  }

  @Test("what does not go together is refused in words")
  func refused() throws {
    let program = try program()
    func message(_ arguments: String...) throws -> String {
      let outcome = try program.run(inputs + arguments)
      #expect(outcome.status != 0)
      return outcome.errors
    }
    #expect(try message("--step", "10").contains("limit what --objective cost chooses from"))
    #expect(try message("--objective", "price").contains("'price'"))
    #expect(try message("--objective", "cost", "--days", "3").contains("belong together"))
    #expect(try message("--objective", "cost", "--step", "0").contains("--step"))
    #expect(try message("--objective", "cost", "--pareto").contains("goes without --pareto"))
    #expect(try message("--objective", "cost", "--map-only").contains("goes without"))
  }

  @Test("prices of some groups alone are refused with the group's name")
  func somePrices() throws {
    let group = #""nodes": 2, "node": "DGX-H100""#
    let cluster = """
      { "nodeGroups": [ { "name": "bought", \(group) }, { "name": "rented", \(group),
        "pricePerNodeHour": 98 } ] }
      """
    let program = try Program(files: ["cluster.json": cluster, "model.json": Samples.model])
    let outcome = try program.run(inputs + ["--objective", "cost"])
    #expect(outcome.status == 65)
    #expect(
      outcome.errors.contains("the node group \"bought\" has no price above 0, but others have"),
      "\(outcome.errors)")
  }
}
