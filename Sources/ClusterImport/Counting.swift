import Quantities

extension Int {
  /// `1 host`, `1,024 hosts`: a count with its noun, whose plural takes an s.
  func counted(_ noun: String) -> String { "\(grouped) \(noun)\(self == 1 ? "" : "s")" }
}
