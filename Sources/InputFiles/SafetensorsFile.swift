/// A file of safetensors: arrays by name, of which those of whole numbers can be read.
///
/// Eight bytes count a JSON header, lowest byte first; it has for each array a type, a shape and where
/// its bytes begin and end after the header.
/// - Source: the format's description in the repository huggingface/safetensors, README.
public struct SafetensorsFile: Sendable {
  /// An array's place and form.
  private struct Array: Sendable {
    let name: String
    let type: String
    let shape: [Int]
    let start: Int
    let end: Int
  }

  private let file: TextFile
  private let arrays: [Array]
  private let body: Int

  /// The names of the arrays, as the header lists them.
  public var names: [String] { arrays.map(\.name) }

  /// - Throws: one fault, for what is no such file, or truncated.
  public init(_ file: TextFile) throws(InputFaults) {
    let bytes = file.bytes
    guard bytes.count >= 8 else {
      throw file.fault("is truncated: a file of safetensors begins with eight bytes of length")
    }
    let length = (0..<8).reduce(UInt64(0)) { $0 | UInt64(bytes[$1]) << UInt64(8 * $1) }
    guard length <= UInt64(bytes.count - 8) else {
      throw file.fault(
        "is no file of safetensors, or truncated: its header should have \(length) bytes, but "
          + "\(bytes.count - 8) follow")
    }
    body = 8 + Int(length)
    let header = try JSONDocument.parse(Swift.Array(bytes[8..<body]), file: file.file)
    let room = bytes.count - body
    let log = FaultLog(file: file.file)
    var arrays: [Array] = []
    guard let members = header.root.members else {
      throw file.fault("has a header that is no object of arrays")
    }
    for member in members where member.key != "__metadata__" {
      guard let object = ObjectReader(member.value, log) else { continue }
      let type = object.required("dtype", .string)
      let shape = object.required("shape", .array(of: .integer(.between(0, 1 << 40))))
      let offsets = object.required(
        "data_offsets", .array(of: .integer(.between(0, room)), count: .exactly(2)))
      guard let type, let shape, let offsets else { continue }
      guard offsets[0] <= offsets[1] else {
        log.error(at: member.value, "\(member.value.subject) ends before it begins")
        continue
      }
      arrays.append(
        Array(name: member.key, type: type, shape: shape, start: offsets[0], end: offsets[1]))
    }
    try log.throwIfFaulty()
    self.file = file
    self.arrays = arrays
  }

  /// The numbers of an array, the last axis first, with its shape.
  ///
  /// - Throws: one fault, for an array that is not there, has no whole numbers, or other bytes than its
  ///   shape says.
  public func integers(of name: String) throws(InputFaults) -> (shape: [Int], values: [Int]) {
    guard let array = arrays.first(where: { $0.name == name }) else {
      throw file.fault("has no array \(name.quoted)")
    }
    let widths = ["I64": 8, "I32": 4, "I16": 2, "I8": 1, "U8": 1]
    guard let width = widths[array.type] else {
      throw file.fault(
        "has numbers of type \(array.type.onOneLine) in \(name.quoted), but must have whole ones: "
          + widths.keys.sorted().listed())
    }
    var count = 1
    for side in array.shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      count = overflows ? Int.max : product
    }
    guard (array.end - array.start) / width == count,
      (array.end - array.start).isMultiple(of: width)
    else {
      throw file.fault(
        "has \(array.end - array.start) bytes in \(name.quoted), but its shape \(array.shape) asks for "
          + "other than that")
    }
    let isSigned = array.type != "U8"
    let values = (0..<count).map { index -> Int in
      let place = body + array.start + index * width
      var word: UInt64 = 0
      for k in 0..<width { word |= UInt64(file.bytes[place + k]) << UInt64(8 * k) }
      let shift = UInt64(64 - 8 * width)
      return isSigned ? Int(Int64(bitPattern: word << shift) >> Int64(shift)) : Int(word)
    }
    return (array.shape, values)
  }
}
