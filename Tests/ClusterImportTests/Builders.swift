import ClusterTopology
import Foundation
import InputFiles

@testable import ClusterImport

extension TextFile {
  /// A text with the name of a file.
  init(_ text: String, _ file: String = "file") {
    self.init(file: file, bytes: Array(text.utf8))
  }
}

/// What a text says, by its content.
func evidence(
  _ text: String, _ file: String = "file", kind: SourceKind? = nil
) throws(InputFaults) -> Evidence {
  try Importers.evidence(of: TextFile(text, file), kind: kind)
}

/// The message with which a text is refused.
func refusal(_ text: String, kind: SourceKind? = nil) -> String? {
  do throws(InputFaults) {
    _ = try evidence(text, kind: kind)
    return nil
  } catch {
    return error.description
  }
}

extension ImportOptions {
  /// Options with some of them set.
  static func with(_ change: (inout ImportOptions) -> Void) -> ImportOptions {
    var options = ImportOptions()
    change(&options)
    return options
  }
}

extension ImportedCluster {
  /// The cluster as `plan` reads it back.
  func topology() throws -> ClusterTopology {
    try ClusterFile.parse(text()).topology
  }

  var warningTexts: [String] { warnings.map(\.description) }
}

/// The samples that lie beside the repository.
enum Shared {
  static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("shared/cluster-inputs").path

  static var isPresent: Bool { FileManager.default.fileExists(atPath: folder) }

  static func text(_ name: String) throws -> TextFile {
    try TextFile.read(path: folder + "/" + name, limit: Importers.limit)
  }

  /// All files below the folder, by their names from there.
  static var names: [String] {
    let all = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return all.filter { name in
      var isFolder: ObjCBool = false
      return FileManager.default.fileExists(atPath: folder + "/" + name, isDirectory: &isFolder)
        && !isFolder.boolValue
    }.sorted()
  }
}
