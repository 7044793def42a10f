/// How a report looks where it is shown.
public struct Style: Sendable, Hashable {
  /// Whether the terminal's colours may be used.
  public var isColoured: Bool
  /// The columns that a line may take.
  public var width: Int

  public init(isColoured: Bool, width: Int = 80) {
    self.isColoured = isColoured
    self.width = width
  }

  /// Text for files and tests: no colours, 80 columns.
  public static let plain = Style(isColoured: false)

  /// What the eye should find first.
  func strong(_ text: String) -> String { wrapped(text, in: "1") }
  /// What serves the eye but need not be read.
  func faint(_ text: String) -> String { wrapped(text, in: "2") }
  func good(_ text: String) -> String { wrapped(text, in: "32") }
  func bad(_ text: String) -> String { wrapped(text, in: "31") }

  /// - Source: ECMA-48, "select graphic rendition".
  private func wrapped(_ text: String, in code: String) -> String {
    isColoured && !text.isEmpty ? "\u{1B}[\(code)m\(text)\u{1B}[0m" : text
  }
}
