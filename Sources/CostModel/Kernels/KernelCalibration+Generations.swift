import ParallelismVocabulary
import Quantities

// Kernel curves: fits to the measured tables of aiconfigurator-core 0.12.0 (Apache-2.0).
// Training derates: one factor a generation and number format, from the published training runs
// (vTrain, MLPerf, NeMo and Megatron-Bridge performance summaries).
// Attention derates: what A100's attention was measured with is FlashAttention 2 itself, and Triton's of
// FlashAttention 1 takes 1.3 to 1.5 times as long forward and twice as long backward (Dao 2023). On H100
// FlashAttention 2 reaches 35 % of the peak, less where causal (Shah et al. 2024).

extension KernelCalibration {
  /// A100 (measured), and the default for other accelerators of its time.
  static let ampere = KernelCalibration(
    matrixProduct: curve(
      0.853, [1, 1, 0.866, 0.632, 0.820, 0.969, 0.8, 0.530], quantisation: 0.758, perWave: 4.11,
      memory: 0.797, launch: 1.24, multiprocessors: 108),
    narrowAttention: attention(0.494, 154, memory: 0.333, launch: 22.4),
    wideAttention: attention(0.622, 154, memory: 0.416, launch: 22.4),
    attentionBackward: 3.2,
    attentionDerate: AttentionDerate(flash1: 1.6, flash2: 1.05, vendor: 1.05),
    trainingDerate: [.bf16: 1.04, .fp16: 1.04], defaultTrainingDerate: 1.04,
    elementwiseEfficiency: 0.8, groupedProductDerate: 1.25,
    allReduce: collective(9.4, 6.2, ramp: 0.0125, 0.76),
    allGather: collective(9.0, 2.9, ramp: 0.0095, 0.71),
    allToAll: collective(10.9, 0.9, ramp: 0.0090, 0.72),
    provenance: "kernels measured on A100")

  /// H100 and H200 (measured).
  static let hopper = KernelCalibration(
    matrixProduct: curve(
      0.770, [1, 1, 0.835, 0.761, 1.1, 1.042, 0.8, 1.1], quantisation: 0.075, perWave: 0.93,
      memory: 0.830, launch: 2.32, multiprocessors: 132),
    narrowAttention: attention(0.490, 572, memory: 0.227, launch: 13.6),
    wideAttention: attention(0.617, 520, memory: 0.311, launch: 12.1),
    attentionBackward: 3.3,
    attentionDerate: AttentionDerate(flash1: 3, flash2: 2, vendor: 1.45),
    trainingDerate: [.bf16: 1.1, .fp16: 1.1, .fp8: 1.05], defaultTrainingDerate: 1.1,
    elementwiseEfficiency: 0.8, groupedProductDerate: 1.2,
    allReduce: collective(6.1, 4.9, ramp: 0.0069, 0.94),
    allGather: collective(5.2, 2.8, ramp: 0.0047, 0.80),
    allToAll: collective(7.5, 0.4, ramp: 0.0055, 0.76),
    provenance: "kernels measured on H100 and H200")

  /// B200 and GB200 (measured).
  static let blackwell = KernelCalibration(
    matrixProduct: curve(
      0.655, [1, 1, 0.928, 0.664, 1.1, 0.83, 0.8, 0.789], quantisation: 0.213, perWave: 0.08,
      memory: 0.685, launch: 2.40, multiprocessors: 148),
    narrowAttention: attention(0.310, 527, memory: 0.185, launch: 14.4),
    wideAttention: attention(0.517, 544, memory: 0.251, launch: 16.5),
    attentionBackward: 3.3,
    attentionDerate: AttentionDerate(flash1: 4.4, flash2: 2.9, vendor: 1.15),
    trainingDerate: [.bf16: 1.4, .fp16: 1.4, .fp8: 1.2, .mxfp8: 1.2, .nvfp4: 1.6],
    defaultTrainingDerate: 1.4,
    elementwiseEfficiency: 0.8, groupedProductDerate: 1.2,
    allReduce: collective(9.5, 8.3, ramp: 0.0067, 0.79),
    allGather: collective(8.6, 3.8, ramp: 0.0050, 0.84),
    allToAll: collective(10.0, 0.6, ramp: 0.0045, 0.72),
    provenance: "kernels measured on B200 and GB200")

