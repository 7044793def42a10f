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
    let caches = RunCaches()
    var result = MeasuredRuns()
    var faults: [InputFault] = []
    for document in documents {
      do throws(InputFaults) {
        try result.append(document, caches)
      } catch {
        faults += error.faults
      }
    }
    if !faults.isEmpty {
      throw InputFaults(
        reason: .malformed, faults: Array(faults.prefix(50)), omitted: max(0, faults.count - 50))
    }
    return result
  }

  private mutating func append(
    _ document: JSONDocument, _ caches: RunCaches
  ) throws(InputFaults) {
    let root = document.root
    if CollectedRecord.isRecognised(root) {
      let record = CollectedRecord(root, line: root.position.line)
      do throws(LeftOut) {
        runs.append(try RunDraft.run(record, caches: caches))
      } catch {
        leftOut.append(LeftOutRun(id: record.id, source: record.source, reason: error.reason))
      }
      return
    }
    let log = FaultLog(file: document.file)
    if root.members == nil {
      log.refuse(root, expected: "an object")
    } else {
      log.error(
        at: root,
        "the document is no measured run: it has neither 'parallelism' and 'measured', nor"
          + " 'hardware' and 'parallel', nor the 'rows' of SimuMax")
    }
    throw InputFaults(reason: .malformed, faults: log.errors)
  }
}
