/// The name that was probably meant by one that does not exist.
public enum Suggestion {
  /// The candidate that is nearest to `name`, if one is near; the earliest of equals.
  ///
  /// Case and the signs that join words do not count, so that `gigabits_per_second` is
  /// `gigabitsPerSecond`; beyond that, at most a third of the letters may differ, and at most three.
  public static func nearest(to name: String, among candidates: [String]) -> String? {
    let letters = essence(of: name)
    guard letters.count <= 100 else { return nil }
    var best: (distance: Int, candidate: String)?
    for candidate in candidates {
      let others = essence(of: candidate)
      let allowed = min(3, max(letters.count, others.count) / 3)
      let distance = distance(letters, others)
      if distance <= allowed, distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.candidate
  }

  /// `; did you mean "x"?`, or which there are when they are few and none is near.
  static func words(forValue name: String, among candidates: [String]) -> String {
    if let nearest = nearest(to: name, among: candidates) {
      return "; did you mean \(nearest.quoted)?"
    }
    return candidates.isEmpty || candidates.count > 12
      ? "" : "; there is \(candidates.map(\.quoted).listed(joinedBy: "and"))"
  }

  /// The least number of insertions, deletions, substitutions and swaps of neighbours that turn
  /// one text into the other, where no part is edited twice. O(product of the lengths).
  ///
  /// - Source: Damerau 1964; the restricted form, "optimal string alignment".
  static func distance(_ one: [Unicode.Scalar], _ other: [Unicode.Scalar]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...other.count)
    for (row, letter) in one.enumerated() {
      var current = [row + 1]
      for (column, otherLetter) in other.enumerated() {
        let substitution = last[column] + (letter == otherLetter ? 0 : 1)
        var least = min(substitution, last[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, letter == other[column - 1], one[row - 1] == otherLetter {
          least = min(least, beforeLast[column - 1] + 1)
        }
        current.append(least)
      }
      (beforeLast, last) = (last, current)
    }
    return last[other.count]
  }

  private static func essence(of name: String) -> [Unicode.Scalar] {
    name.lowercased().unicodeScalars.filter { !["_", "-", " ", "."].contains($0) }
  }
}
