import Foundation
import Testing

@testable import InputFiles

@Suite("Files that are written")
struct OutputFileTests {
  @Test("A new file is created, and nothing else is left")
  func newFile() throws {
    let folder = try TemporaryFolder()
    try OutputFile.replace(path: folder.path("plan.json"), with: "{}\n")
    #expect(try folder.text(of: "plan.json") == "{}\n")
    #expect(try folder.names == ["plan.json"])
  }

  @Test("An existing file gets the new contents and keeps its permissions")
  func existingFile() throws {
    let folder = try TemporaryFolder()
    try folder.write("old and longer", to: "plan.json")
    chmod(folder.path("plan.json"), 0o640)
    try OutputFile.replace(path: folder.path("plan.json"), with: "new")
    #expect(try folder.text(of: "plan.json") == "new")
    #expect(try folder.permissions(of: "plan.json") == 0o640)
    #expect(try folder.names == ["plan.json"])
  }

  @Test("A symbolic link stays, and the file behind it is replaced or created")
  func symbolicLinks() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "real.json")
    for (link, destination) in [("one", "real.json"), ("two", "one"), ("dangling", "made.json")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: destination)
    }
    try OutputFile.replace(path: folder.path("two"), with: "new")
    try OutputFile.replace(path: folder.path("dangling"), with: "made")
    #expect(try folder.text(of: "real.json") == "new")
    #expect(try folder.text(of: "made.json") == "made")
    #expect(try folder.names == ["dangling", "made.json", "one", "real.json", "two"])
    #expect(
      try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("two")) == "one")
  }

  @Test("Links that lead in a circle are a fault")
  func circularLinks() throws {
    let folder = try TemporaryFolder()
    for (link, destination) in [("a", "b"), ("b", "a")] {
      try FileManager.default.createSymbolicLink(
        atPath: folder.path(link), withDestinationPath: destination)
    }
    // Neither link may be replaced by a file.
    _ = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: folder.path("a"), with: "x")
    }
    #expect(try folder.names == ["a", "b"])
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: folder.path("a")) == "b")
  }

  @Test("A directory, and a folder that does not exist, are faults that name the path")
  func faults() throws {
    let folder = try TemporaryFolder()
    let directory = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: folder.path, with: "x")
    }
    #expect(
      directory?.description == "\(folder.path): error: is a directory, but must be a file")
    let missing = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: folder.path("none/plan.json"), with: "x")
    }
    #expect(
      missing?.description
        == "\(folder.path("none/plan.json")): error: cannot be created: No such file or directory")
    #expect(throws: OutputFault.self) { try OutputFile.replace(path: "", with: "x") }
  }

  @Test("A device is written to, and stays a device")
  func device() throws {
    try OutputFile.replace(path: "/dev/null", with: "x")
    #expect(
      try FileManager.default.attributesOfItem(atPath: "/dev/null")[.type] as? FileAttributeType
        == .typeCharacterSpecial)
  }

  @Test(
    "A device that takes nothing is a fault",
    .enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
  func fullDisk() throws {
    let fault = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: "/dev/full", with: "x")
    }
    #expect(fault?.description == "/dev/full: error: cannot be written: No space left on device")
  }

  @Test("A file made read-only, or in a read-only folder, stays", .enabled(if: getuid() != 0))
  func readOnly() throws {
    let folder = try TemporaryFolder()
    try folder.write("old", to: "plan.json")
    chmod(folder.path("plan.json"), 0o444)
    let file = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: folder.path("plan.json"), with: "x")
    }
    #expect(file?.message == "cannot be replaced: Permission denied")
    chmod(folder.path("plan.json"), 0o644)
    chmod(folder.path, 0o555)
    defer { chmod(folder.path, 0o755) }
    let inFolder = #expect(throws: OutputFault.self) {
      try OutputFile.replace(path: folder.path("plan.json"), with: "x")
    }
    #expect(inFolder?.message == "cannot be created: Permission denied")
    #expect(try folder.text(of: "plan.json") == "old")
    #expect(try folder.names == ["plan.json"])
  }

  @Test("Whoever reads while the file is replaced sees one version or the other, whole")
  func atomicity() throws {
    let folder = try TemporaryFolder()
    let versions = ["a", "b"].map { String(repeating: $0, count: 300_000) }
    try OutputFile.replace(path: folder.path("plan.json"), with: versions[0])
    let path = folder.path("plan.json")
    let writer = Thread {
      for round in 1...100 { try? OutputFile.replace(path: path, with: versions[round % 2]) }
    }
    writer.start()
    while !writer.isFinished { #expect(versions.contains(try folder.text(of: "plan.json"))) }
    #expect(try folder.names == ["plan.json"])
  }
}
