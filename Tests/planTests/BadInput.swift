import Foundation
import Testing

/// An input that cannot be planned for: what is changed, and what the program must say.
struct BadInput: Sendable, CustomTestStringConvertible {
  let title: String
  /// Files in place of the good ones, or beside them; `nil` removes one.
  var files: [String: Data?] = [:]
  var arguments = ["cluster.json", "model.json"]
  var status: Int32 = 65
  /// The whole of standard error.
  let errors: String
  var testDescription: String { title }
}

extension BadInput {
  /// The cluster with one text in place of another.
  static func cluster(
    _ title: String, _ old: String, _ new: String, beside files: [String: String] = [:],
    status: Int32 = 65, _ errors: String...
  ) -> BadInput {
    var all: [String: Data?] = files.mapValues { Data($0.utf8) }
    all["cluster.json"] = Data(Samples.cluster.replacing(old, with: new).utf8)
    return BadInput(title: title, files: all, status: status, errors: errors.lines)
  }

  /// The model with one text in place of another.
  static func model(
    _ title: String, _ old: String, _ new: String, _ errors: String...
  ) -> BadInput {
    BadInput(
      title: title, files: ["model.json": Data(Samples.model.replacing(old, with: new).utf8)],
      errors: errors.lines)
  }

  /// The whole of a file in place of the good one.
  static func file(
    _ title: String, _ name: String, _ bytes: [UInt8], _ errors: String...
  ) -> BadInput {
    BadInput(title: title, files: [name: Data(bytes)], errors: errors.lines)
  }

  /// A workload file.
  static func workload(_ title: String, _ text: String, _ errors: String...) -> BadInput {
    BadInput(
      title: title, files: ["workload.json": Data(text.utf8)],
      arguments: ["cluster.json", "model.json", "--workload", "workload.json"],
      errors: errors.lines)
  }

  /// A usage error; `error` is its first line.
  static func usage(_ title: String, _ arguments: [String], _ error: String) -> BadInput {
    BadInput(title: title, arguments: arguments, status: 64, errors: "Error: \(error)\n")
  }
}

extension [String] {
  fileprivate var lines: String { map { $0 + "\n" }.joined() }
}
