#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

extension SHA256 {
  /// The digest of a file that has just been read, in hexadecimal.
  public static func hexadecimal(ofFile path: String) throws(InputFaults) -> String {
    guard let file = fopen(path, "rb") else { throw unreadable(path) }
    defer { fclose(file) }
    var digest = SHA256()
    let room = 1 << 20
    while true {
      let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, count in
        count = fread(buffer.baseAddress, 1, room, file)
      }
      digest.append(chunk)
      if chunk.count < room { break }
    }
    if ferror(file) != 0 { throw unreadable(path) }
    return digest.finish()
  }

  private static func unreadable(_ path: String) -> InputFaults {
    let words = String(cString: strerror(errno))
    return InputFaults(
      reason: .cannotOpen,
      faults: [InputFault(file: path, position: nil, message: "cannot be read: \(words)")])
  }
}
