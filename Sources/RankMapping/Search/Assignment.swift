/// The cheapest way to give each of n rows a column of its own.
///
/// - Source: Jonker and Volgenant 1987, "A shortest augmenting path algorithm for dense and sparse
///   linear assignment problems", Computing 38: column reduction, augmenting row reduction, and
///   shortest augmenting paths. O(n³).
public struct Assignment {
  private let count: Int
  private let costs: [Double]
  /// The column of each row, the row of each column; −1 where free.
  private var columnOfRow: [Int]
  private var rowOfColumn: [Int]
  /// The price of each column.
  private var prices: [Double]

  /// The column of each row in a cheapest assignment.
  ///
  /// - Parameter costs: finite; that of row i and column j at `i * count + j`.
  public static func cheapest(count: Int, costs: [Double]) -> [Int] {
    precondition(costs.count == count * count, "a cost for every row and column")
    var assignment = Assignment(count: count, costs: costs)
    assignment.reduceColumns()
    let free = (0..<count).filter { assignment.columnOfRow[$0] < 0 }
    for row in assignment.reduceRows(assignment.reduceRows(free)) { assignment.augment(from: row) }
    return assignment.columnOfRow
  }

  private init(count: Int, costs: [Double]) {
    self.count = count
    self.costs = costs
    columnOfRow = [Int](repeating: -1, count: count)
    rowOfColumn = columnOfRow
    prices = [Double](repeating: 0, count: count)
  }

  /// Prices each column at its least cost, and assigns it to that row while the row is free.
  private mutating func reduceColumns() {
    prices = Array(costs[0..<count])
    var rows = [Int](repeating: 0, count: count)
    for row in 1..<max(1, count) {
      for column in 0..<count where costs[row * count + column] < prices[column] {
        prices[column] = costs[row * count + column]
        rows[column] = row
      }
    }
    for column in stride(from: count - 1, through: 0, by: -1)
    where columnOfRow[rows[column]] < 0 {
      columnOfRow[rows[column]] = column
      rowOfColumn[column] = rows[column]
    }
  }

  /// Lets free rows take their best column and lowers its price to what the second best costs them;
  /// rows that lose their column try again at once, as often as there are rows.
  private mutating func reduceRows(_ free: [Int]) -> [Int] {
    var left: [Int] = []
    var retries = count
    for start in free {
      var next: Int? = start
      while let row = next {
        next = nil
        var (best, second) = (-1, -1)
        var (least, secondLeast) = (Double.infinity, Double.infinity)
        for column in 0..<count {
          let cost = costs[row * count + column] - prices[column]
          if cost < secondLeast {
            if cost < least {
              (second, secondLeast) = (best, least)
              (best, least) = (column, cost)
            } else {
              (second, secondLeast) = (column, cost)
            }
          }
        }
        let isLower = least < secondLeast && secondLeast.isFinite
        if isLower {
          prices[best] -= secondLeast - least
        } else if rowOfColumn[best] >= 0, second >= 0 {
          best = second
        }
        let loser = rowOfColumn[best]
        if loser >= 0 { columnOfRow[loser] = -1 }
        columnOfRow[row] = best
        rowOfColumn[best] = row
        guard loser >= 0 else { break }
        if isLower, retries > 0 {
          retries -= 1
          next = loser
        } else {
          left.append(loser)
        }
      }
    }
    return left
  }

  /// Assigns a free row along a shortest way of changes, by Dijkstra's algorithm over the columns.
  private mutating func augment(from source: Int) {
    var distances = (0..<count).map { costs[source * count + $0] - prices[$0] }
    var previous = [Int](repeating: source, count: count)
    var isDone = [Bool](repeating: false, count: count)
    var done: [Int] = []
    var end = -1
    var length = 0.0
    while end < 0 {
      var column = -1
      length = .infinity
      for other in 0..<count where !isDone[other] && distances[other] < length {
        length = distances[other]
        column = other
      }
      isDone[column] = true
      let row = rowOfColumn[column]
      if row < 0 {
        end = column
        break
      }
      done.append(column)
      let base = length - (costs[row * count + column] - prices[column])
      for other in 0..<count where !isDone[other] {
        let distance = base + costs[row * count + other] - prices[other]
        if distance < distances[other] {
          distances[other] = distance
          previous[other] = row
        }
      }
    }
    for column in done { prices[column] += distances[column] - length }
    var column = end
    while true {
      let row = previous[column]
      rowOfColumn[column] = row
      swap(&columnOfRow[row], &column)
      if row == source { return }
    }
  }
}
