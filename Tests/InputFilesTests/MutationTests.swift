import SeededRandom
import Testing

@testable import InputFiles

@Suite("Random damage")
struct MutationTests {
  static let json = """
    { "name": "two-pods", "nodeGroups": [
      { "name": "pod-a", "nodes": 16, "names": "a[001-016]", "node": "DGX-H100",
        "nics": { "fabric": "ib", "perNode": 8, "gigabitsPerSecond": 400.5e0 }, "x": [[1, 2], [3, 4]] },
      { "name": "pöd\\u00e9\\ud83d\\ude00", "nodes": 8, "on": true, "off": false, "none": null } ] }
    """
  static let csv = """
    # Monday
    ,"a,1",b,c
    "a,1",0,12.5,3e2
    b,1,0,-0
    c,"7",8,0

    """

  /// One to four edits: bytes replaced, removed, doubled, or pieces of syntax put in.
  static func damage(_ bytes: [UInt8], _ generator: inout SplitMix) -> [UInt8] {
    var bytes = bytes
    let pieces = [
      "\"", "{", "}", "[", "]", ",", ":", "\\u", "\\", "-", "1e999", "//", "/*", "\n", "é", "\0",
    ]
    for _ in 0..<Int.random(in: 1...4, using: &generator) {
      let place = Int.random(in: 0..<max(1, bytes.count), using: &generator)
      switch Int.random(in: 0..<5, using: &generator) {
      case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
      case 1: bytes.removeSubrange(place..<min(place + 3, bytes.count))
      case 2: bytes.insert(contentsOf: bytes[place..<min(place + 9, bytes.count)], at: place)
      case 3: bytes.removeSubrange(place...)
      default:
        bytes.insert(
          contentsOf: Array((pieces.randomElement(using: &generator) ?? "").utf8),
          at: min(place, bytes.count))
      }
    }
    return bytes
  }

  static func checkLocated(_ faults: InputFaults, in bytes: [UInt8]) {
    #expect(!faults.faults.isEmpty)
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    for fault in faults.faults {
      #expect(fault.position.map { $0.line >= 1 && $0.line <= lines && $0.column >= 1 } == true)
      #expect(fault.description.unicodeScalars.allSatisfy { $0.value >= 0x20 })
    }
    #expect(faults.faults.compactMap(\.position) == faults.faults.compactMap(\.position).sorted())
  }

  @Test("20,000 damaged JSON documents each give a value or located faults")
  func json() {
    var generator = SplitMix(seed: 20_000)
    let whole = Array(Self.json.utf8)
    var values = 0
    for _ in 0..<20_000 {
      let bytes = Self.damage(whole, &generator)
      do throws(InputFaults) {
        let document = try JSONDocument.parse(bytes, file: "x.json")
        values += 1
        let text = JSONText.compact(document.root.value)
        #expect(try JSONDocument.parse(text, file: "x.json").root.value == document.root.value)
        _ = try document.read(
          .object { $0.required("nodeGroups", .array(of: .object(ObjectReaderTests.Group.init))) })
      } catch {
        Self.checkLocated(error, in: bytes)
      }
    }
    // Some damage is inside strings and numbers, and harmless to the syntax.
    #expect(values > 1000 && values < 10_000)
  }

  @Test("20,000 damaged CSV files each give a matrix or located faults")
  func csv() {
    var generator = SplitMix(seed: 20_001)
    let whole = Array(Self.csv.utf8)
    for _ in 0..<20_000 {
      let bytes = Self.damage(whole, &generator)
      do throws(InputFaults) {
        let csv = try CSVMatrix.parse(bytes, file: "x.csv")
        #expect(csv.matrix.rows == csv.columnNames.count)
      } catch {
        Self.checkLocated(error, in: bytes)
      }
    }
  }
}
