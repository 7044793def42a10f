import InputFiles

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Batches of lengths from a file or a pipe, one at a time, so that memory stays bounded.
///
/// A line is an array of lengths, which is a batch, or a single length; single lengths form batches
/// of a given size, the last of which may be smaller. Blank lines are passed over.
public struct BatchReader {
  /// The file as messages name it.
  public let file: String
  private let descriptor: Int32
  private let batchSize: Int?
  private var buffer: [UInt8] = []
  private var start = 0
  private var isAtEnd = false
  private var line = 0
  private var pending: [Int] = []

  /// The longest line that is read, in bytes.
  public static let longestLine = 64 << 20

  /// - Parameters:
  ///   - path: `-` reads standard input.
  ///   - batchSize: the sequences of a batch, where lines are single lengths.
  /// - Throws: one fault, for a file that cannot be opened.
  public init(path: String, batchSize: Int?) throws(InputFaults) {
    file = path == "-" ? "<stdin>" : path
    descriptor = path == "-" ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC)
    self.batchSize = batchSize
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      throw InputFaults(
        reason: .cannotOpen,
        faults: [InputFault(file: file, position: nil, message: "cannot be opened: \(reason)")])
    }
  }

  /// The next batch and the line that it ends on; nil at the end, or once `isStopped` says so.
  public mutating func next(
    isStopped: () -> Bool
  ) throws(InputFaults) -> (batch: [Int], line: Int)? {
    while let bytes = try nextLine(isStopped) {
      guard bytes.contains(where: { $0 > 0x20 }) else { continue }
      let root = try JSONDocument.parse(bytes, file: file, firstLine: line).root
      let log = FaultLog(file: file)
      if root.elements != nil {
        let batch = JSONShape.batch.read(root, log)
        try log.throwIfFaulty()
        if let batch { return (batch, line) }
      }
      guard let batchSize else {
        throw fault(
          "is a single length, and must be an array of a batch's lengths; or give the sequences of "
            + "a batch with --global-batch")
      }
      if let length = JSONShape.sequenceLength.read(root, log) { pending.append(length) }
      try log.throwIfFaulty()
      if pending.count == batchSize { return (takePending(), line) }
    }
    return pending.isEmpty || isStopped() ? nil : (takePending(), line)
  }

  private mutating func takePending() -> [Int] {
    defer { pending = [] }
    return pending
  }

  private mutating func nextLine(_ isStopped: () -> Bool) throws(InputFaults) -> [UInt8]? {
    var searched = start
    while true {
      if let end = buffer[searched...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { start = end + 1 }
        line += 1
        return Array(buffer[start..<end])
      }
      searched = buffer.count
      if isAtEnd {
        guard start < buffer.count else { return nil }
        defer { start = buffer.count }
        line += 1
        return Array(buffer[start...])
      }
      if searched - start > Self.longestLine {
        line += 1
        throw fault("is longer than \(Self.longestLine >> 20) MiB, the most that a line may have")
      }
      buffer.removeFirst(start)
      searched -= start
      start = 0
      guard try fill(isStopped) else { return nil }
    }
  }

  /// Reads more, in steps in which a stop can be noticed; false once stopped.
  private mutating func fill(_ isStopped: () -> Bool) throws(InputFaults) -> Bool {
    var waiting = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      if isStopped() { return false }
      if poll(&waiting, 1, 100) > 0 { break }
    }
    var failure: Int32 = 0
    var received = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: 1 << 16) { bytes, count in
      received = read(descriptor, bytes.baseAddress, 1 << 16)
      if received < 0 { failure = errno }
      count = max(0, received)
    }
    if failure != 0, failure != EINTR {
      line += 1
      throw fault("cannot be read: \(String(cString: strerror(failure)))")
    }
    buffer += chunk
    isAtEnd = received == 0
    return true
  }

  private func fault(_ message: String) -> InputFaults {
    InputFaults(malformed: message, in: file, at: SourcePosition(line: line, column: 1))
  }
}
