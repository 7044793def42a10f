import InputFiles
import LaunchPlan
import Testing

@Suite("A file that is no plan is refused with the place and the reason")
struct ReadingTests {
  /// A change to the compact sample, and the message that it earns.
  struct Fault: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let message: String
    var testDescription: String { message }
  }

  static let faults = [
    Fault(
      from: #""1.0""#, to: #""2.0""#,
      message: "1:18: error: formatVersion is 2.0, but this program reads plans up to version 1; "
        + "update the program, or make the plan again with this one"),
    Fault(
      from: #""1.0""#, to: #""new""#,
      message: "1:18: error: formatVersion is 'new', but must be a version such as '1.0'"),
    Fault(
      from: #""training""#, to: #""inference""#,
      message: #"1:31: error: kind is "inference", but must be one of "training""#),
    Fault(
      from: #""tensor":2,"#, to: "",
      message: "1:364: error: parallelism needs the key 'tensor'"),
    Fault(
      from: #""tensor":2,"#, to: #""tensor":2.5,"#,
      message: "1:374: error: parallelism.tensor is 2.5, but must be a whole number"),
    Fault(
      from: #""interleaved:2""#, to: #""interleaved:1""#,
      message: "1:527: error: parallelism.schedule is 'interleaved:1', but must be one of gpipe, "
        + "1f1b, or interleaved:N with N of at least 2"),
    Fault(
      from: #""sharding":"optimizer""#, to: #""sharding":"zero""#,
      message: #"1:554: error: parallelism.sharding is "zero", but must be one of "none", "#
        + #""optimizer", "gradients" or "parameters""#),
    Fault(
      from: #""layers":1}"#, to: #""layers":-1}"#,
      message: "1:831: error: stages[0].chunks[2].layers is -1, but must be at least 0"),
    Fault(
      from: #""kind":"head""#, to: #""kind":"tail""#,
      message: #"1:1010: error: stages[1].chunks[2].kind is "tail", but must be one of "#
        + #""embedding", "layers", "head", "multiTokenPrediction" or "encoder""#),
    Fault(
      from: #""gap":0.25"#, to: #""gap":"small""#,
      message: #"1:2005: error: certificate.gap is "small", but must be a number"#),
    Fault(
      from: #""kind":"training","#, to: #""kind":"training","kind":"training","#,
      message: "1:42: error: the document has the key 'kind' more than once, first at 1:24"),
  ]

  @Test("faults of form", arguments: faults)
  func form(fault: Fault) throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
    let changed = text.replacing(fault.from, with: fault.to, maxReplacements: 1)
    #expect(changed != text)
    #expect {
      _ = try LaunchPlan.parse(changed, file: "plan.json")
    } throws: { error in
      #expect("\(error)" == "plan.json:\(fault.message)")
      guard case PlanReadingError.unreadable(let faults) = error else { return false }
      return faults.exitStatus == 65
    }
  }

  @Test("a plan that contradicts itself is told apart, with the place of every contradiction")
  func contradiction() throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
      .replacing(#""firstLayer":4"#, with: #""firstLayer":3"#)
      .replacing(#""gap":0.25"#, with: #""gap":0.01"#)
    #expect {
      _ = try LaunchPlan.parse(text, file: "plan.json")
    } throws: { error in
      guard case PlanReadingError.contradictory(let broken, let located) = error else {
        return false
      }
      #expect(broken.faults.map(\.subject) == [.plan, .plan, .certificate])
      #expect(
        located.description == """
          plan.json:1:724: error: stages[0].chunks start run 1 at layer 3, but must start it at \
          layer 4, where the virtual stage before ends
          plan.json:1:913: error: stages[1].chunks start run 1 at layer 5, but must start it at \
          layer 4, where the virtual stage before ends
          plan.json:1:2005: error: certificate.gap is 0.01, but (objective − bound) / objective \
          is 0.25
          """)
      return located.exitStatus == 65
    }
  }

  @Test("a file that is not there cannot be opened")
  func missing() {
    #expect {
      _ = try LaunchPlan.read(path: "/nonexistent/plan.json")
    } throws: { error in
      guard case PlanReadingError.unreadable(let faults) = error else { return false }
      return faults.exitStatus == 66
    }
  }
}
