/// A file of NumPy (`.npy`) that holds whole numbers, such as ExFlow's routing traces.
///
/// - Source: NumPy Enhancement Proposal 1, "A simple file format for NumPy arrays".
public struct NumPyArray: Sendable, Equatable {
  public let shape: [Int]
  /// The numbers in the order of the last axis first.
  public let values: [Int32]

  /// Whether a file begins as one of NumPy's does.
  public static func isBeginning(_ bytes: [UInt8]) -> Bool {
    bytes.starts(with: [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59])
  }

  /// - Throws: one fault, for what is no array of whole numbers, of another size than its header
  ///   says, or in Fortran's order.
  public init(_ file: TextFile) throws(InputFaults) {
    let bytes = file.bytes
    guard Self.isBeginning(bytes), bytes.count >= 10 else {
      throw file.fault("is no array of NumPy: it does not begin with \\x93NUMPY")
    }
    // Version 1 counts the header's bytes in two bytes, later versions in four.
    let width = bytes[6] == 1 ? 2 : 4
    let start = 8 + width
    guard (1...3).contains(bytes[6]), bytes.count >= start else {
      throw file.fault("is of version \(bytes[6]) of NumPy's format, but must be of 1, 2 or 3")
    }
    let length = (0..<width).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    guard length <= bytes.count - start else {
      throw file.fault(
        "is truncated: its header should have \(length) bytes, but \(bytes.count - start) follow")
    }
    let header = String(decoding: bytes[start..<(start + length)], as: UTF8.self)
    guard let code = Self.text(after: "'descr':", in: header) else {
      throw file.fault("has a header without 'descr', the type of its numbers")
    }
    guard let kind = Kind(code) else {
      throw file.fault(
        "has numbers of type \(code.prefix(20).debugDescription), but must have whole numbers of 1, 2, 4 or 8 bytes, "
          + "the lowest byte first: array.astype('int32')")
    }
    guard header.contains("'fortran_order': False") else {
      throw file.fault("is in Fortran's order; write numpy.ascontiguousarray(array)")
    }
    guard let shape = Self.shape(in: header), !shape.isEmpty else {
      throw file.fault("has a header without 'shape', or one that is no list of counts")
    }
    var count = 1
    for side in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: side)
      guard !overflows, product <= bytes.count else {
        throw file.fault(
          "is truncated: shape \(shape) asks for more numbers than its \(bytes.count) bytes hold")
      }
      count = product
    }
    let body = start + length
    guard bytes.count - body == count * kind.bytes else {
      throw file.fault(
        "should have \(count * kind.bytes) bytes of numbers for shape \(shape), but has "
          + "\(bytes.count - body)")
    }
    var values: [Int32] = []
    values.reserveCapacity(count)
    for index in 0..<count {
      guard let value = kind.value(bytes, at: body + index * kind.bytes) else {
        throw file.fault("has a number at index \(index) that is far too large for an expert")
      }
      values.append(value)
    }
    self.shape = shape
    self.values = values
  }

  /// The type of the numbers.
  private struct Kind {
    let bytes: Int
    let isSigned: Bool

    init?(_ code: String) {
      guard let order = code.first, "|<".contains(order), let bytes = Int(code.dropFirst(2)),
        [1, 2, 4, 8].contains(bytes), order == "<" || bytes == 1
      else { return nil }
      switch code.dropFirst().first {
      case "u": isSigned = false
      case "i": isSigned = true
      default: return nil
      }
      self.bytes = bytes
    }

    /// Nil where it does not fit 32 bits.
    func value(_ data: [UInt8], at place: Int) -> Int32? {
      var word: UInt64 = 0
      for k in 0..<bytes { word |= UInt64(data[place + k]) << UInt64(8 * k) }
      guard isSigned else { return Int32(exactly: word) }
      let shift = UInt64(64 - 8 * bytes)
      return Int32(exactly: Int64(bitPattern: word << shift) >> Int64(shift))
    }
  }

  /// The quoted text after a key.
  private static func text(after key: String, in header: String) -> String? {
    guard let place = header.firstRange(of: key) else { return nil }
    let parts = header[place.upperBound...].split(
      separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0].allSatisfy({ $0 == " " }) else { return nil }
    return String(parts[1])
  }

  private static func shape(in header: String) -> [Int]? {
    guard let place = header.firstRange(of: "'shape':"),
      let open = header[place.upperBound...].firstIndex(of: "("),
      let close = header[open...].firstIndex(of: ")")
    else { return nil }
    var shape: [Int] = []
    for part in header[header.index(after: open)..<close].split(separator: ",") {
      let digits = part.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let side = Int(digits), side >= 0 else { return nil }
      shape.append(side)
    }
    return shape
  }
}
