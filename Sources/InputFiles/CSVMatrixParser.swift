/// Reads a header and rows of numbers, and reports every cell that is not allowed.
struct CSVMatrixParser {
  private let text: UnsafeBufferPointer<UInt8>
  private let shape: CSVMatrix.Shape
  private let cells: CSVMatrix.Cells
  private let log: FaultLog
  private var scanner: CSVScanner
  private var columnNames: [String] = []
  private var rowNames: [String]?
  private var values: [Double] = []
  private var rows = 0

  init(
    _ text: UnsafeBufferPointer<UInt8>, shape: CSVMatrix.Shape, cells: CSVMatrix.Cells,
    log: FaultLog
  ) {
    self.text = text
    self.shape = shape
    self.cells = cells
    self.log = log
    scanner = CSVScanner(text)
  }

  /// The whole matrix; what is nil or incomplete has its faults in the log.
  mutating func matrix() -> CSVMatrix? {
    guard text.count <= UInt32.max else {
      log.error(at: nil, "is larger than 4 GiB, the most that is read")
      return nil
    }
    guard readHeader() else { return nil }
    findRowNames()
    var firstSurplusRow: Int?
    while scanner.startRecord() {
      if rows == columnNames.count { firstSurplusRow = scanner.next }
      guard readRow() else { return nil }
      rows += 1
    }
    checkSize(firstSurplusRow: firstSurplusRow)
    guard !log.isFaulty, values.count == rows * columnNames.count else { return nil }
    return CSVMatrix(
      columnNames: columnNames, rowNames: rowNames,
      matrix: NumberMatrix(rows: rows, columns: columnNames.count, values: values))
  }

  // MARK: Names

  private mutating func readHeader() -> Bool {
    guard scanner.startRecord() else {
      log.error(at: scanner.position(ofByte: 0), "the file needs a header that names the columns")
      return false
    }
    var firstColumns: [String: Int] = [:]
    repeat {
      guard let cell = takeCell(), let name = name(of: cell) else { return false }
      let place = scanner.position(ofByte: cell.start)
      columnNames.append(name)
      let column = columnNames.count
      if name.isEmpty {
        if column > 1 { log.error(at: place, "column \(column) has no name") }
      } else if let first = firstColumns.updateValue(column, forKey: name) {
        log.error(at: place, "columns \(first) and \(column) are both named \(name.quoted)")
      }
    } while scanner.hasFurtherCell()
    if columnNames.count == 1, let separator = columnNames[0].first(where: { ";\t".contains($0) }) {
      let sign = separator == "\t" ? "tabs" : "';'"
      log.error(
        at: scanner.position(ofByte: 0), "the columns are separated by \(sign), but must be by ','")
      return false
    }
    return true
  }

  /// Decides whether the first column names the rows, by a look at the first row.
  private mutating func findRowNames() {
    var hasRowNames = columnNames[0].isEmpty
    var hasCorner = hasRowNames
    var ahead = scanner
    if !hasRowNames, ahead.startRecord(), let cell = ahead.cell() {
      let first = ahead.string(of: cell)
      var width = 1
      while ahead.hasFurtherCell(), ahead.cell() != nil { width += 1 }
      let isWider = width == columnNames.count + 1
      let namesOfFirstRow = isWider ? columnNames.first : columnNames.dropFirst().first
      let isNumber = number(in: cell.content) != nil
      let isName = shape == .rectangle ? !isNumber && !first.isEmpty : first == namesOfFirstRow
      // Where nodes are numbered, only a word above the first column shows that it holds names.
      let isCornerWord = Double(columnNames[0]) == nil
      hasRowNames = isName && (isWider || !isNumber || isCornerWord)
      hasCorner = hasRowNames && !isWider
    }
    if hasRowNames { rowNames = [] }
    if hasCorner { columnNames.removeFirst() }
  }

  /// The text of a name; nil, after a fault, when it is not UTF-8.
  private func name(of cell: CSVScanner.Cell) -> String? {
    var next = cell.content.lowerBound
    while next < cell.content.upperBound {
      guard let length = text.lengthOfScalar(at: next) else {
        log.error(
          at: scanner.position(ofByte: next),
          "found \(text.character(at: next)), which is not UTF-8; save the file as UTF-8")
        return nil
      }
      next += length
    }
    return scanner.string(of: cell)
  }

  // MARK: Rows

