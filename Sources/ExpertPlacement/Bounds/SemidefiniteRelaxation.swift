/// The semidefinite relaxation of the division of chained layers into equal parts, and multipliers of
/// its cone.
///
/// With x_l the experts × parts matrix of layer l, X_l = x_l x_lᵀ says which experts share a part,
/// Y_l = x_l x_{l+1}ᵀ does so across a boundary, and for every boundary
///
///     [ X_l    Y_l    ]
///     [ Y_lᵀ  X_{l+1} ]  ⪰ 0,   X_l 1 = C 1,  diag X_l = 1,  Y_l 1 = C 1,  Y_lᵀ 1 = C 1,  X, Y ∈ [0, 1]
///
/// The alternating direction method of multipliers maximises Σ ⟨W_l, Y_l⟩ over it. Its iterates prove
/// nothing; its multipliers S_l ⪰ 0 of the blocks do, as `HopCertificate` says.
/// - Source: Wen, Goldfarb, Yin 2010, "Alternating direction augmented Lagrangian methods for
///   semidefinite programming"; the relaxation after Karisch, Rendl 1998 for equal parts.
struct SemidefiniteRelaxation {
  private let n: Int
  private let room: Double
  /// The weights, scaled so that a part's share of a mean row is 1.
  private let weights: [[Double]]
  private let scale: Double
  /// Step size of the multipliers, and over-relaxation.
  private let penalty = 1.0
  private let relaxation = 1.6

  // The relaxed matrices, their copies within [0, 1], and the multipliers that hold them together.
  private var across: [[Double]]
  private var within: [[Double]]
  private var acrossCopies: [[Double]]
  private var withinCopies: [[Double]]
  private var acrossPrices: [[Double]]
  private var withinPrices: [[Double]]
  private var blocks: [Block]

  /// One boundary's block: its nearest positive semidefinite matrix, the scaled multipliers (minus
  /// Σ f fᵀ), and the factors f.
  private struct Block: Sendable {
    var matrix: [Double]
    var prices: [Double]
    var factors: [Double]
  }

  /// - Parameters:
  ///   - weights: for each boundary n × n weights.
  ///   - room: experts of a part.
  init(weights: [[Double]], size n: Int, room: Int) {
    self.n = n
    self.room = Double(room)
    let total = weights.reduce(0) { $0 + $1.reduce(0, +) }
    let cells = Double(max(1, weights.count) * n * n)
    let scale = total > 0 ? total / cells * Double(n) / Double(room) : 1
    self.scale = scale
    self.weights = weights.map { $0.map { $0 / scale } }
    let layers = weights.count + 1
    let even = [Double](repeating: Double(room) / Double(n), count: n * n)
    var inside = [Double](
      repeating: n > 1 ? Double(room - 1) / Double(n - 1) : 1, count: n * n)
    for i in 0..<n { inside[i * n + i] = 1 }
    let zero = [Double](repeating: 0, count: n * n)
    across = weights.map { _ in even }
    within = (0..<layers).map { _ in inside }
    acrossCopies = across
    withinCopies = within
    acrossPrices = weights.map { _ in zero }
    withinPrices = (0..<layers).map { _ in zero }
    let block = Self.block(inside, even, inside, n)
    blocks = weights.map { _ in
      Block(matrix: block, prices: [Double](repeating: 0, count: 4 * n * n), factors: [])
    }
  }

  /// For each boundary vectors of 2n entries, one after the other, with S = Σ f fᵀ in the weights' unit.
  var factors: [[Double]] {
    let unit = (penalty * scale).squareRoot()
    return blocks.map { $0.factors.map { unit * $0 } }
  }

  /// Takes one iteration.
  mutating func step() {
    updateAcross()
    updateWithin()
    let (within, across, old) = (within, across, blocks)
    let (n, relaxation) = (n, relaxation)
    blocks = concurrentMap(blocks.count) { boundary in
      // T = αB + (1 − α)X + U; its positive part is the new X, its negative part the new U.
      var target = Self.block(within[boundary], across[boundary], within[boundary + 1], n)
      let block = old[boundary]
      for k in target.indices {
        target[k] = relaxation * target[k] + (1 - relaxation) * block.matrix[k] + block.prices[k]
      }
      let factors = SymmetricMatrix(size: 2 * n, entries: target).negativeFactors()
      let prices = Self.negatedSquares(factors, size: 2 * n)
      for k in target.indices { target[k] -= prices[k] }
      return Block(matrix: target, prices: prices, factors: factors)
    }
    Self.clip(across, &acrossCopies, &acrossPrices, relaxation)
    Self.clip(within, &withinCopies, &withinPrices, relaxation)
  }

