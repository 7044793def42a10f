import InputFiles

/// A cluster file that has been read and understood.
public struct ClusterFile: Sendable {
  public let topology: ClusterTopology
  /// What deserves attention but does not stop the reading.
  public let warnings: [InputFault]

  /// The largest cluster file that is read.
  public static let limit = InputLimit(kind: "a cluster file", mebibytes: 64)
  /// The largest file of measured bandwidth that is read: 8,192 nodes at twelve characters a cell.
  public static let measurementLimit = InputLimit(kind: "a matrix of bandwidth", mebibytes: 1024)

  /// The cluster in a file, or on standard input when `path` is `-`.
  ///
  /// Measurements are looked for beside the file; beside the working directory for standard input.
  /// - Throws: all faults of the file and of its measurements at once.
  public static func read(path: String) throws(InputFaults) -> ClusterFile {
    let document = try JSONDocument.read(path: path, limit: limit)
    return try read(document.root, file: document.file, folder: folder(of: path))
  }

  /// The cluster at a node of a document, such as the inputs of a plan.
  ///
  /// - Parameter folder: where relative paths of measurements start; empty for the working
  ///   directory.
  public static func read(
    _ node: JSONNode, file: String, folder: String = ""
  ) throws(InputFaults) -> ClusterFile {
    let log = FaultLog(file: file)
    var reader = ClusterReader(log: log, folder: folder)
    let topology = reader.topology(node)
    let faults = log.errors + reader.foreignFaults
    guard faults.isEmpty, let topology else {
      throw InputFaults(
        reason: log.isFaulty ? .malformed : reader.foreignReason, faults: faults)
    }
    return ClusterFile(topology: topology, warnings: log.warnings)
  }

  /// The cluster in a text, which `file` names in messages.
  public static func parse(
    _ text: String, file: String = "cluster.json", folder: String = ""
  ) throws(InputFaults) -> ClusterFile {
    try read(try JSONDocument.parse(text, file: file).root, file: file, folder: folder)
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "" }
    return String(path[...slash])
  }
}
