import InputFiles
import Testing

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The published configurations and their counts, which lie beside the repository.
enum ReferenceConfigurations {
  static let folder: String = {
    var parts = #filePath.split(separator: "/").dropLast(4)
    parts.append(contentsOf: ["shared", "hf-configs"])
    return "/" + parts.joined(separator: "/")
  }()

  static let arePresent = FileManager.default.fileExists(atPath: folder + "/param-counts.json")

  static func path(_ name: String) -> String { "\(folder)/\(name).json" }

  /// What is known of one model.
  struct Counts: Sendable, CustomTestStringConvertible {
    var name: String
    var total: Int
    var active: Int
    var embedding: Int
    var head: Int
    var vision: Int
    var layers: Int

    var testDescription: String { name }
  }

  /// The models that have a count, in the order of the file; none where the file is absent.
  static let counts: [Counts] = {
    guard arePresent,
      let document = try? JSONDocument.read(
        path: path("param-counts"), limit: InputLimit(kind: "a table", mebibytes: 16)),
      let models = document.root["models"]?.members
    else { return [] }
    return models.compactMap { model in
      func number(_ key: String) -> Int { model.value[key]?.integer ?? 0 }
      guard let total = model.value["text_total"]?.integer else { return nil }
      return Counts(
        name: model.key, total: total, active: number("active_per_token_incl_embedding"),
        embedding: number("embedding"), head: number("lm_head"), vision: number("total") - total,
        layers: number("num_layers"))
    }
  }()
}
