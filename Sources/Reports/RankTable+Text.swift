import InputFiles
import Launchers

extension RankTable {
  private static let columns: [(name: String, value: @Sendable (Row) -> JSONValue)] = [
    ("rank", { .integer($0.rank) }), ("host", { .string($0.host) }),
    ("device", { .integer($0.device) }), ("stage", { .integer($0.stage) }),
    ("data", { .integer($0.data) }), ("context", { .integer($0.context) }),
    ("tensor", { .integer($0.tensor) }), ("expert", { .integer($0.expert) }),
    ("expertTensor", { .integer($0.expertTensor) }),
  ]

  public var json: JSONValue {
    .array(
      rows.map { row in .object(Self.columns.map { JSONValue.Member($0.name, $0.value(row)) }) })
  }

  /// One line a rank under a line of headings; host names as JSON writes them where they are not
  /// plain.
  public var text: String {
    let cells = rows.map { row in
      Self.columns.map { column in
        switch column.value(row) {
        case .string(let name): name.isPlain ? name : name.quoted
        case let number: JSONText.compact(number)
        }
      }
    }
    return table([Self.columns.map(\.name)] + cells, indentation: "")
      .joined(separator: "\n") + "\n"
  }
}

extension String {
  /// Whether the name cannot be mistaken for anything else in a table.
  fileprivate var isPlain: Bool {
    !isEmpty
      && unicodeScalars.allSatisfy {
        $0.isASCII && ($0.properties.isAlphabetic || "0123456789-._".unicodeScalars.contains($0))
      }
  }
}
