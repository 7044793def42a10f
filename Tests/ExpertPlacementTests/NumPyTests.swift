import InputFiles
import Testing

@testable import ExpertPlacement

@Suite("Arrays of NumPy are read as they are, or refused with the reason")
struct NumPyTests {
  static func file(_ header: String, _ body: [UInt8], length: Int? = nil) -> TextFile {
    let count = length ?? header.utf8.count
    return TextFile(
      file: "trace.npy",
      bytes: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0, UInt8(count & 255), UInt8(count >> 8)]
        + Array(header.utf8) + body)
  }

  static func header(_ type: String, _ shape: String, order: String = "False") -> String {
    "{'descr': '\(type)', 'fortran_order': \(order), 'shape': \(shape), }"
  }

  static func refusal(_ file: TextFile) -> String? {
    do {
      _ = try TokenRoutes(NumPyArray(file), file: file)
      return nil
    } catch {
      return error.description
    }
  }

  @Test("2 tokens, 2 layers, in one byte and in eight")
  func reads() throws {
    let small = try NumPyArray(Self.file(Self.header("|u1", "(2, 2)"), [0, 1, 2, 3]))
    #expect(small.shape == [2, 2])
    #expect(small.values == [0, 1, 2, 3])
    let wide = try NumPyArray(
      Self.file(Self.header("<i8", "(1,)"), [255, 255, 255, 255, 255, 255, 255, 255]))
    #expect(wide.values == [-1])
    let routes = try TokenRoutes(small, file: Self.file("", []))
    #expect(Array(routes.experts(token: 0, layer: 1)) == [1])
    #expect(routes.load == [[1, 0, 1, 0], [0, 1, 0, 1]])
  }

  @Test("what is truncated, too large or of other things than whole numbers is refused")
  func refuses() {
    let bytes: [UInt8] = [0, 1, 2, 3]
    let refusals = [
      Self.refusal(TextFile(file: "trace.npy", bytes: Array("no array".utf8))),
      Self.refusal(Self.file(Self.header("|u1", "(2, 3)"), bytes)),
      Self.refusal(Self.file("{", bytes, length: 9_999)),
      Self.refusal(Self.file(Self.header("|u1", "(9223372036854775807, 9)"), bytes)),
      Self.refusal(Self.file(Self.header("|O", "(2, 2)"), bytes)),
      Self.refusal(Self.file(Self.header("|u1", "(2, 2)", order: "True"), bytes)),
      Self.refusal(Self.file(Self.header("|u1", "(4,)"), bytes)),
      Self.refusal(Self.file(Self.header("|i1", "(2, 2)"), [0, 1, 255, 3])),
      Self.refusal(Self.file("{'fortran_order': False}", bytes)),
    ]
    #expect(
      refusals == [
        "trace.npy: error: is no array of NumPy: it does not begin with \\x93NUMPY",
        "trace.npy: error: should have 6 bytes of numbers for shape [2, 3], but has 4",
        "trace.npy: error: is truncated: its header should have 9999 bytes, but 5 follow",
        "trace.npy: error: is truncated: shape [9223372036854775807, 9] asks for more numbers than its "
          + "91 bytes hold",
        "trace.npy: error: has numbers of type \"|O\", but must have whole numbers of 1, 2, 4 or 8 "
          + "bytes, the lowest byte first: array.astype('int32')",
        "trace.npy: error: is in Fortran's order; write numpy.ascontiguousarray(array)",
        "trace.npy: error: has shape [4], but must have tokens × layers or tokens × layers × experts "
          + "of a token",
        "trace.npy: error: has expert -1 at index 2, but must have experts from 0 to 1023",
        "trace.npy: error: has a header without 'descr', the type of its numbers",
      ])
  }
}