  /// Reads one record; false when nothing behind it can be understood.
  private mutating func readRow() -> Bool {
    var column = 0
    var surplus: Int?
    var isOpen = true
    if rowNames != nil {
      guard readRowName() else { return false }
      isOpen = scanner.hasFurtherCell()
    }
    while isOpen {
      if column == columnNames.count { surplus = scanner.next }
      let isTaken = surplus == nil ? readCell(column) : takeCell() != nil
      guard isTaken else { return false }
      column += 1
      isOpen = scanner.hasFurtherCell()
    }
    if column != columnNames.count {
      log.error(
        at: scanner.position(ofByte: surplus ?? scanner.next),
        "row \(rows + 1) has \(column) \(column == 1 ? "number" : "numbers"), "
          + "but the header names \(columnNames.count) columns")
    }
    return true
  }

  private mutating func readRowName() -> Bool {
    guard let cell = takeCell(), let name = name(of: cell) else { return false }
    rowNames?.append(name)
    if shape == .square, rows < columnNames.count, name != columnNames[rows] {
      log.error(
        at: scanner.position(ofByte: cell.start),
        "row \(rows + 1) is named \(name.quoted), but column \(rows + 1) is named "
          + "\(columnNames[rows].quoted); rows and columns must have the same names in one order")
    }
    return true
  }

  /// Reads one number; false when the cell's quotes are wrong.
  private mutating func readCell(_ column: Int) -> Bool {
    scanner.skipBlanks()
    let isIgnored = cells.ignoresDiagonal && column == rows
    let decimal = Decimal(text, from: scanner.next)
    if decimal.isWellFormed, scanner.endsCell(at: decimal.end) {
      let value = decimal.double(text, from: scanner.next)
      if isIgnored || value.isFinite && cells.limits.contains(value) {
        values.append(isIgnored ? 0 : value)
        scanner.pass(to: decimal.end)
        return true
      }
    }
    return readUnusualCell(column, isIgnored: isIgnored)
  }

  /// Reads a cell that is quoted, to be ignored, or at fault.
  private mutating func readUnusualCell(_ column: Int, isIgnored: Bool) -> Bool {
    guard let cell = takeCell() else { return false }
    if isIgnored {
      values.append(0)
      return true
    }
    let value = number(in: cell.content)
    values.append(value ?? 0)
    if let value, value.isFinite, cells.limits.contains(value) { return true }
    log.error(
      at: scanner.position(ofByte: cell.start), refusal(of: cell, holding: value, column: column))
    return true
  }

  /// Why a cell is not allowed: "row 2, column "b" is -3, but must be at least 0".
  private func refusal(
    of cell: CSVScanner.Cell, holding value: Double?, column: Int
  ) -> String {
    let row = rowNames?.last.map(\.quoted) ?? "\(rows + 1)"
    let read = text.string(cell.content)
    let place = "row \(row), column \(columnNames[column].quoted)"
    guard let value else {
      let found = read.isEmpty ? "empty" : read.quoted
      return "\(place) is \(found), but must be \(cells.limits.words(of: "a number"))"
    }
    let range = value.isFinite ? cells.limits.words : "at most 1.797e308"
    return "\(place) is \(read.cut), but must be \(range)"
  }

  /// The number that some bytes are as a whole; infinite when it is too large.
  private func number(in range: Range<Int>) -> Double? {
    guard !range.isEmpty else { return nil }
    let decimal = Decimal(text, from: range.lowerBound)
    guard decimal.isWellFormed, decimal.end == range.upperBound else { return nil }
    return decimal.double(text, from: range.lowerBound)
  }

  // MARK: The whole

  private func checkSize(firstSurplusRow: Int?) {
    let columns = columnNames.count
    if rows == 0 {
      log.error(
        at: scanner.position(ofByte: text.count), "the header needs rows of numbers below it")
    } else if shape == .square, rows != columns {
      let hint =
        rows == columns - 1 || columnNames.allSatisfy { Double($0) != nil }
        ? "; does the first line name the columns?" : ""
      log.error(
        at: scanner.position(ofByte: firstSurplusRow ?? text.count),
        "the matrix has \(rows) \(rows == 1 ? "row" : "rows") and \(columns) "
          + "\(columns == 1 ? "column" : "columns"), but must have as many rows as columns" + hint)
    }
  }

  private mutating func takeCell() -> CSVScanner.Cell? {
    if let cell = scanner.cell() { return cell }
    log.error(
      at: scanner.position(ofByte: scanner.next),
      "the quotes of this cell do not match; inside quotes, write \"\" for a quote")
    return nil
  }
}
