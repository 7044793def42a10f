import Foundation
import Quantities
import Testing

@testable import CostModel

@Suite("A matrix product is priced by tiles and waves")
struct MatrixProductCurveTests {
  /// Tiles of 256 × 128 only, half of peak, on 100 multiprocessors.
  private func curve(quantisation: Double) -> MatrixProductCurve {
    MatrixProductCurve(
      efficiency: 0.5, shapeEfficiency: [1] + Array(repeating: 1e-3, count: 7),
      waveQuantisation: quantisation, perWave: .zero, memoryEfficiency: 1, launch: .zero,
      multiprocessors: 100)
  }

  private func time(
    _ curve: MatrixProductCurve, m: Double, n: Double = 1280, k: Double = 4096,
    bandwidth: BytesPerSecond = .gigabytes(1e6)
  ) -> Double {
    curve.time(
      m: m, n: n, k: k, operandBytes: 2, peak: .teraFLOPS(100), bandwidth: bandwidth
    ).value
  }

  @Test("100 tiles on 100 multiprocessors take one wave: 2·m·n·k over half of peak")
  func oneWave() {
    let expected = 2 * 2560.0 * 1280 * 4096 / 50e12
    #expect(abs(time(curve(quantisation: 1), m: 2560) / expected - 1) < 1e-9)
  }

  @Test("One row more begins a second wave, of which the quantised share is lost")
  func secondWave() {
    let wave = 2 * 2560.0 * 1280 * 4096 / 50e12
    #expect(abs(time(curve(quantisation: 1), m: 2561) / wave - 2) < 1e-9)
    // 110 tiles: 1.1 waves without quantisation; half of each between.
    #expect(abs(time(curve(quantisation: 0), m: 2561) / wave - 1.1) < 1e-9)
    #expect(abs(time(curve(quantisation: 0.5), m: 2561) / wave - 1.55) < 1e-9)
  }

  @Test("A product with few rows is paced by reading its weights")
  func memoryBound() {
    let bandwidth = BytesPerSecond.gigabytes(1)
    let bytes = 2 * (4096.0 + 4096 * 1280 + 1280)
    let time = time(curve(quantisation: 1), m: 1, bandwidth: bandwidth)
    #expect(abs(time / (bytes / 1e9) - 1) < 1e-5)
  }

  @Test("A product without rows takes no time")
  func empty() {
    #expect(time(curve(quantisation: 1), m: 0) == 0)
  }

  @Test("All rates twice as high and all fixed times half as long halve the time")
  func homogeneity() {
    let curve = KernelCalibration.hopper.matrixProduct
    var fast = curve
    fast.launch = curve.launch / 2
    fast.perWave = curve.perWave / 2
    func time(_ curve: MatrixProductCurve, _ factor: Double) -> Double {
      curve.time(
        m: 3000, n: 500, k: 7000, operandBytes: 2, peak: .teraFLOPS(factor * 989),
        bandwidth: .gigabytes(factor * 3350)
      ).value
    }
    #expect(abs(time(fast, 2) / time(curve, 1) - 0.5) < 1e-12)
  }

  @Test(
    "Measured products of 1,024 and more are met to 7 % on average, and to 13 % on L40S",
    .enabled(if: measured != nil, "needs the reference data in ../shared/calibration"),
    arguments: [
      ("a100_sxm", KernelCalibration.ampere, 312.0, 2039.0, 0.07),
      ("h100_sxm", .hopper, 989, 3350, 0.07), ("b200_sxm", .blackwell, 2250, 7700, 0.06),
      ("l40s", .ada, 362, 864, 0.13),
    ])
  func measuredProducts(
    system: String, calibration: KernelCalibration, peak: Double, bandwidth: Double,
    limit: Double
  ) throws {
    let table = try #require(measured?.systems[system]?.bfloat16?.table_us_mnk)
    let errors = table.compactMap { key, microseconds -> Double? in
      let sizes = key.split(separator: ",").compactMap { Double($0) }
      guard sizes.count == 3, sizes.allSatisfy({ $0 >= 1024 }) else { return nil }
      let time = calibration.matrixProduct.time(
        m: sizes[0], n: sizes[1], k: sizes[2], operandBytes: 2, peak: .teraFLOPS(peak),
        bandwidth: .gigabytes(bandwidth))
      return abs(time.microseconds / microseconds - 1)
    }
    #expect(errors.count > 100)
    #expect(errors.reduce(0, +) / Double(errors.count) < limit)
  }
}

private struct MeasuredProducts: Decodable {
  struct System: Decodable { var bfloat16: Table? }
  struct Table: Decodable { var table_us_mnk: [String: Double] }
  var systems: [String: System]
}

private let measured: MeasuredProducts? = FileManager.default
  .contents(atPath: ReferenceData.path("calibration/gemm_fits.json"))
  .flatMap { try? JSONDecoder().decode(MeasuredProducts.self, from: $0) }
