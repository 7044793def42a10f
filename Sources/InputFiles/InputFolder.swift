#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A folder that an input is spread over.
public struct InputFolder: Sendable {
  /// As the user named it, without a slash at its end.
  public let path: String
  /// The names in it, in ascending order.
  public let names: [String]

  /// - Returns: `nil` where the path is no folder.
  /// - Throws: one fault, for a folder that cannot be read.
  public init?(path: String) throws(InputFaults) {
    var status = stat()
    guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else { return nil }
    guard let folder = opendir(path) else {
      let message = "cannot be opened: \(lastSystemError())"
      throw InputFaults(
        reason: .cannotOpen, faults: [InputFault(file: path, position: nil, message: message)])
    }
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.names = names.sorted()
  }
}
