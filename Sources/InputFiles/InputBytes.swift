#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// The bytes of an input, and its name in messages.
struct InputBytes {
  let file: String
  let bytes: [UInt8]

  /// The whole of a file, or of standard input when `path` is `-`.
  static func read(path: String, limit: InputLimit) throws(InputFaults) -> InputBytes {
    let isStandardInput = path == "-"
    let file = isStandardInput ? "<stdin>" : path.isEmpty ? "\"\"" : path
    let descriptor = isStandardInput ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw cannotOpen(file, "cannot be opened: \(lastSystemError())") }
    defer { if !isStandardInput { close(descriptor) } }

    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      throw cannotOpen(file, "cannot be read: \(lastSystemError())")
    }
    let isDirectory = status.st_mode & S_IFMT == S_IFDIR
    if isDirectory { throw cannotOpen(file, "is a directory, but must be a file") }
    if Int(status.st_size) > limit.bytes { throw tooLarge(file, limit) }

    let bytes = try readAll(descriptor, file, sizeHint: Int(status.st_size), limit)
    if bytes.isEmpty { throw malformed(file, "is empty, but must be \(limit.kind)") }
    return InputBytes(file: file, bytes: bytes)
  }

  /// Reads to the end of a file or a stream, but not beyond the limit.
  private static func readAll(
    _ descriptor: Int32, _ file: String, sizeHint: Int, _ limit: InputLimit
  ) throws(InputFaults) -> [UInt8] {
    var bytes: [UInt8] = []
    // One byte more than expected, so that the end shows without growing.
    var room = max(sizeHint, 1 << 16) + 1
    while true {
      var received = 0
      var failure: Int32 = 0
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        while count < room {
          received = readSome(descriptor, buffer, from: count)
          if received < 0, errno == EINTR { continue }
          if received < 0 { failure = errno }
          if received <= 0 { break }
          count += received
        }
      }
      if failure != 0 {
        throw cannotOpen(file, "cannot be read: \(systemError(failure))")
      }
      bytes = bytes.isEmpty ? chunk : bytes + chunk
      if bytes.count > limit.bytes { throw tooLarge(file, limit) }
      if received == 0 { return bytes }
      room = min(bytes.count, limit.bytes) + 1
    }
  }

  private static func tooLarge(_ file: String, _ limit: InputLimit) -> InputFaults {
    malformed(
      file,
      "is larger than \(limit.words), the most that \(limit.kind) may have; is it the right file?")
  }

  private static func malformed(_ file: String, _ message: String) -> InputFaults {
    InputFaults(malformed: message, in: file)
  }

  private static func cannotOpen(_ file: String, _ message: String) -> InputFaults {
    InputFaults(
      reason: .cannotOpen, faults: [InputFault(file: file, position: nil, message: message)])
  }
}

/// Reads into the part of `buffer` that starts at `start`: the number of bytes, 0 at the end,
/// negative on an error.
private func readSome(
  _ descriptor: Int32, _ buffer: UnsafeMutableBufferPointer<UInt8>, from start: Int
) -> Int {
  read(descriptor, buffer.baseAddress.map { $0 + start }, buffer.count - start)
}

/// The system's words for the error that its last call met.
func lastSystemError() -> String { systemError(errno) }

/// The system's words for an error.
func systemError(_ number: Int32) -> String { String(cString: strerror(number)) }
