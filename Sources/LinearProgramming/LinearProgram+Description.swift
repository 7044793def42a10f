extension LinearProgram: CustomStringConvertible {
  /// The program as algebra, as a paper would print it:
  ///
  ///     maximise 3 x + 2 y
  ///     subject to
  ///       steel: 2 x + y ≤ 9
  ///     where
  ///       x ≥ 0
  ///       y ∈ {0, …, 4}
  ///
  /// Variables that follow one another and are declared alike share a line. Terms stand in the order
  /// in which they were written, numbers in the shortest form that reads back as the same number.
  public var description: String {
    var lines = name.isEmpty ? [] : [name]
    lines.append((sense == .minimise ? "minimise " : "maximise ") + objectiveText)
    if !rows.isEmpty { lines.append("subject to") }
    let matrix = matrix()
    for (index, row) in rows.enumerated() {
      let label = row.name.isEmpty ? "" : "\(row.name): "
      lines.append("  " + label + row.bounds.text(around: text(ofRow: index, of: matrix)))
    }
    if !columns.isEmpty { lines.append("where") }
    lines += declarations.map { "  " + $0 }
    return lines.joined(separator: "\n")
  }

  private var objectiveText: String {
    var sum = SumText()
    for (index, column) in columns.enumerated() where column.cost != 0 {
      sum.add(column.cost, columnName(index))
    }
    if objectiveConstant != 0 { sum.add(objectiveConstant, "") }
    return sum.text
  }

  private func text(ofRow row: Int, of matrix: CompressedRows) -> String {
    var sum = SumText()
    for entry in matrix.range(ofRow: row) {
      sum.add(matrix.coefficients[entry], columnName(Int(matrix.columns[entry])))
    }
    return sum.text
  }

  /// One line for each run of variables that are declared alike.
  private var declarations: [String] {
    var lines: [String] = []
    var start = 0
    while start < columns.count {
      let first = columns[start]
      var end = start + 1
      while end < columns.count, columns[end].bounds == first.bounds,
        columns[end].domain == first.domain
      {
        end += 1
      }
      let names =
        end - start <= 3
        ? (start..<end).map(columnName).joined(separator: ", ")
        : "\(columnName(start)), …, \(columnName(end - 1))"
      lines.append(first.declaration(of: names))
      start = end
    }
    return lines
  }
}

extension LinearProgram.Column {
  fileprivate func declaration(of names: String) -> String {
    if domain == .binary && bounds == .unit { return "\(names) ∈ {0, 1}" }
    guard domain.isIntegral else { return bounds.text(around: names) }
    if bounds.lower.isFinite && bounds.upper.isFinite {
      return bounds.lower == bounds.upper
        ? "\(names) = \(text(bounds.lower))"
        : "\(names) ∈ {\(text(bounds.lower)), …, \(text(bounds.upper))}"
    }
    return bounds.text(around: names) + ", whole"
  }
}

extension Bounds {
  /// `middle` with what these bounds say of it.
  fileprivate func text(around middle: String) -> String {
    switch (lower.isFinite, upper.isFinite) {
    case (true, true) where lower == upper:
      "\(middle) = \(LinearProgramming.text(lower))"
    case (true, true):
      "\(LinearProgramming.text(lower)) ≤ \(middle) ≤ \(LinearProgramming.text(upper))"
    case (true, false): "\(middle) ≥ \(LinearProgramming.text(lower))"
    case (false, true): "\(middle) ≤ \(LinearProgramming.text(upper))"
    case (false, false): "\(middle) free"
    }
  }
}

/// A sum under construction.
private struct SumText {
  private var terms: [String] = []

  /// Adds a term; an empty name makes it a constant.
  mutating func add(_ coefficient: Double, _ name: String) {
    let sign = coefficient < 0 ? "−" : "+"
    let size = name.isEmpty || abs(coefficient) != 1 ? LinearProgramming.text(abs(coefficient)) : ""
    let term = [size, name].filter { !$0.isEmpty }.joined(separator: " ")
    if terms.isEmpty {
      terms.append(coefficient < 0 ? "−\(term)" : term)
    } else {
      terms.append("\(sign) \(term)")
    }
  }

  var text: String { terms.isEmpty ? "0" : terms.joined(separator: " ") }
}

/// A number without a trailing ".0", with a minus sign as in print.
private func text(_ number: Double) -> String {
  var text = "\(abs(number))"
  if text.hasSuffix(".0") { text.removeLast(2) }
  return number < 0 ? "−\(text)" : text
}
