import Foundation
import Testing

@testable import InputFiles

@Suite("Files that are read")
struct InputBytesTests {
  static let limit = InputLimit(kind: "a cluster file", bytes: 2048)

  static func faults(_ path: String) throws -> InputFaults {
    try #require(throws: InputFaults.self) { try JSONDocument.read(path: path, limit: limit) }
  }

  @Test("A file is read whole, up to its limit")
  func goodFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("[" + String(repeating: " ", count: 2046) + "]", to: "c.json")
    let document = try JSONDocument.read(path: folder.path("c.json"), limit: Self.limit)
    #expect(document.root.elements?.isEmpty == true)
    #expect(document.file == folder.path("c.json"))
  }

  @Test("A missing file and a directory cannot be opened: exit status 66")
  func cannotOpen() throws {
    let folder = try TemporaryFolder()
    let missing = try Self.faults(folder.path("none.json"))
    #expect(
      missing.description
        == "\(folder.path("none.json")): error: cannot be opened: No such file or directory")
    #expect(missing.exitStatus == 66)
    let directory = try Self.faults(folder.path)
    #expect(directory.description == "\(folder.path): error: is a directory, but must be a file")
    #expect(directory.exitStatus == 66)
    #expect(
      try Self.faults("").description == "\"\": error: cannot be opened: No such file or directory")
  }

  @Test("A file without permission to read cannot be opened", .enabled(if: getuid() != 0))
  func unreadable() throws {
    let folder = try TemporaryFolder()
    try folder.write("{}", to: "c.json")
    chmod(folder.path("c.json"), 0)
    let faults = try Self.faults(folder.path("c.json"))
    #expect(
      faults.description == "\(folder.path("c.json")): error: cannot be opened: Permission denied")
    #expect(faults.exitStatus == 66)
  }

  @Test("An empty file and one above its limit are bad input: exit status 65")
  func malformed() throws {
    let folder = try TemporaryFolder()
    try folder.write("", to: "empty.json")
    try folder.write(String(repeating: " ", count: 2049), to: "large.json")
    let empty = try Self.faults(folder.path("empty.json"))
    #expect(
      empty.description
        == "\(folder.path("empty.json")): error: is empty, but must be a cluster file")
    #expect(empty.exitStatus == 65)
    let large = try Self.faults(folder.path("large.json"))
    #expect(
      large.description == "\(folder.path("large.json")): error: is larger than 2 KiB, "
        + "the most that a cluster file may have; is it the right file?")
    #expect(large.exitStatus == 65)
  }

  @Test("A stream without an end is cut off at the limit")
  func endlessStream() throws {
    #expect(
      try Self.faults("/dev/zero").description == "/dev/zero: error: is larger than 2 KiB, "
        + "the most that a cluster file may have; is it the right file?")
    #expect(
      try Self.faults("/dev/null").description
        == "/dev/null: error: is empty, but must be a cluster file")
  }

  @Test("A stream that comes in pieces is read whole")
  func slowStream() throws {
    let folder = try TemporaryFolder()
    let pipe = folder.path("pipe")
    #expect(mkfifo(pipe, 0o600) == 0)
    let writer = Thread {
      guard let handle = FileHandle(forWritingAtPath: pipe) else { return }
      for _ in 0..<200_000 { handle.write(Data("[1],\n".utf8)) }
      try? handle.close()
    }
    writer.start()
    let input = try InputBytes.read(path: pipe, limit: InputLimit(kind: "x", mebibytes: 1))
    #expect(input.bytes.count == 1_000_000)
    #expect(String(decoding: input.bytes.suffix(10), as: UTF8.self) == "[1],\n[1],\n")
  }

  @Test("A path with a line break stays on one line of a message")
  func strangePath() throws {
    #expect(
      try Self.faults("a\nb\u{1B}").description
        == "a\\nb\\u001b: error: cannot be opened: No such file or directory")
  }
}
