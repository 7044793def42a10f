import InputFiles

extension MeasuredRuns {
  /// The largest file of runs that is read.
  public static let limit = InputLimit(kind: "a file of measured runs", mebibytes: 256)

  /// The runs of a file, or of standard input when `path` is `-`.
  ///
  /// Three forms are told apart by their keys, record by record: our own (`cluster`, `model`,
  /// `parallelism`, `measured`), the collection's (`hardware`, `parallel`), and SimuMax's (`rows`).
  /// - Throws: all faults of the file at once, with their places.
  public static func read(path: String) throws(InputFaults) -> MeasuredRuns {
    let documents = try JSONLines.read(path: path, limit: limit)
    return try read(documents)
  }

  /// The runs in a text, which `file` names in messages.
  public static func parse(
    _ text: String, file: String = "runs.jsonl"
  ) throws(InputFaults) -> MeasuredRuns {
    try read(JSONLines.parse(Array(text.utf8), file: file))
  }

  private static func read(_ documents: [JSONDocument]) throws(InputFaults) -> MeasuredRuns {
    var reader = RunsReader()
    for document in documents { reader.append(document) }
    return try reader.finish()
  }
}

/// Takes the records of a file one by one, and keeps what is wrong with them for its end.
private struct RunsReader {
  private let caches = RunCaches()
  private let formCaches = RunFormCaches()
  private var result = MeasuredRuns()
  private var faults: [InputFault] = []
  private var omitted = 0
  /// The lines of the runs in our own form.
  private var lines: [String: Int] = [:]

  mutating func append(_ document: JSONDocument) {
    do throws(InputFaults) {
      try read(document)
    } catch {
      let room = max(0, 50 - faults.count)
      faults += error.faults.prefix(room)
      omitted += error.omitted + max(0, error.faults.count - room)
    }
  }

  func finish() throws(InputFaults) -> MeasuredRuns {
    guard faults.isEmpty else {
      throw InputFaults(reason: .malformed, faults: faults, omitted: omitted)
    }
    return result
  }

  private mutating func read(_ document: JSONDocument) throws(InputFaults) {
    let root = document.root
    if CollectedRecord.isRecognised(root) {
      let record = CollectedRecord(root, line: root.position.line)
      append(record.id, record.source) { caches throws(LeftOut) in
        try RunDraft.run(record, caches: caches)
      }
    } else if SimuMaxFile.isRecognised(root) {
      for row in try document.read(SimuMaxFile.shape).rows {
        append(row.name, SimuMaxRow.source) { caches throws(LeftOut) in try row.run(caches) }
      }
    } else if RunForm.isRecognised(root) {
      let run = try document.read(RunForm.shape(file: document.file, formCaches))
      if let first = lines.updateValue(root.position.line, forKey: run.id) {
        throw fault(
          document, at: root["id"] ?? root,
          "id is \(run.id.quoted), which is the id of another run already, at line \(first)")
      }
      result.runs.append(run)
    } else {
      throw fault(
        document, at: root,
        root.members == nil
          ? "\(root.subject) is \(root.asRead), but must be an object"
          : "the document is no measured run: it has neither 'parallelism' and 'measured', nor"
            + " 'hardware' and 'parallel', nor the 'rows' of SimuMax")
    }
  }

  private mutating func append(
    _ id: String, _ source: String, _ run: (RunCaches) throws(LeftOut) -> MeasuredRun
  ) {
    do throws(LeftOut) {
      result.runs.append(try run(caches))
    } catch {
      result.leftOut.append(LeftOutRun(id: id, source: source, reason: error.reason))
    }
  }

  private func fault(_ document: JSONDocument, at node: JSONNode, _ message: String) -> InputFaults
  {
    InputFaults(malformed: message, in: document.file, at: node.position)
  }
}