  /// The next Y: the mean of what its block (twice, for both triangles), its copy and its weights ask
  /// for, with the sums of rows and columns that it must have.
  private mutating func updateAcross() {
    for boundary in across.indices {
      var next = [Double](repeating: 0, count: n * n)
      let block = blocks[boundary]
      for i in 0..<n {
        for j in 0..<n {
          let k = i * n + j
          let place = i * 2 * n + n + j
          next[k] =
            (2 * (block.matrix[place] - block.prices[place])
              + acrossCopies[boundary][k] - acrossPrices[boundary][k]
              + weights[boundary][k] / penalty) / 3
        }
      }
      let size = Double(n)
      let rows = (0..<n).map { i in room - next[(i * n)..<((i + 1) * n)].reduce(0, +) }
      var columns = [Double](repeating: room, count: n)
      for i in 0..<n { for j in 0..<n { columns[j] -= next[i * n + j] } }
      let all = rows.reduce(0, +) / (size * size)
      for i in 0..<n {
        for j in 0..<n { next[i * n + j] += rows[i] / size + columns[j] / size - all }
      }
      across[boundary] = next
    }
  }

  /// The next X: the mean of what its one or two blocks and its copy ask for, with ones on the
  /// diagonal and the sums that it must have.
  private mutating func updateWithin() {
    for layer in within.indices {
      var next = zip(withinCopies[layer], withinPrices[layer]).map { $0 - $1 }
      var count = 1.0
      if layer < blocks.count {
        add(blocks[layer], corner: 0, to: &next)
        count += 1
      }
      if layer > 0 {
        add(blocks[layer - 1], corner: n, to: &next)
        count += 1
      }
      for k in next.indices { next[k] /= count }
      for i in 0..<n { next[i * n + i] = 0 }
      // Adding a_i + a_j off the diagonal corrects all sums at once.
      let missing = (0..<n).map { i in room - 1 - next[(i * n)..<((i + 1) * n)].reduce(0, +) }
      if n > 2 {
        let sum = missing.reduce(0, +) / Double(2 * n - 2)
        let a = missing.map { ($0 - sum) / Double(n - 2) }
        for i in 0..<n { for j in 0..<n { next[i * n + j] += a[i] + a[j] } }
      }
      for i in 0..<n { next[i * n + i] = 1 }
      within[layer] = next
    }
  }

  private func add(_ block: Block, corner: Int, to sum: inout [Double]) {
    for i in 0..<n {
      for j in 0..<n {
        let place = (corner + i) * 2 * n + corner + j
        sum[i * n + j] += block.matrix[place] - block.prices[place]
      }
    }
  }

  /// Copies within [0, 1], and what they differ by.
  private static func clip(
    _ values: [[Double]], _ copies: inout [[Double]], _ prices: inout [[Double]],
    _ relaxation: Double
  ) {
    for m in values.indices {
      for k in values[m].indices {
        let target = relaxation * values[m][k] + (1 - relaxation) * copies[m][k] + prices[m][k]
        copies[m][k] = min(1, max(0, target))
        prices[m][k] = target - copies[m][k]
      }
    }
  }

  private static func block(_ first: [Double], _ across: [Double], _ second: [Double], _ n: Int)
    -> [Double]
  {
    var block = [Double](repeating: 0, count: 4 * n * n)
    for i in 0..<n {
      for j in 0..<n {
        block[i * 2 * n + j] = first[i * n + j]
        block[i * 2 * n + n + j] = across[i * n + j]
        block[(n + j) * 2 * n + i] = across[i * n + j]
        block[(n + i) * 2 * n + n + j] = second[i * n + j]
      }
    }
    return block
  }

  /// −Σ f fᵀ.
  private static func negatedSquares(_ factors: [Double], size: Int) -> [Double] {
    var sum = [Double](repeating: 0, count: size * size)
    sum.withUnsafeMutableBufferPointer { sum in
      factors.withUnsafeBufferPointer { factors in
        for first in stride(from: 0, to: factors.count, by: size) {
          for i in 0..<size {
            let factor = factors[first + i]
            for j in 0..<size { sum[i * size + j] -= factor * factors[first + j] }
          }
        }
      }
    }
    return sum
  }
}
