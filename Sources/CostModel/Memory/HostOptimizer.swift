import ClusterTopology
import ModelDescription
import Quantities

/// An optimiser that keeps its state in the hosts' memory: what a weight takes there, and how long its
/// step lasts.
///
/// The gradient goes to the host, its processors update the state, and the weight comes back, one after
/// the other. All devices of a node work at once, so each has its share of the host's memory and of its
/// rate.
/// - Source: Ren et al. 2021 (ZeRO-Offload) for what is moved and kept.
struct HostOptimizer: Sendable {
  /// Bytes of host memory for one weight: its state, and its gradient in single precision.
  let bytes: Double
  /// Seconds of the step for one weight.
  let seconds: Double

  /// Of the nominal rate of a host's memory, what an update of long arrays is taken to reach: a default,
  /// not a measurement.
  static let rateShare = 0.5

  /// - Returns: `nil` where the state is on the device.
  init?(_ model: CostModel, on device: ReferenceDevice) {
    guard model.workload.optimizerPlace == .host else { return nil }
    let state = model.workload.optimizer.stateBytes
    let stored = model.workload.precision.storedBytes
    let (gradient, trained) = (4.0, model.trainedShare)
    bytes = trained * (state + gradient)
    let moved = Bytes(model.stack.memory.gradientBytes + stored) / device.hostLink
    // State is read and written, the gradient read, the new weight written.
    let touched = Bytes(2 * state + gradient + stored) / (Self.rateShare * device.hostRate)
    seconds = trained * (moved + touched).value
  }
}
