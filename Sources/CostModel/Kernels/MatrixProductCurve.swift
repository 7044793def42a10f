import Quantities

/// The time of a matrix product on one kind of accelerator, by tiles and waves.
///
/// A product of `m × k` by `k × n` runs as tiles of one of eight shapes; the tiles fill the
/// multiprocessors in waves, and the last wave may be half empty:
/// ```
/// waves = (1 − q) · max(tiles / multiprocessors, 1) + q · ⌈tiles / multiprocessors⌉
/// tile  = min over shapes of waves · (2 · tileM · tileN · k · multiprocessors / (peak · e · shape) + c)
/// time  = launch + (tile⁴ + (bytes / (bandwidth · r))⁴)^¼
/// ```
/// - Source: form and coefficients fitted to the measured kernels of aiconfigurator-core 0.12.0
///   (systems/*/gemm); unseen shapes of 1,024 and more are met to 4 % (A100) … 10 % (L40S).
@frozen public struct MatrixProductCurve: Sendable {
  /// The share of peak that large products reach.
  public var efficiency: Double
  /// The relative efficiency of each of `tiles`.
  public var shapeEfficiency: [Double]
  /// The share of the last wave's idle part that is really lost.
  public var waveQuantisation: Double
  /// The fixed cost of a wave.
  public var perWave: Seconds
  /// The share of memory bandwidth that operands are read at.
  public var memoryEfficiency: Double
  public var launch: Seconds
  /// The units that a wave fills.
  public var multiprocessors: Double

  /// The tile shapes, rows by columns.
  static let tiles: [(rows: Double, columns: Double)] = [
    (256, 128), (128, 256), (128, 128), (128, 64), (64, 128), (64, 64), (256, 64), (64, 256),
  ]

  /// The time of one product.
  ///
  /// - Parameters:
  ///   - m: rows of the output (tokens).
  ///   - n: columns of the output.
  ///   - k: the inner dimension.
  ///   - operandBytes: bytes of an operand element.
  ///   - peak: the dense rate of the number format.
  ///   - bandwidth: the accelerator's memory bandwidth.
  public func time(
    m: Double, n: Double, k: Double, operandBytes: Double, peak: FLOPsPerSecond,
    bandwidth: BytesPerSecond
  ) -> Seconds {
    guard m > 0, n > 0, k > 0 else { return .zero }
    var best = Double.infinity
    for index in 0..<Self.tiles.count {
      let tile = Self.tiles[index]
      let count = (m / tile.rows).rounded(.up) * (n / tile.columns).rounded(.up)
      let ratio = count / multiprocessors
      let waves =
        (1 - waveQuantisation) * max(ratio, 1) + waveQuantisation * ratio.rounded(.up)
      let one =
        2 * tile.rows * tile.columns * k * multiprocessors
        / (peak.value * efficiency * shapeEfficiency[index])
      best = min(best, waves * (one + perWave.value))
    }
    let moved = Bytes((m * k + k * n) * operandBytes + m * n * 2)
    let memory = (moved / (memoryEfficiency * bandwidth)).value
    let square = best * best
    let memorySquare = memory * memory
    return launch
      + Seconds((square * square + memorySquare * memorySquare).squareRoot().squareRoot())
  }
}
