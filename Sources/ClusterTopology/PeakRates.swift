import ParallelismVocabulary
import Quantities

/// The dense peak rates of a device's matrix units, where known.
///
/// `fp32` is the vector rate; all others are matrix rates with single-precision accumulation and
/// without structured sparsity (data sheets often print twice as much).
@frozen public struct PeakRates: Sendable, Hashable {
  public var fp32: FLOPsPerSecond?
  public var tf32: FLOPsPerSecond?
  public var fp16: FLOPsPerSecond?
  public var bf16: FLOPsPerSecond?
  public var fp8: FLOPsPerSecond?
  /// Eight-bit floats whose blocks of 32 share a scale.
  public var mxfp8: FLOPsPerSecond?
  /// Four-bit floats whose blocks share a scale.
  public var nvfp4: FLOPsPerSecond?
  public var int8: FLOPsPerSecond?

  /// Rates in 10¹² operations a second.
  public init(
    fp32: Double? = nil, tf32: Double? = nil, fp16: Double? = nil, bf16: Double? = nil,
    fp8: Double? = nil, mxfp8: Double? = nil, nvfp4: Double? = nil, int8: Double? = nil
  ) {
    self.fp32 = fp32.map(FLOPsPerSecond.teraFLOPS)
    self.tf32 = tf32.map(FLOPsPerSecond.teraFLOPS)
    self.fp16 = fp16.map(FLOPsPerSecond.teraFLOPS)
    self.bf16 = bf16.map(FLOPsPerSecond.teraFLOPS)
    self.fp8 = fp8.map(FLOPsPerSecond.teraFLOPS)
    self.mxfp8 = mxfp8.map(FLOPsPerSecond.teraFLOPS)
    self.nvfp4 = nvfp4.map(FLOPsPerSecond.teraFLOPS)
    self.int8 = int8.map(FLOPsPerSecond.teraFLOPS)
  }

  /// The rate of a precision as the device's own units run it; `nil` where it has none.
  @inlinable public subscript(precision: Precision) -> FLOPsPerSecond? {
    get {
      switch precision {
      case .fp32: fp32
      case .tf32: tf32
      case .fp16: fp16
      case .bf16: bf16
      case .fp8: fp8
      case .mxfp8: mxfp8
      case .nvfp4: nvfp4
      case .int8: int8
      }
    }
    set {
      switch precision {
      case .fp32: fp32 = newValue
      case .tf32: tf32 = newValue
      case .fp16: fp16 = newValue
      case .bf16: bf16 = newValue
      case .fp8: fp8 = newValue
      case .mxfp8: mxfp8 = newValue
      case .nvfp4: nvfp4 = newValue
      case .int8: int8 = newValue
      }
    }
  }

  /// The rate at which a precision runs, and the precision whose units run it.
  ///
  /// A format without units of its own is converted to the nearest one that has them, by these
  /// chains: nvfp4 → mxfp8 → bf16; mxfp8 → bf16; fp8 → bf16; int8 → bf16; bf16 → fp16 (Volta and
  /// Turing); fp16 → bf16; tf32 → fp32. A chain never leads to single precision from below, since
  /// no framework falls back that far silently.
  @inlinable public func resolved(
    _ precision: Precision
  ) -> (rate: FLOPsPerSecond, precision: Precision)? {
    if let rate = self[precision] { return (rate, precision) }
    switch precision {
    case .fp32: return nil
    case .tf32: return fp32.map { ($0, .fp32) }
    case .fp16: return bf16.map { ($0, .bf16) }
    case .bf16: return fp16.map { ($0, .fp16) }
    case .nvfp4: return resolved(.mxfp8)
    case .fp8, .mxfp8, .int8: return resolved(.bf16)
    }
  }
}
