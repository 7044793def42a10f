import InputFiles

/// The certificate's numbers for one number of parts, and what they prove.
struct CertificateLevel {
  let parts: Int
  let cost: Double
  let factors: [[Double]]
  let across: [Prices]
  let within: [Prices]

  /// The multipliers of a transportation program's rows and columns.
  struct Prices {
    let rows: [Double]
    let columns: [Double]

    static var shape: JSONShape<Prices> {
      .object { object in
        let rows = object.required("rows", .numbers())
        let columns = object.required("columns", .numbers())
        object.finish()
        guard let rows, let columns else { return nil }
        return Prices(rows: rows, columns: columns)
      }
    }
  }

  static var shape: JSONShape<CertificateLevel> {
    .object { object in
      let parts = object.required("parts", .integer(.atLeast(1)))
      let cost = object.required("cost", .number(.atLeast(0)))
      let factors = object.required("factors", .array(of: .numbers()))
      let across = object.required("across", .array(of: Prices.shape))
      let within = object.required("within", .array(of: Prices.shape))
      object.finish()
      guard let parts, let cost, let factors, let across, let within else { return nil }
      return CertificateLevel(
        parts: parts, cost: cost, factors: factors, across: across, within: within)
    }
  }

  /// The tokens that change their part in any placement: all of them, less what the programs let stay.
  ///
  /// For a vector f = (g, h) over the experts of two layers, the sum of (Σ_{i in part} g_i +
  /// Σ_{j in part} h_j)² over the parts is not negative. Adding these to the weight that placements
  /// keep makes it no smaller, and leaves a transportation program for each boundary and each layer,
  /// which its prices bound. 0 where the numbers do not have the shape of the routing.
  ///
  /// Every number that is added up passes through as many sums as `depth`, each of which errs by at
  /// most 2⁻⁵³ of its size: the result gives way by that of all of them, doubled.
  func provenChanges(_ transitions: [NumberMatrix], size n: Int, tokens: Double) -> Double {
    let layers = transitions.count + 1
    let isRelaxed = factors.contains { !$0.isEmpty }
    guard n.isMultiple(of: parts), factors.count == transitions.count,
      across.count == transitions.count, within.count == (isRelaxed ? layers : 0),
      factors.allSatisfy({ $0.count.isMultiple(of: 2 * n) }),
      (across + within).allSatisfy({ $0.rows.count == n && $0.columns.count == n })
    else { return 0 }
    let room = n / parts
    var inside = [[Double]](
      repeating: [Double](repeating: 0, count: isRelaxed ? n * n : 0), count: layers)
    var kept = 0.0
    var size = 0.0
    for (boundary, matrix) in transitions.enumerated() {
      var weights = [Double](repeating: 0, count: n * n)
      for i in 0..<matrix.rows {
        for j in 0..<matrix.columns { weights[i * n + j] = matrix[i, j] }
      }
      let vectors = factors[boundary]
      size += matrix.values.reduce(0) { $0 + abs($1) }
      for start in stride(from: 0, to: vectors.count, by: 2 * n) {
        let sum = vectors[start..<start + 2 * n].reduce(0) { $0 + abs($1) }
        size += sum * sum
        for i in 0..<n {
          let (g, h) = (vectors[start + i], vectors[start + n + i])
          for j in 0..<n {
            weights[i * n + j] += 2 * g * vectors[start + n + j]
            inside[boundary][i * n + j] += g * vectors[start + j]
            inside[boundary + 1][i * n + j] += h * vectors[start + n + j]
          }
        }
      }
      kept += across[boundary].most(weights, size: n, partners: room, skipsDiagonal: false)
      size += across[boundary].sumOfSizes * Double(n + room)
    }
    for (layer, prices) in within.enumerated() {
      // An expert is always with itself.
      for i in 0..<n { kept += inside[layer][i * n + i] }
      kept += prices.most(inside[layer], size: n, partners: room - 1, skipsDiagonal: true)
      size += prices.sumOfSizes * Double(n + room)
    }
    let depth = (factors.map(\.count).max() ?? 0) / n + 4 * n + 2 * layers + 16
    let proven = tokens - kept - Double(depth) * 0x1p-52 * (size + tokens)
    return proven.isFinite ? max(0, proven) : 0
  }
}

extension CertificateLevel.Prices {
  var sumOfSizes: Double { (rows + columns).reduce(0) { $0 + abs($1) } }

  /// What pairs of experts can weigh in all, with so many partners each.
  func most(_ weights: [Double], size n: Int, partners: Int, skipsDiagonal: Bool) -> Double {
    var sum = Double(partners) * (rows.reduce(0, +) + columns.reduce(0, +))
    for i in 0..<n {
      var row = 0.0
      for j in 0..<n where !(skipsDiagonal && i == j) {
        row += max(0, weights[i * n + j] - rows[i] - columns[j])
      }
      sum += row
    }
    return sum
  }
}
