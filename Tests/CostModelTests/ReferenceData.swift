import Foundation

/// The reference data that lie beside the repository, where they are.
enum ReferenceData {
  static func path(_ name: String) -> String {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<3 { folder.deleteLastPathComponent() }
    return folder.appendingPathComponent("../shared/" + name).path
  }
}
