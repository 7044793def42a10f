import ClusterTopology
import Quantities
import Testing

@testable import CostModel

@Suite("Fused attention is priced by its arithmetic and what short sequences lose")
struct AttentionCurveTests {
  /// The share of peak that causal attention of 32 heads of 128 reaches over one sequence.
  private func efficiency(_ curve: AttentionCurve, length: Double, peak: Double) -> Double {
    let work = 4 * 32 * 128 * length * length / 2
    let time = curve.time(
      rows: 32 * length, keys: length / 2, queryKeySize: 128, valueSize: 128, bytes: .zero,
      peak: .teraFLOPS(peak), bandwidth: .gigabytes(1e6))
    return work / (time - curve.launch).value / (peak * 1e12)
  }

  @Test(
    "Efficiency rises with the length as measured",
    arguments: [
      (KernelCalibration.ampere, 312.0, [0.54, 0.58, 0.60, 0.61, 0.62]),
      (.hopper, 989, [0.41, 0.49, 0.55, 0.58, 0.60]),
      (.blackwell, 2250, [0.34, 0.41, 0.46, 0.48, 0.50]),
    ])
  func lengths(calibration: KernelCalibration, peak: Double, shares: [Double]) {
    for (share, length) in zip(shares, [1024, 2048, 4096, 8192, 16384]) {
      let reached = efficiency(calibration.wideAttention, length: Double(length), peak: peak)
      #expect(abs(reached - share) < 0.01, "\(length): \(reached)")
    }
  }

  @Test("A row meets keys + x/2 keys, four operations for each number of query, key and value")
  func arithmetic() {
    let curve = AttentionCurve(
      efficiency: 0.5, extraKeys: 200, memoryEfficiency: 1, launch: .microseconds(10))
    let time = curve.time(
      rows: 1000, keys: 900, queryKeySize: 192, valueSize: 128, bytes: .zero,
      peak: .teraFLOPS(1), bandwidth: .gigabytes(1))
    #expect(abs(time.value - (10e-6 + 2 * 1000.0 * 1000 * 320 / 0.5e12)) < 1e-15)
  }

  @Test("What arithmetic takes in training neither slows reading and writing nor the launch")
  func derate() {
    let curve = AttentionCurve(
      efficiency: 0.5, extraKeys: 0, memoryEfficiency: 1, launch: .microseconds(10))
    func time(bytes: Bytes, derate: Double) -> Double {
      curve.time(
        rows: 1000, keys: 1000, queryKeySize: 128, valueSize: 128, bytes: bytes,
        peak: .teraFLOPS(1), bandwidth: .gigabytes(1), derate: derate
      ).microseconds - 10
    }
    // Half an operation a picosecond: 1,024 µs of arithmetic.
    #expect(isClose(time(bytes: .zero, derate: 2.5), 2560))
    // Beside ten times as long a passage of bytes, a cube less.
    let moved = Bytes(10_240_000)
    #expect(isClose(time(bytes: moved, derate: 1), 10_240 * 1.001.cubeRoot))
    #expect(isClose(time(bytes: moved, derate: 2), 10_240 * 1.008.cubeRoot))
  }

  @Test("The vendor's narrow heads have a curve of their own")
  func widths() {
    let hopper = KernelCalibration.hopper
    #expect(hopper.attention(width: 64).efficiency == hopper.narrowAttention.efficiency)
    #expect(hopper.attention(width: 65).efficiency == hopper.wideAttention.efficiency)
    #expect(hopper.narrowAttention.efficiency < hopper.wideAttention.efficiency)
  }

  @Test(
    "What short sequences lose in training scales the length term of the vendor's kernels alone")
  func shortSequences() {
    var training = KernelCalibration.hopper
    training.shortSequences = 1.7
    for width in [64, 128] {
      let alone = KernelCalibration.hopper.attention(width: width)
      #expect(isClose(training.attention(width: width).extraKeys, 1.7 * alone.extraKeys))
      #expect(training.attention(width: width).efficiency == alone.efficiency)
      #expect(training.attention(width: width, .flash2).extraKeys == 128)
    }
  }

  @Test("FlashAttention wastes at most blocks of 128 keys, and narrow heads keep the rate")
  func flash() {
    for kernels in [KernelCalibration.ampere, .hopper, .blackwell] {
      let (narrow, wide) = (
        kernels.attention(width: 64, .flash1), kernels.attention(width: 128, .flash2)
      )
      #expect(wide.extraKeys == 128 && narrow.extraKeys == 128)
      #expect(wide.efficiency == kernels.wideAttention.efficiency)
      #expect(narrow.efficiency == wide.efficiency)
    }
    var sparing = KernelCalibration.ampere
    sparing.wideAttention.extraKeys = 60
    #expect(sparing.attention(width: 128, .flash2).extraKeys == 60)
  }

  @Test(
    "Fits start from FlashAttention 2 at one and a half times the speed of 1, and of the vendor's on A100",
    arguments: [
      (Architecture.volta, false, true), (.turing, false, true), (.ampere, true, true),
      (.hopper, true, false), (.blackwell, true, false),
    ])
  func generations(_ architecture: Architecture, hasSecond: Bool, isVendors: Bool) throws {
    let derate = try #require(Calibration.defaults.generations[architecture]).attentionDerate
    #expect((derate.flash1 >= 1.5 * derate.flash2) == hasSecond)
    #expect((derate.flash2 == derate.vendor) == isVendors)
    #expect(derate.flash2 >= derate.vendor)
  }
}
