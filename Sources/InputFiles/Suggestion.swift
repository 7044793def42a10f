/// The name that was probably meant by one that does not exist.
public enum Suggestion {
  /// The candidate that is nearest to `name`, if one is near; the earliest of equals.
  public static func nearest(to name: String, among candidates: [String]) -> String? { nil }

  /// "; did you mean 'x'?" or nothing.
  static func words(
    for name: String, among candidates: [String], orListed: Bool = false
  ) -> String {
    nearest(to: name, among: candidates).map { "; did you mean '\($0)'?" } ?? ""
  }
}
