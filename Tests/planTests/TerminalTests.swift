import Testing

@Suite("On a terminal")
struct TerminalTests {
  @Test("a plan is a summary in colours, under a line of progress that goes")
  func summary() throws {
    let program = try Program(files: Samples.files)
    let text = try program.runOnTerminal(["cluster.json", "model.json"])
    #expect(text.contains("\u{1B}[1msmall on 16 devices of two nodes, megatron-core@0.16\u{1B}[0m"))
    #expect(text.contains("\u{1B}[1mproof\u{1B}[0m"))
    #expect(text.hasPrefix("\r\u{1B}[K"))
    #expect(text.contains("\r\u{1B}[K\u{1B}[1msmall"))
  }

  @Test("NO_COLOR takes the colours, --quiet the progress, --json the summary")
  func plain() throws {
    let program = try Program(files: Samples.files)
    let plain = try program.runOnTerminal(
      ["cluster.json", "model.json", "--quiet"], environment: ["NO_COLOR": "1"])
    #expect(plain.hasPrefix("small on 16 devices of two nodes"))
    #expect(!plain.contains("\u{1B}"))
    let json = try program.runOnTerminal(["cluster.json", "model.json", "--quiet", "--json"])
    #expect(json.hasPrefix(#"{"formatVersion":"1.0""#))
  }

  @Test("an explanation is text too")
  func infeasible() throws {
    let program = try Program(files: Samples.files)
    let text = try program.runOnTerminal(
      ["cluster.json", "model.json", "--tensor", "3", "--quiet"], environment: ["NO_COLOR": "1"])
    #expect(text.hasPrefix("no plan fits: no layout obeys what was pinned (--tensor 3)"))
    #expect(text.contains("\n  nearest that fit: without --tensor 3 ("))
  }
}
