import ClusterTopology
import ParallelismVocabulary
import Quantities

/// A device with the rates at which it runs a workload.
///
/// Shared by reference by all frames whose ranks it stands for.
final class PricedDevice: Sendable {
  let device: ReferenceDevice
  /// The rate of the workload's precision, and of sixteen-bit products.
  let productPeak: FLOPsPerSecond
  let wholePeak: FLOPsPerSecond
  let collectives: CollectiveTimes

  /// `nil` where the device lacks the number format.
  init?(
    _ device: ReferenceDevice, precision: Precision, collectives: MeasuredCollectives
  ) {
    guard let productPeak = device.peak(precision),
      let wholePeak = device.peak(precision.storedBytes < 4 ? .bf16 : precision)
    else { return nil }
    self.device = device
    self.productPeak = productPeak
    self.wholePeak = wholePeak
    self.collectives = CollectiveTimes(
      calibration: device.calibration, measured: collectives)
  }
}
