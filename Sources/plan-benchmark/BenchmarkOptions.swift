import ArgumentParser
import InputFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// What every subject takes: instance files, effort, and where results go.
struct BenchmarkOptions: ParsableArguments {
  @Argument(help: "Instance files.", completion: .file())
  var files: [String]

  @Option(help: ArgumentHelp("CPU seconds for an instance, at most.", valueName: "seconds"))
  var seconds: Double?

  @Flag(help: "One JSON object a line for each instance.")
  var json = false

  @Option(
    help: ArgumentHelp("Write each answer to a file in this folder.", valueName: "folder"))
  var solutions: String?

  func validate() throws {
    if let seconds, !(seconds > 0) { throw ValidationError("--seconds must be above 0.") }
  }

  /// Prints a result at once, as a line of JSON or for people.
  func print(_ result: InstanceResult) {
    Swift.print(json ? JSONText.compact(result.json) : result.text)
    fflush(nil)
  }

  /// Writes an instance's answer to `FOLDER/INSTANCE.json`, where a folder was asked for.
  func write(_ solution: @autoclosure () -> JSONValue, of instance: String) throws {
    guard let solutions else { return }
    try OutputFile.makeFolder(path: solutions)
    try OutputFile.replace(
      path: "\(solutions)/\(instance).json", with: JSONText.pretty(solution()))
  }

  /// Runs a subject; what goes wrong with a file becomes words and a status.
  func reportingFaults(_ body: () throws -> Void) throws {
    do {
      try body()
    } catch let faults as InputFaults {
      complain("\(faults)\n")
      throw ExitCode(faults.exitStatus)
    } catch let fault as OutputFault {
      complain("\(fault)\n")
      throw ExitCode(66)
    }
  }
}

/// Writes to standard error, not through C's stream, which is a mutable global.
private func complain(_ text: String) {
  let bytes = Array(text.utf8)
  bytes.withUnsafeBytes { bytes in
    _ = write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}
