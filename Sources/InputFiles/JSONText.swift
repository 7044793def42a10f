/// Writes JSON: the same value always gives the same bytes.
public enum JSONText {
  /// The value on one line, without spaces.
  public static func compact(_ value: JSONValue) -> String { "" }

  /// The value on several lines, indented by two spaces, with a newline at the end.
  public static func pretty(_ value: JSONValue) -> String { "" }
}
