import ParallelismVocabulary
import Quantities

/// What is known of the kernels of one generation of accelerators, as measured coefficients.
///
/// One value a generation: none belongs to a model, a source or a run.
public struct KernelCalibration: Sendable {
  public var matrixProduct: MatrixProductCurve
  /// Fused attention at head widths of up to 64, and above.
  public var narrowAttention: AttentionCurve
  public var wideAttention: AttentionCurve
  /// Backward over forward of fused attention: 2.5 times the arithmetic at about 0.8 of the
  /// efficiency.
  public var attentionBackward: Double
  /// What short sequences lose in training against what they lose in the inference kernels that
  /// were measured (`AttentionCurve.extraKeys`): the backward pass's blocks are smaller.
  public var shortSequences = 1.0
  /// Attention's arithmetic in training against the inference kernels that were measured, by family.
  public var attentionDerate: AttentionDerate
  /// Products in training against products measured alone (clocks under load, cold caches).
  public var trainingDerate: [Precision: Double]
  public var defaultTrainingDerate: Double
  /// The share of memory bandwidth that element-wise kernels reach.
  public var elementwiseEfficiency: Double
  /// Products whose rows or columns of weights are no multiples of 64 against those that are: their
  /// tiles straddle the memory's lines.
  public var misalignedDerate = 1.5
  /// Products whose rows or columns of weights are no multiples of 8, which matrix units take in
  /// narrow pieces only.
  public var oddDerate = 2.5
  /// Collectives inside a domain in training against collectives measured alone.
  public var collectiveDerate = 1.0
  /// Grouped products of experts against one product of the same rows.
  public var groupedProductDerate: Double
  /// What a kernel costs that finds the device busy: a further block of a ring.
  public var furtherBlock = Seconds.microseconds(5)
  public var allReduce: CollectiveCurve
  public var allGather: CollectiveCurve
  public var allToAll: CollectiveCurve
  /// Whether the coefficients were measured on this generation or carried over from a neighbour.
  public var provenance: String

  /// What products of a format lose; blocks of shared scales lose what plain eight bits do, where nothing
  /// else is known of them.
  public func derate(_ precision: Precision) -> Double {
    trainingDerate[precision] ?? (precision == .mxfp8 ? trainingDerate[.fp8] : nil)
      ?? defaultTrainingDerate
  }

  /// The curve of fused attention at a head width.
  ///
  /// FlashAttention's blocks of 128 rows waste no more than that beside the diagonal. Its heads of 64
  /// keep the rate of wider ones: of A100's published runs at 64 and at 128, fits so are off by less
  /// than where 64 keeps 0.87 of it.
  public func attention(width: Int, _ kernels: AttentionKernels = .vendor) -> AttentionCurve {
    guard kernels != .vendor else {
      var curve = width <= 64 ? narrowAttention : wideAttention
      curve.extraKeys *= shortSequences
      return curve
    }
    var curve = wideAttention
    curve.extraKeys = min(curve.extraKeys, 128)
    return curve
  }
}

/// What attention's arithmetic takes in training against the measured kernels, by family of kernels.
public struct AttentionDerate: Sendable, Hashable {
  public var flash1: Double
  public var flash2: Double
  public var vendor: Double

  public init(flash1: Double, flash2: Double, vendor: Double) {
    self.flash1 = flash1
    self.flash2 = flash2
    self.vendor = vendor
  }

  public subscript(kernels: AttentionKernels) -> Double {
    get { self[keyPath: Self.path(kernels)] }
    set { self[keyPath: Self.path(kernels)] = newValue }
  }

  public static func * (factor: Double, derate: AttentionDerate) -> AttentionDerate {
    AttentionDerate(
      flash1: factor * derate.flash1, flash2: factor * derate.flash2,
      vendor: factor * derate.vendor)
  }

  private static func path(_ kernels: AttentionKernels) -> WritableKeyPath<Self, Double> {
    switch kernels {
    case .flash1: \.flash1
    case .flash2: \.flash2
    case .vendor: \.vendor
    }
  }
}