  /// B300 and GB300: Blackwell's curves; the published runs on GB300 sustain more of their peak.
  static let blackwellUltra: KernelCalibration = {
    var copy = blackwell
    copy.trainingDerate[.nvfp4] = 1.65
    copy.provenance = "carried over from B200, training measured on GB300"
    return copy
  }()

  /// L40S (products and attention measured; links carried over as a share of PCIe's rate).
  static let ada = KernelCalibration(
    matrixProduct: curve(
      0.658, [1, 1, 0.937, 0.453, 0.943, 1.010, 0.8, 0.791], quantisation: 0.287, perWave: 2.24,
      memory: 0.958, launch: 0.5, multiprocessors: 142),
    narrowAttention: attention(0.469, 588, memory: 0.462, launch: 0),
    wideAttention: attention(0.494, 199, memory: 0.622, launch: 0),
    attentionBackward: 3.2,
    attentionDerate: AttentionDerate(flash1: 1.6, flash2: 1.05, vendor: 1.5),
    trainingDerate: [.fp8: 0.9], defaultTrainingDerate: 1.05,
    elementwiseEfficiency: 0.8, groupedProductDerate: 1.25,
    allReduce: collective(7, 5, ramp: 0.02, 0.62), allGather: collective(7, 3, ramp: 0.02, 0.62),
    allToAll: collective(8, 2, ramp: 0.02, 0.62),
    provenance: "kernels measured on L40S, links estimated")

  /// V100 and T4: A100's curves with their own multiprocessors and derate; no measured kernels, and none
  /// of FlashAttention 2.
  static let volta = ampere.carriedOver(
    multiprocessors: 80, derate: 1.14, attention: beforeFlash2, "carried over from A100 to V100")
  static let turing = ampere.carriedOver(
    multiprocessors: 40, derate: 3.7, attention: beforeFlash2,
    "carried over from A100 to T4, which clocks down under load")

  private static let beforeFlash2 = AttentionDerate(flash1: 1.6, flash2: 1.6, vendor: 1.6)

  /// AMD CDNA 2: H100's curves, of which products are taken to reach half of the nominal rate.
  static let cdna2 = hopper.carriedOver(
    multiprocessors: 304, derate: 1.5, "carried over from H100 to CDNA")

  /// AMD CDNA 3 and 4, of whose eight-bit rate products reach about a third (MLPerf's MI300X runs).
  static let cdna3: KernelCalibration = {
    var copy = cdna2
    copy.trainingDerate[.fp8] = 2.2
    return copy
  }()

  /// Anything else: A100's curves, with a wider margin.
  static let unknown = ampere.carriedOver(
    multiprocessors: 108, derate: 1.25, "no measured kernels: A100's shares of peak, 25 % slower")

  private func carriedOver(
    multiprocessors: Double, derate: Double, attention: AttentionDerate? = nil,
    _ provenance: String
  ) -> KernelCalibration {
    var copy = self
    copy.attentionDerate = attention ?? attentionDerate
    copy.matrixProduct.multiprocessors = multiprocessors
    copy.trainingDerate = [:]
    copy.defaultTrainingDerate = derate
    copy.provenance = provenance
    return copy
  }

  /// Times in microseconds.
  private static func curve(
    _ efficiency: Double, _ shapes: [Double], quantisation: Double, perWave: Double,
    memory: Double, launch: Double, multiprocessors: Double
  ) -> MatrixProductCurve {
    MatrixProductCurve(
      efficiency: efficiency, shapeEfficiency: shapes, waveQuantisation: quantisation,
      perWave: .microseconds(perWave), memoryEfficiency: memory, launch: .microseconds(launch),
      multiprocessors: multiprocessors)
  }

  private static func attention(
    _ efficiency: Double, _ extraKeys: Double, memory: Double, launch: Double
  ) -> AttentionCurve {
    AttentionCurve(
      efficiency: efficiency, extraKeys: extraKeys, memoryEfficiency: memory,
      launch: .microseconds(launch))
  }

  /// Latencies in microseconds; the ramp in microseconds per square root of a byte.
  private static func collective(
    _ latency: Double, _ doubling: Double, ramp: Double, _ efficiency: Double
  ) -> CollectiveCurve {
    CollectiveCurve(
      latency: .microseconds(latency), latencyPerDoubling: .microseconds(doubling),
      ramp: ramp * 1e-6, efficiency: efficiency)
  }
}
