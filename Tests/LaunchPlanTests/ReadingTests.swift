import InputFiles
import LaunchPlan
import Testing

@Suite("A file that is no plan is refused with the place and the reason")
struct ReadingTests {
  /// A change to the compact sample, and the message that it earns at the place of a text.
  struct Fault: Sendable, CustomTestStringConvertible {
    let from: String
    let to: String
    let place: String
    let message: String
    var testDescription: String { message }
  }

  static let faults = [
    Fault(
      from: #""1.0""#, to: #""2.0""#, place: #""2.0""#,
      message: "formatVersion is 2.0, but this program reads plans up to version 1; "
        + "update the program, or make the plan again with this one"),
    Fault(
      from: #""1.0""#, to: #""new""#, place: #""new""#,
      message: "formatVersion is 'new', but must be a version such as '1.0'"),
    Fault(
      from: #""training""#, to: #""inference""#, place: #""inference""#,
      message: #"kind is "inference", but must be one of "training""#),
    Fault(
      from: #""tensor":2,"#, to: "", place: #"{"context":1"#,
      message: "parallelism needs the key 'tensor'"),
    Fault(
      from: #""tensor":2,"#, to: #""tensor":2.5,"#, place: "2.5",
      message: "parallelism.tensor is 2.5, but must be a whole number"),
    Fault(
      from: #""interleaved:2""#, to: #""interleaved:1""#, place: #""interleaved:1""#,
      message: "parallelism.schedule is 'interleaved:1', but must be one of gpipe, 1f1b, zb-h1, "
        + "zb-h2, zb-v, dualpipe, dualpipe-v, or interleaved:N with N of at least 2"),
    Fault(
      from: #""sharding":"optimizer""#, to: #""sharding":"zero""#, place: #""zero""#,
      message: #"parallelism.sharding is "zero", but must be one of "none", "optimizer", "#
        + #""gradients" or "parameters""#),
    Fault(
      from: #""layers":1}"#, to: #""layers":-1}"#, place: "-1}",
      message: "stages[0].chunks[2].layers is -1, but must be at least 0"),
    Fault(
      from: #""kind":"head""#, to: #""kind":"tail""#, place: #""tail""#,
      message: #"stages[1].chunks[2].kind is "tail", but must be one of "embedding", "layers", "#
        + #""head", "multiTokenPrediction" or "encoder""#),
    Fault(
      from: #""gap":0.25"#, to: #""gap":"small""#, place: #""small","scope""#,
      message: #"certificate.gap is "small", but must be a number"#),
    Fault(
      from: #""kind":"training","#, to: #""kind":"training","kind":"twice","#,
      place: #""kind":"twice""#,
      message: "the document has the key 'kind' more than once, first at 1:24"),
  ]

  @Test("faults of form", arguments: faults)
  func form(fault: Fault) throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
    let changed = text.replacing(fault.from, with: fault.to, maxReplacements: 1)
    let column = try #require(changed.column(of: fault.place))
    #expect {
      _ = try LaunchPlan.parse(changed, file: "plan.json")
    } throws: { error in
      #expect("\(error)" == "plan.json:1:\(column): error: \(fault.message)")
      guard case PlanReadingError.unreadable(let faults) = error else { return false }
      return faults.exitStatus == 65
    }
  }

  @Test("a plan that contradicts itself is told apart, with the place of every contradiction")
  func contradiction() throws {
    let text = JSONText.compact(try LaunchPlan.sample().json())
      .replacing(#""firstLayer":4"#, with: #""firstLayer":3"#, maxReplacements: 1)
      .replacing(#""gap":0.25"#, with: #""gap":0.01"#)
    let places = [
      #"[{"kind":"embedding""#, #"[{"kind":"layers","firstLayer":2"#, "0.01,",
    ].compactMap(text.column)
    #expect(places.count == 3)
    #expect {
      _ = try LaunchPlan.parse(text, file: "plan.json")
    } throws: { error in
      guard case PlanReadingError.contradictory(let broken, let located) = error else {
        return false
      }
      #expect(broken.faults.map(\.subject) == [.plan, .plan, .certificate])
      #expect(
        located.description == """
          plan.json:1:\(places[0]): error: stages[0].chunks start run 1 at layer 3, but must \
          start it at layer 4, where the virtual stage before ends
          plan.json:1:\(places[1]): error: stages[1].chunks start run 1 at layer 5, but must \
          start it at layer 4, where the virtual stage before ends
          plan.json:1:\(places[2]): error: certificate.gap is 0.01, but \
          (objective − bound) / objective is 0.25
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

extension String {
  /// Where a text first stands in one line, counted from 1.
  fileprivate func column(of text: String) -> Int? {
    firstRange(of: text).map { distance(from: startIndex, to: $0.lowerBound) + 1 }
  }
}
