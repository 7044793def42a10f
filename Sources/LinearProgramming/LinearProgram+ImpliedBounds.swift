extension LinearProgram {
  /// The bounds of each variable that its own bounds and the constraints imply.
  ///
  /// A constraint Σ a_k x_k ≤ U implies x_j ≤ (U − least of the others) / a_j where a_j > 0, and so
  /// on for the other signs and sides. Only infinite bounds are replaced, each rounded outwards. A
  /// few passes over the constraints, since one implied bound may imply the next.
  func impliedColumnBounds(passes: Int = 3) -> [Bounds] {
    var bounds = columns.map(\.bounds)
    let matrix = matrix()
    for _ in 0..<passes {
      var improved = false
      for (index, row) in rows.enumerated() {
        let entries = matrix.range(ofRow: index).map {
          (column: Int(matrix.columns[$0]), coefficient: matrix.coefficients[$0])
        }
        // Σ a x ≤ U, and Σ a x ≥ L as Σ −a x ≤ −L.
        for (sign, limit) in [(1.0, row.bounds.upper), (-1.0, -row.bounds.lower)]
        where limit.isFinite {
          let implied = Self.tighten(&bounds, entries: entries, sign: sign, limit: limit)
          improved = improved || implied
        }
      }
      if !improved { break }
    }
    return bounds
  }

  /// Replaces infinite bounds that `sign` · Σ a x ≤ `limit` makes finite; tells whether it did.
  private static func tighten(
    _ bounds: inout [Bounds], entries: [(column: Int, coefficient: Double)], sign: Double,
    limit: Double
  ) -> Bool {
    var finite = ErrorFreeSum(limit)
    var infinite: [(column: Int, coefficient: Double)] = []
    for (column, coefficient) in entries {
      let factor = sign * coefficient
      let least = factor > 0 ? bounds[column].lower : bounds[column].upper
      if least.isFinite {
        finite.add(-factor, times: least)
      } else {
        infinite.append((column, factor))
      }
    }
    let slack = finite.upperEnd
    guard slack.isFinite, infinite.count <= 1 else { return false }

    // With one term that can fall without end, it alone is bounded by the rest; with none, each is,
    // and its own least value goes back into the slack.
    var improved = false
    let candidates =
      infinite.isEmpty ? entries.map { ($0.column, sign * $0.coefficient) } : infinite
    for (column, factor) in candidates {
      let own = factor > 0 ? bounds[column].lower : bounds[column].upper
      let other = factor > 0 ? bounds[column].upper : bounds[column].lower
      guard !other.isFinite else { continue }
      let quotient = slack / factor
      var end = ErrorFreeSum(own.isFinite ? own : 0)
      end.add(quotient)
      if factor > 0 {
        bounds[column].upper = (end.upperEnd + abs(quotient) * 0x1p-50).nextUp
      } else {
        bounds[column].lower = (end.lowerEnd - abs(quotient) * 0x1p-50).nextDown
      }
      improved = true
    }
    return improved
  }
}
