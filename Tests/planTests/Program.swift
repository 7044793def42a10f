import Foundation

/// The built program, run as users run it: as a process, in a folder of its own.
struct Program {
  /// What a run left behind.
  struct Outcome {
    let status: Int32
    let output: String
    let errors: String
    /// Whether a signal ended it.
    let wasKilled: Bool
  }

  /// The folder that is the working directory; it goes with the value's last use.
  let folder: Folder

  init(files: [String: String] = [:]) throws {
    folder = try Folder()
    for (name, text) in files { try write(text, to: name) }
  }

  func write(_ text: String, to name: String) throws { try write(Data(text.utf8), to: name) }

  func write(_ data: Data, to name: String) throws {
    try data.write(to: folder.url.appendingPathComponent(name))
  }

  func read(_ name: String) throws -> String {
    String(decoding: try Data(contentsOf: folder.url.appendingPathComponent(name)), as: UTF8.self)
  }

  /// The names of the files in the folder, sorted; those of the harness left out.
  func files() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.url.path)
      .filter { !$0.hasPrefix("harness.") }.sorted()
  }

  /// Runs the program to its end.
  ///
  /// - Parameter interruptedAfter: seconds after which it gets control-C.
  func run(
    _ arguments: [String], input: String = "", interruptedAfter: Double? = nil
  ) throws -> Outcome {
    try run(Self.executable, arguments, input: input, interruptedAfter: interruptedAfter)
  }

  /// Runs a shell command, in which `$PLAN` is the program.
  func shell(_ command: String) throws -> Outcome {
    try run(URL(fileURLWithPath: "/bin/sh"), ["-c", command])
  }

  private func run(
    _ executable: URL, _ arguments: [String], input: String = "", interruptedAfter: Double? = nil
  ) throws -> Outcome {
    try write(input, to: "harness.in")
    try write("", to: "harness.out")
    try write("", to: "harness.err")
    let process = process(executable, arguments)
    process.standardInput = try FileHandle(forReadingFrom: file("harness.in"))
    process.standardOutput = try FileHandle(forWritingTo: file("harness.out"))
    process.standardError = try FileHandle(forWritingTo: file("harness.err"))
    try process.run()
    if let interruptedAfter {
      Thread.sleep(forTimeInterval: interruptedAfter)
      process.interrupt()
    }
    process.waitUntilExit()
    return Outcome(
      status: process.terminationStatus, output: try read("harness.out"),
      errors: try read("harness.err"),
      wasKilled: process.terminationReason == .uncaughtSignal)
  }

  /// What the program writes to a terminal that is its standard output and error.
  func runOnTerminal(_ arguments: [String], environment: [String: String] = [:]) throws -> String {
    var (controller, terminal): (Int32, Int32) = (-1, -1)
    guard openpty(&controller, &terminal, nil, nil, nil) == 0 else { throw POSIXError(.ENOTTY) }
    let process = process(Self.executable, arguments)
    process.environment = process.environment?.merging(environment) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
    process.standardError = FileHandle(fileDescriptor: terminal, closeOnDealloc: false)
    try process.run()
    close(terminal)
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    // Reading fails once nobody has the terminal open.
    while case let count = Foundation.read(controller, &buffer, buffer.count), count > 0 {
      bytes += buffer[..<count]
    }
    close(controller)
    process.waitUntilExit()
    return String(decoding: bytes, as: UTF8.self)
  }

  private func process(_ executable: URL, _ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = executable
    process.arguments = arguments
    process.currentDirectoryURL = folder.url
    var environment = ProcessInfo.processInfo.environment
    environment["PLAN"] = Self.executable.path
    environment["NO_COLOR"] = nil
    process.environment = environment
    return process
  }

  private func file(_ name: String) -> URL { folder.url.appendingPathComponent(name) }

  /// The program lies beside the bundle of the tests.
  static let executable: URL = {
    let bundle = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
    let places = [bundle, bundle.deletingLastPathComponent(), Bundle.main.bundleURL]
    let candidates = places.map { $0.appendingPathComponent("plan") }
    return candidates.first { FileManager.default.isExecutableFile(atPath: $0.path) }
      ?? candidates[0]
  }()
}

/// A temporary folder that is removed with its last owner.
final class Folder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("plan-tests-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }
}
