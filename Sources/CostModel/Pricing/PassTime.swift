import Quantities

/// The time of one pass (forward or backward) of one micro-batch through one layer, by cause.
@frozen public struct PassTime: Hashable, Sendable {
  /// Kernels: products, attention, element-wise work.
  public var compute: Seconds
  /// Kernels run again in the backward pass.
  public var recompute: Seconds
  /// What remains visible of each kind of communication.
  public var tensor: Seconds
  public var context: Seconds
  public var expert: Seconds
  public var sharding: Seconds
  /// What remains visible of activations' way to the host's memory and back.
  public var hostCopies: Seconds
  /// What the device waits for the host to launch kernels.
  public var launch: Seconds

  public init(
    compute: Seconds = .zero, recompute: Seconds = .zero, tensor: Seconds = .zero,
    context: Seconds = .zero, expert: Seconds = .zero, sharding: Seconds = .zero,
    hostCopies: Seconds = .zero, launch: Seconds = .zero
  ) {
    self.compute = compute
    self.recompute = recompute
    self.tensor = tensor
    self.context = context
    self.expert = expert
    self.sharding = sharding
    self.hostCopies = hostCopies
    self.launch = launch
  }

  /// The device's time without waiting for the host.
  public var device: Seconds {
    compute + recompute + tensor + context + expert + sharding + hostCopies
  }

  public var total: Seconds { device + launch }

  public static let zero = PassTime()

  public static func + (left: PassTime, right: PassTime) -> PassTime {
    PassTime(
      compute: left.compute + right.compute, recompute: left.recompute + right.recompute,
      tensor: left.tensor + right.tensor, context: left.context + right.context,
      expert: left.expert + right.expert, sharding: left.sharding + right.sharding,
      hostCopies: left.hostCopies + right.hostCopies, launch: left.launch + right.launch)
  }

  public static func * (factor: Double, time: PassTime) -> PassTime {
    PassTime(
      compute: factor * time.compute, recompute: factor * time.recompute,
      tensor: factor * time.tensor, context: factor * time.context, expert: factor * time.expert,
      sharding: factor * time.sharding, hostCopies: factor * time.hostCopies,
      launch: factor * time.launch)
  }

  /// Adds the wait for the host: a smooth maximum of the kernels' and the launch time, less the
  /// kernels'.
  ///
  /// Where no exchange interrupts them, kernels queue ahead, so the host shows only where it is about
  /// as slow as the device: `(kernels⁸ + host⁸)^⅛`.
  ///
  /// An exchange between tensor or expert ranks empties the queue: it starts when the last rank's
  /// host has launched it, and no rank's kernels run ahead of it. The few kernels up to the next are
  /// of very different lengths: short ones wait for the host although long ones keep the device busy
  /// longer than the host works. Host and kernels then add as independent parts do:
  /// `(kernels² + host²)^½`. Exchanges between tensor ranks come on top.
  /// - Source: form and exponents found on vTrain's single-node runs of small models, whose times of
  ///   a layer are exact to the printed digit: 1.9 fits best with tensor ranks; without, 5 to 16 do
  ///   alike. Runs on T4, H100 and GH200, which had no part in that, agree.
  func flooredByLaunch(_ host: Seconds) -> PassTime {
    guard host > .zero else { return self }
    let kernels = device - tensor
    let slow = max(kernels.value, host.value)
    let ratio = min(kernels.value, host.value) / slow
    let square = ratio * ratio
    var copy = self
    if tensor + expert > .zero {
      copy.launch = Seconds(slow * (1 + square).squareRoot()) - kernels
    } else {
      let eighth = square * square * square * square
      copy.launch = Seconds(slow * (1 + eighth).squareRoot().squareRoot().squareRoot()) - kernels
    }
    return copy
  }
}
