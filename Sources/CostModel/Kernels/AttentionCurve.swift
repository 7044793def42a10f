import Quantities

/// The time of fused softmax attention, forward, on one kind of accelerator.
///
/// ```
/// time = launch + ((d · flops(1 + x / keys) / (peak · e))³ + (bytes / (bandwidth · r))³)^⅓
/// ```
/// The length term `x` is what short sequences lose, and `d` what arithmetic takes in training
/// (`KernelCalibration.attentionDerate`): kernels that fill the matrix units worse, such as those
/// written for an earlier generation, read and write no slower for it.
/// - Source: fitted to the measured causal prefill kernels of aiconfigurator-core 0.12.0; unseen
///   shapes are met to 7 … 13 %. The backward pass was not measured there: it is priced as a
///   multiple of the forward pass (`KernelCalibration.attentionBackward`).
@frozen public struct AttentionCurve: Sendable {
  public var efficiency: Double
  /// Keys' worth of work that every query row costs besides its own keys.
  public var extraKeys: Double
  public var memoryEfficiency: Double
  public var launch: Seconds

  /// The time of one forward pass over `rows` query rows (tokens × heads on this rank).
  ///
  /// - Parameters:
  ///   - rows: query rows, heads counted.
  ///   - keys: the mean number of keys that a query row attends to (half the length if causal).
  ///   - queryKeySize: width of a query or key; `valueSize`: width of a value.
  ///   - bytes: what is read and written: queries, keys, values, output.
  ///   - derate: the arithmetic's time against kernels measured alone.
  public func time(
    rows: Double, keys: Double, queryKeySize: Double, valueSize: Double, bytes: Bytes,
    peak: FLOPsPerSecond, bandwidth: BytesPerSecond, derate: Double = 1
  ) -> Seconds {
    let work = FLOPs(2 * rows * (keys + extraKeys / 2) * (queryKeySize + valueSize))
    let compute = derate * (work / (efficiency * peak)).value
    let memory = (bytes / (memoryEfficiency * bandwidth)).value
    let cubes = compute * compute * compute + memory * memory * memory
    return launch + Seconds(cubes.cubeRoot)
  }
}
