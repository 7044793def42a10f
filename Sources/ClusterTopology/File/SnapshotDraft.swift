import InputFiles
import Quantities

/// One file of measured bandwidth between nodes, as the cluster file names it.
struct SnapshotDraft {
  /// The units in which a matrix may be given, with the 10⁹ bytes per second in one.
  enum Unit: String, CaseIterable {
    case gigabytesPerSecond, gigabitsPerSecond, megabytesPerSecond, megabitsPerSecond
    case bytesPerSecond

    var gigabytes: Double {
      switch self {
      case .gigabytesPerSecond: 1
      case .gigabitsPerSecond: 1.0 / 8
      case .megabytesPerSecond: 1e-3
      case .megabitsPerSecond: 1e-3 / 8
      case .bytesPerSecond: 1e-9
      }
    }
  }

  private let path: String
  private let pathNode: JSONNode
  private let unit: Unit
  /// The digest that the file must have, where the cluster file (or a plan) states it.
  private let sha256: String?

  init?(_ object: ObjectReader) {
    let file = object.required("file", .namePlace)
    let unit = object.required("unit", .choice(Unit.self))
    sha256 = object.optional("sha256", .string)
    object.finish()
    guard let file, let unit else { return nil }
    path = file.name
    pathNode = file.node
    self.unit = unit
  }

  /// The matrix in 10⁹ bytes per second, senders by rows, in the order of the cluster's nodes.
  ///
  /// - Throws: what is wrong with the file; what is wrong with the cluster file goes to the log.
  func read(
    folder: String, _ index: NodeIndex, _ log: FaultLog
  ) throws(InputFaults) -> (entries: [Float], source: MeasuredBandwidth.Source) {
    let place = path.hasPrefix("/") ? path : folder + path
    // A rate beyond 10¹⁵ bytes a second is a wrong unit, and not a network.
    let cells = CSVMatrix.Cells(.above(0, atMost: 1e6 / unit.gigabytes), ignoresDiagonal: true)
    let snapshot = try CSVMatrix.read(
      path: place, limit: ClusterFile.measurementLimit, shape: .square, cells: cells)
    let order = try order(of: snapshot.columnNames, index, file: place)

    let count = index.count
    var entries = [Float](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0..<count where column != row {
        let gigabytes = unit.gigabytes * snapshot.matrix[row, column]
        // Below one byte a second, single precision could end at nothing.
        entries[order[row] * count + order[column]] = Float(max(1e-9, gigabytes))
      }
    }
    let digest = try SHA256.hexadecimal(ofFile: place)
    if let sha256, sha256 != digest {
      log.error(
        at: pathNode,
        "\(pathNode.subject) is \(path.quoted), whose SHA-256 is \(digest), but must be \(sha256): "
          + "the file has changed")
    }
    return (
      entries, MeasuredBandwidth.Source(path: path, unit: unit.rawValue, sha256: digest)
    )
  }

  /// The number of the node that each column stands for.
  private func order(
    of names: [String], _ index: NodeIndex, file: String
  ) throws(InputFaults) -> [Int] {
    let numbers = names.map { index[$0] }
    var faults: [String] = []
    for (name, number) in zip(names, numbers) where number == nil && faults.count < 10 {
      let meant = Suggestion.nearest(to: name, among: index.candidates)
      faults.append(
        "column \(name.quoted) names no node of the cluster"
          + (meant.map { "; did you mean \($0.quoted)?" } ?? ""))
    }
    let present = Set(numbers.compactMap { $0 })
    if present.count != index.count {
      let missing = index.names(without: present, atMost: 4)
      let count = index.count - present.count
      faults.append(
        "the matrix has \(names.count) of the \(index.count) nodes of the cluster; without a "
          + "column: \(missing.map(\.quoted).joined(separator: ", "))"
          + (count > missing.count ? " and \(count - missing.count) more" : ""))
    }
    guard faults.isEmpty else {
      let position = SourcePosition(line: 1, column: 1)
      throw InputFaults(
        reason: .malformed,
        faults: faults.map { InputFault(file: file, position: position, message: $0) })
    }
    return numbers.compactMap { $0 }
  }
}
