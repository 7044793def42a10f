#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// A real symmetric matrix, and its parts with positive and with negative eigenvalues.
struct SymmetricMatrix: Sendable {
  let size: Int
  /// All entries, row by row.
  var entries: [Double]

  init(size: Int, entries: [Double]) {
    precondition(entries.count == size * size, "a square")
    self.size = size
    self.entries = entries
  }

  /// Vectors whose squares add up to the part with negative eigenvalues, its sign turned:
  /// Σ f fᵀ = (−A)₊, one vector a row of `size` entries.
  ///
  /// - Complexity: O(size³).
  func negativeFactors() -> [Double] {
    let n = size
    var work = entries
    let (diagonal, offDiagonal, scales) = Self.tridiagonalise(&work, n)
    let (values, vectors) = Self.eigenvectors(diagonal, offDiagonal)
    let chosen = values.indices.filter { values[$0] < 0 }
    var factors = [Double](repeating: 0, count: chosen.count * n)
    vectors.withUnsafeBufferPointer { vectors in
      factors.withUnsafeMutableBufferPointer { factors in
        work.withUnsafeBufferPointer { reflectors in
          for (row, index) in chosen.enumerated() {
            let scale = (-values[index]).squareRoot()
            for k in 0..<n { factors[row * n + k] = scale * vectors[index * n + k] }
            for column in (0..<max(0, n - 2)).reversed() where scales[column] != 0 {
              var product = 0.0
              for k in (column + 1)..<n {
                product += reflectors[column * n + k] * factors[row * n + k]
              }
              product *= scales[column]
              for k in (column + 1)..<n {
                factors[row * n + k] -= product * reflectors[column * n + k]
              }
            }
          }
        }
      }
    }
    return factors
  }

  /// Reduces the matrix to three diagonals by Householder's reflections I − s v vᵀ, and leaves each v
  /// in the row that it cleared.
  ///
  /// - Source: Golub, Van Loan 2013, "Matrix Computations", §8.3.1.
  private static func tridiagonalise(_ matrix: inout [Double], _ n: Int) -> (
    diagonal: [Double], offDiagonal: [Double], scales: [Double]
  ) {
    var diagonal = [Double](repeating: 0, count: n)
    var offDiagonal = [Double](repeating: 0, count: n)
    var scales = [Double](repeating: 0, count: n)
    var product = [Double](repeating: 0, count: n)
    matrix.withUnsafeMutableBufferPointer { a in
      product.withUnsafeMutableBufferPointer { w in
        for k in 0..<n {
          diagonal[k] = a[k * n + k]
          guard k + 1 < n else { break }
          if k + 2 == n {
            offDiagonal[k] = a[k * n + k + 1]
            continue
          }
          let v = UnsafeMutableBufferPointer(rebasing: a[(k * n)..<((k + 1) * n)])
          var norm = 0.0
          for j in (k + 1)..<n { norm += v[j] * v[j] }
          let head = v[k + 1]
          let length = norm.squareRoot()
          offDiagonal[k] = head > 0 ? -length : length
          // v = x − α e₁, and 2 / vᵀv = 1 / (|x|² − α x₁).
          let denominator = norm - offDiagonal[k] * head
          guard denominator > 0 else {
            offDiagonal[k] = head
            continue
          }
          v[k + 1] = head - offDiagonal[k]
          let scale = 1 / denominator
          scales[k] = scale
          var inner = 0.0
          for i in (k + 1)..<n {
            var sum = 0.0
            let row = i * n
            for j in (k + 1)..<n { sum += a[row + j] * v[j] }
            w[i] = scale * sum
            inner += w[i] * v[i]
          }
          let half = 0.5 * scale * inner
          for i in (k + 1)..<n { w[i] -= half * v[i] }
          for i in (k + 1)..<n {
            let row = i * n
            let (vi, wi) = (v[i], w[i])
            for j in (k + 1)..<n { a[row + j] -= vi * w[j] + wi * v[j] }
          }
        }
      }
    }
    return (diagonal, offDiagonal, scales)
  }

  /// The eigenvalues of three diagonals, and their vectors, one a row.
  ///
  /// - Source: the implicit QL method; Martin, Wilkinson 1968, "The implicit QL algorithm".
  private static func eigenvectors(_ diagonal: [Double], _ offDiagonal: [Double]) -> (
    values: [Double], vectors: [Double]
  ) {
    let n = diagonal.count
    var d = diagonal
    var e = offDiagonal
    var vectors = [Double](repeating: 0, count: n * n)
    for k in 0..<n { vectors[k * n + k] = 1 }
    vectors.withUnsafeMutableBufferPointer { z in
      for l in 0..<n {
        for _ in 0..<60 {
          var m = l
          while m < n - 1 {
            let size = abs(d[m]) + abs(d[m + 1])
            if abs(e[m]) <= 0x1p-52 * size { break }
            m += 1
          }
          if m == l { break }
          var g = (d[l + 1] - d[l]) / (2 * e[l])
          var r = hypot(g, 1)
          g = d[m] - d[l] + e[l] / (g + (g < 0 ? -r : r))
          var (s, c, p) = (1.0, 1.0, 0.0)
          var isSplit = false
          for i in (l..<m).reversed() {
            let f = s * e[i]
            let b = c * e[i]
            r = hypot(f, g)
            e[i + 1] = r
            if r == 0 {
              d[i + 1] -= p
              e[m] = 0
              isSplit = true
              break
            }
            s = f / r
            c = g / r
            g = d[i + 1] - p
            r = (d[i] - g) * s + 2 * c * b
            p = s * r
            d[i + 1] = g + p
            g = c * r - b
            let (one, other) = (i * n, (i + 1) * n)
            for k in 0..<n {
              let (x, y) = (z[one + k], z[other + k])
              z[other + k] = s * x + c * y
              z[one + k] = c * x - s * y
            }
          }
          if isSplit { continue }
          d[l] -= p
          e[l] = g
          e[m] = 0
        }
      }
    }
    return (d, vectors)
  }
}
