/// The bytes of an input, and its name in messages.
struct InputBytes {
  let file: String
  let bytes: [UInt8]

  /// The whole of a file, or of standard input when `path` is `-`.
  static func read(path: String, limit: InputLimit) throws(InputFaults) -> InputBytes {
    InputBytes(file: path, bytes: [])
  }
}
