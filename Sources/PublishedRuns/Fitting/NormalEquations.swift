/// A damped linear least-squares step: (A + λ·diag A) δ = −g for a symmetric positive matrix A.
struct NormalEquations {
  private(set) var matrix: [Double]
  private(set) var gradient: [Double]
  let size: Int

  init(size: Int) {
    self.size = size
    matrix = Array(repeating: 0, count: size * size)
    gradient = Array(repeating: 0, count: size)
  }

  /// Adds `weight · (residual + Σ slope·δ)²/2`, whose slopes are zero but at `indices`.
  mutating func add(residual: Double, slopes: [Double], at indices: [Int], weight: Double) {
    for (i, row) in indices.enumerated() {
      gradient[row] += weight * residual * slopes[i]
      for (j, column) in indices.enumerated() {
        matrix[row * size + column] += weight * slopes[i] * slopes[j]
      }
    }
  }

  /// The step of least damped squares, by Cholesky's factorisation; `nil` where the matrix is not
  /// positive definite.
  func step(damping: Double) -> [Double]? {
    var factor = matrix
    for i in 0..<size { factor[i * size + i] *= 1 + damping }
    for column in 0..<size {
      var pivot = factor[column * size + column]
      for k in 0..<column { pivot -= factor[column * size + k] * factor[column * size + k] }
      guard pivot > 0, pivot.isFinite else { return nil }
      let root = pivot.squareRoot()
      factor[column * size + column] = root
      for row in column + 1..<max(size, column + 1) {
        var sum = factor[row * size + column]
        for k in 0..<column { sum -= factor[row * size + k] * factor[column * size + k] }
        factor[row * size + column] = sum / root
      }
    }
    var solution = gradient.map { -$0 }
    for row in 0..<size {
      for k in 0..<row { solution[row] -= factor[row * size + k] * solution[k] }
      solution[row] /= factor[row * size + row]
    }
    for row in stride(from: size - 1, through: 0, by: -1) {
      for k in row + 1..<max(size, row + 1) {
        solution[row] -= factor[k * size + row] * solution[k]
      }
      solution[row] /= factor[row * size + row]
    }
    return solution
  }
}
