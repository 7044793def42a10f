#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Why a file could not be written; the file is what it was before.
public struct OutputFault: Error, Sendable, Hashable, CustomStringConvertible {
  /// The file as the user named it.
  public let path: String
  /// What failed, and the system's reason: "cannot be replaced: Permission denied".
  public let message: String

  /// `plan.json: error: …`, on one line.
  public var description: String { "\(path.onOneLine): error: \(message.onOneLine)" }
}

/// Files that the tool writes.
public enum OutputFile {
  /// Puts `contents` in place of what the file held, or creates it.
  ///
  /// The new contents are written to a file beside it, flushed to the disk and renamed, so that at
  /// every moment the file is the old one or the new one as a whole. Its permissions stay; a
  /// symbolic link stays, and what it leads to is replaced. A device or a pipe is written to as it
  /// is. `-` has no meaning here: standard output is the caller's.
  public static func replace(path: String, with contents: String) throws(OutputFault) {
    try replace(path: path, with: Array(contents.utf8))
  }

  /// Puts bytes in place of what the file held, in the same way.
  public static func replace(path: String, with contents: [UInt8]) throws(OutputFault) {
    let target = try followingLinks(path)
    var status = stat()
    let exists = stat(target, &status) == 0
    let kind = status.st_mode & S_IFMT
    if exists, kind == S_IFDIR {
      throw OutputFault(path: path, message: "is a directory, but must be a file")
    }
    if exists, kind != S_IFREG {
      try overwrite(target, with: contents, reportedAs: path)
      return
    }
    // Renaming needs no permission on the file itself, but a file made read-only is meant to stay.
    if exists, access(target, W_OK) != 0 { throw failure(path, "cannot be replaced") }

    let (descriptor, temporary) = try createSibling(of: target, reportedAs: path)
    var isMoved = false
    defer { if !isMoved { unlink(temporary) } }
    do {
      defer { close(descriptor) }
      if exists {
        // Only the superuser may give a file away; everybody else keeps it as their own.
        _ = fchown(descriptor, status.st_uid, status.st_gid)
        guard fchmod(descriptor, status.st_mode & 0o7777) == 0 else {
          throw failure(path, "cannot be replaced")
        }
      }
      guard write(contents, to: descriptor), fsync(descriptor) == 0 else {
        throw failure(path, "cannot be written")
      }
    }
    guard rename(temporary, target) == 0 else { throw failure(path, "cannot be replaced") }
    isMoved = true
    flushFolder(of: target)
  }

  // MARK: Folders and modes

  /// Makes a folder, and those that it lies in, where they are not there yet.
  public static func makeFolder(path: String) throws(OutputFault) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw OutputFault(path: path, message: "is a file, but must be a folder")
      }
      return
    }
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    let parent = folder(of: trimmed)
    if !parent.isEmpty, parent != "/", parent != path { try makeFolder(path: parent) }
    guard mkdir(trimmed, 0o777) == 0 || errno == EEXIST else {
      throw failure(path, "cannot be made")
    }
  }

  /// Lets those who may read a file run it too.
  public static func makeExecutable(path: String) throws(OutputFault) {
    var status = stat()
    guard stat(path, &status) == 0 else { throw failure(path, "cannot be made executable") }
    let readable = status.st_mode & 0o444
    guard chmod(path, (status.st_mode & 0o7777) | readable >> 2) == 0 else {
      throw failure(path, "cannot be made executable")
    }
  }

  // MARK: Steps

  private static func failure(_ path: String, _ what: String) -> OutputFault {
    OutputFault(path: path.isEmpty ? "\"\"" : path, message: "\(what): \(lastSystemError())")
  }

  /// The path behind a chain of symbolic links, whether or not there is a file.
  private static func followingLinks(_ path: String) throws(OutputFault) -> String {
    var target = path
    // As many links as the system itself follows.
    for _ in 0..<40 {
      let destination = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
        let length = buffer.withMemoryRebound(to: CChar.self) { buffer in
          buffer.baseAddress.map { readlink(target, $0, buffer.count) } ?? -1
        }
        count = max(length, 0)
      }
      if destination.isEmpty { return target }
      let link = String(decoding: destination, as: UTF8.self)
      target = link.hasPrefix("/") ? link : folder(of: target) + link
    }
    errno = ELOOP
    throw failure(path, "cannot be replaced")
  }

  /// The folder with its slash, empty for the current one.
  private static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
  }

  private static func createSibling(
    of target: String, reportedAs path: String
  ) throws(OutputFault) -> (descriptor: Int32, path: String) {
    let stem = "\(folder(of: target)).plan-\(getpid())-"
    for attempt in 0..<1000 {
      let temporary = stem + String(attempt)
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
      if descriptor >= 0 { return (descriptor, temporary) }
      if errno != EEXIST { break }
    }
    throw failure(path, "cannot be created")
  }

  private static func overwrite(
    _ target: String, with contents: [UInt8], reportedAs path: String
  ) throws(OutputFault) {
    let descriptor = open(target, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure(path, "cannot be opened") }
    defer { close(descriptor) }
    guard write(contents, to: descriptor) else { throw failure(path, "cannot be written") }
  }

  private static func write(_ contents: [UInt8], to descriptor: Int32) -> Bool {
    contents.withUnsafeBytes { bytes in
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = writeSome(descriptor, UnsafeRawBufferPointer(rebasing: rest))
        if count < 0, errno == EINTR { continue }
        if count < 0 { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  /// Makes the renaming last through a power failure, where the file system can.
  private static func flushFolder(of target: String) {
    let folder = folder(of: target)
    let descriptor = open(folder.isEmpty ? "." : folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }
}

private func writeSome(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> Int {
  write(descriptor, bytes.baseAddress, bytes.count)
}
