import InputFiles
import ModelDescription

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A JSON file that is read more than once: for what it means, and for what stands in it.
///
/// Standard input can be read only once, so its bytes are kept.
enum JSONSource {
  case file(String)
  case bytes([UInt8], name: String)

  /// The source that an argument names; `-` is standard input.
  static func named(_ path: String, limit: InputLimit) throws(InputFaults) -> JSONSource {
    path == "-" ? .bytes(try standardInput(limit), name: path.inputName) : .file(path)
  }

  /// What stands there, with the infinities that Python writes passed over where nobody reads them.
  func document(limit: InputLimit) throws(InputFaults) -> JSONDocument {
    switch self {
    case .file(let path): try JSONDocument.read(path: path, limit: limit, dialect: .python)
    case .bytes(let bytes, let name): try JSONDocument.parse(bytes, file: name, dialect: .python)
    }
  }

  func model() throws(InputFaults) -> ModelFile {
    switch self {
    case .file(let path): try ModelFile.read(path: path)
    case .bytes(let bytes, let name): try ModelFile.parse(bytes, file: name)
    }
  }

  private static func standardInput(_ limit: InputLimit) throws(InputFaults) -> [UInt8] {
    var bytes: [UInt8] = []
    var count = 0
    repeat {
      let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { buffer, initialised in
        count = read(STDIN_FILENO, buffer.baseAddress, buffer.count)
        initialised = max(0, count)
      }
      bytes += chunk
      guard bytes.count <= limit.bytes else {
        throw fault(.malformed, "is larger than the most that \(limit.kind) may have")
      }
    } while count > 0 || (count < 0 && errno == EINTR)
    if count < 0 { throw fault(.cannotOpen, "cannot be read: \(String(cString: strerror(errno)))") }
    if bytes.isEmpty { throw fault(.malformed, "is empty, but must be \(limit.kind)") }
    return bytes
  }

  private static func fault(_ reason: InputFaults.Reason, _ message: String) -> InputFaults {
    InputFaults(
      reason: reason,
      faults: [InputFault(file: "-".inputName, position: nil, message: message)])
  }
}

extension String {
  /// A path as messages and plans name it.
  var inputName: String { self == "-" ? "<stdin>" : self }
}
