extension JSONShape where Value == [Double] {
  /// An array of numbers within the limits, of any length that memory holds.
  public static func numbers(
    _ limits: Limits<Double> = .any, count: Limits<Int> = .any
  ) -> JSONShape {
    JSONShape("an array of numbers") { node, log in
      guard let elements = node.checkedElements(count, log) else { return nil }
      var values: [Double] = []
      values.reserveCapacity(elements.count)
      return node.appendNumbers(to: &values, limits, log) ? values : nil
    }
  }
}

extension JSONShape where Value == NumberMatrix {
  /// An array of rows of equal length, each an array of numbers within the limits.
  public static func matrix(
    _ limits: Limits<Double> = .any, rows: Limits<Int> = .atLeast(1),
    columns: Limits<Int> = .atLeast(1)
  ) -> JSONShape {
    JSONShape("an array of rows of numbers") { node, log in
      guard let elements = node.checkedElements(rows, log) else { return nil }
      let width = elements.first { _ in true }?.elements?.count ?? 0
      var values: [Double] = []
      values.reserveCapacity(elements.count * width)
      var isFaultless = true
      for (index, row) in elements.enumerated() {
        // The first row answers for the number of columns, the others for being like it.
        let count = index == 0 ? columns : .exactly(width)
        let isRead =
          row.checkedElements(count, log) != nil && row.appendNumbers(to: &values, limits, log)
        isFaultless = isFaultless && isRead
      }
      guard isFaultless else { return nil }
      return NumberMatrix(rows: elements.count, columns: width, values: values)
    }
  }
}

extension JSONNode {
  /// Appends the numbers of an array of numbers, straight from its tokens; false, with the faults
  /// in the log, when an element is no number or not allowed.
  fileprivate func appendNumbers(
    to values: inout [Double], _ limits: Limits<Double>, _ log: FaultLog
  ) -> Bool {
    let isFlat = tape.tokens[index].end == index + 1 + tape.tokens[index].count
    let isRead =
      isFlat
      && tape.tokens[index + 1..<tape.tokens[index].end].allSatisfy { token in
        guard token.kind == .integer || token.kind == .number else { return false }
        values.append(token.double)
        return limits.contains(token.double)
      }
    if isRead { return true }
    let number = JSONShape.number(limits)
    for element in JSONElements(self) { _ = number.read(element, log) }
    return false
  }
}
