import InputFiles
import ModelDescription
import Testing

@Suite("No configuration, however damaged, stops the program")
struct DamagedConfigurationsTests {
  /// What a damaged field may hold.
  private static let values: [JSONValue] = [
    .integer(0), .integer(-1), .integer(3), .integer(1_048_576), .number(1e300), .string("x"),
    .bool(true), .null, .array([.integer(1)]), .object([]),
  ]

  @Test("each field of each model type in turn holds nonsense", arguments: TransformersCounts.all)
  func fields(_ entry: TransformersCounts) throws {
    let text = entry.configuration.replacing("Infinity", with: "null")
    let root = try JSONDocument.parse(text, file: "config.json").root
    let whole = root.value
    var refused = 0
    for damaged in damage(whole) {
      do throws(InputFaults) {
        let model = try ModelFile.parse(JSONText.compact(damaged)).model
        #expect(model.parameters.total >= 0)
        #expect(model.trainingFLOPsPerToken(sequenceLength: 4096).isFinite)
      } catch {
        refused += 1
        #expect(!error.faults.isEmpty)
        #expect(error.faults.allSatisfy { $0.position != nil })
      }
    }
    #expect(refused > 0)
  }

  /// The object with each member in turn replaced or left out, inner objects' members too.
  private func damage(_ value: JSONValue) -> [JSONValue] {
    guard case .object(let members) = value else { return [] }
    var results: [JSONValue] = []
    for (index, member) in members.enumerated() {
      var copy = members
      copy.remove(at: index)
      results.append(.object(copy))
      for other in Self.values + damage(member.value) {
        copy = members
        copy[index] = JSONValue.Member(member.key, other)
        results.append(.object(copy))
      }
    }
    return results
  }
}
