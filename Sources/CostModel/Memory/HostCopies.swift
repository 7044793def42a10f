import ModelDescription
import ParallelismVocabulary
import Quantities

// Which activations wait in the host's memory, and what their way there and back costs.

/// How activations travel to the host's memory and back: each way once for a micro-batch, beside the
/// kernels.
///
/// The way there hides behind a layer's forward pass, the way back behind its backward pass; what
/// outlasts them shows. All devices of a node copy at once, so that each has its share of the host's
/// memory. A copy takes its bytes of the device's own memory bandwidth from the kernels besides.
struct HostCopies: Sendable {
  /// One way.
  let rate: BytesPerSecond
  let memoryBandwidth: BytesPerSecond

  /// Of the nominal rate of a link to the host, what copies of pinned memory are taken to reach: a
  /// default, not a measurement.
  static let linkShare = 0.8

  init(_ device: ReferenceDevice) {
    rate = min(Self.linkShare * device.hostLink, HostOptimizer.rateShare * device.hostRate)
    memoryBandwidth = device.memoryBandwidth
  }

  /// What both ways add to a micro-batch's passes through a layer.
  func exposed(_ bytes: Bytes, forward: Seconds, backward: Seconds) -> Seconds {
    let copy = bytes / rate
    return (copy - forward).orZero + (copy - backward).orZero + 2 * bytes / memoryBandwidth
  }
}

extension Block {
  /// The module that the block is to offloading; `nil` where what it keeps stays on the device, as it does
  /// where attention and the network beside it share one block.
  ///
  /// - Source: Megatron-Core 0.19, `--offload-modules`: `attn_norm`, `qkv_linear`, `core_attn` and
  ///   `attn_proj`; `mlp_norm`, `expert_fc1` and `moe_act`. Dense feed-forward parts have none.
  public var offloadModule: OffloadModule? {
    let parts = operators.reduce(into: Set<OffloadModule?>()) { parts, operation in
      switch operation.part {
      case .routedExperts: parts.insert(.experts)
      case .denseFeedForward, .linearAttention, .stateSpace: parts.insert(nil)
      default: if case .attention = operation.work { parts.insert(.attention) }
      }
    }
    return parts.count == 1 ? parts.first ?? nil : nil
  }
}

extension LayerPricer {
  /// What of a layer's kept activations waits in the host's memory.
  func offloaded(by layer: Layer, under policy: RecomputePolicy) -> Bytes {
    let modules = policy.offloaded
    guard !modules.isEmpty else { return .zero }
    return layer.blocks.reduce(.zero) { sum, block in
      guard let module = block.offloadModule, modules.contains(module) else { return sum }
      let trains = trains(block)
      switch module {
      case .attention:
        return block.operators.reduce(sum) { $0 + saved(by: $1, under: policy, trains: trains) }
      case .experts:
        // What the normalisation gives is read by the router and the shared experts too, and stays.
        let input = block.operators.first.flatMap { first in
          first.part == .normalisation ? first.saved.first { $0.isModuleOutput } : nil
        }
        return block.operators.reduce(sum + (input.map { bytes(of: $0, trains: trains) } ?? .zero))
        {
          $0 + offloadedRows(of: $1, under: policy, trains: trains)
        }
      }
    }
  }

  /// Whether experts keep the rows that they receive as these came, not quantised.
  ///
  /// - Source: Megatron-Core 0.19, `moe/experts.py`: so that they can be offloaded, but with MXFP8 and NVFP4.
  func receivesWhole(under policy: RecomputePolicy) -> Bool {
    policy.offloaded.contains(.experts) && ![.mxfp8, .nvfp4].contains(workload.precision)
  }

  /// The rows that experts receive, and what their first products give; not the activated ones.
  private func offloadedRows(
    of operation: Operator, under policy: RecomputePolicy, trains: Bool
  ) -> Bytes {
    guard case .experts(let experts) = operation.work else { return .zero }
    let kept = keptByExperts(experts, under: policy, trains: trains)
    let rows = (1 - policy.share(of: operation)) * operators.expertRows(experts)
    return Bytes(rows * (kept.received + kept.upward))
  }
}
