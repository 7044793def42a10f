import ModelDescription
import ParallelismVocabulary
import Quantities

/// How a stack overlaps communication, and what it costs outside of kernels.
///
/// Shares are what remains visible of a collective, relative to its modelled time: above 1 where a
/// stack takes longer than the model, such as one that copies what it sends. What a stack does not
/// measure for itself stands at the default that all stacks share: of what several stacks were measured for,
/// about their geometric mean, since a stack that nobody measured is more likely usual than ideal.
public struct StackTiming: Sendable, Hashable {
  // MARK: Kernels

  /// Which kernels compute fused attention.
  public var attentionKernels = AttentionKernels.vendor
  /// Memory-bound work against the passes that fused kernels would need: 1 where a compiler fuses
  /// normalisations, activations, dropout and residual sums, more where they run one by one. Fitted from 1,
  /// seven stacks with fused kernels lay between 0.95 and 2.5, at 1.3 on geometric mean.
  public var elementwise = 1.3
  /// Whether attention's output projection has an adapter too, not only those of queries, keys and
  /// values.
  public var adaptsOutputs = true
  /// Whether recomputation stops once it has restored all that the backward pass reads, and so leaves
  /// out the product that ends a layer.
  /// - Source: PyTorch's `torch.utils.checkpoint` without reentrance, from 2.1
  ///   (`set_checkpoint_early_stop`).
  public var stopsRecomputeEarly = false
  /// Reads and writes of single-precision logits by the loss, forward and backward together.
  public var logitPasses = 4.0
  /// Reads and writes of the score matrix by softmax attention that stores it, forward: a product's write and
  /// read, and two each by scale, mask and softmax, and by dropout with its mask. Fitted from 6, two stacks
  /// lay at 8.1 and 8.3.
  public var scorePasses = 8.0
  /// Grouped products of experts in quantised formats against the generation's own
  /// (`groupedProductDerate`): each expert's rows are padded and quantised apart.
  public var groupedProducts = 1.2

  // MARK: Communication

  /// Of tensor-parallel collectives.
  public var tensorExposed = 0.5
  /// Of the ring of context parallelism.
  public var contextExposed = 0.3
  /// Of dispatch and combination of experts' tokens.
  public var expertExposed = 0.8
  /// Whether a token crosses the network once for each node that it is sent to, not once for each
  /// expert (DeepEP and its like).
  public var sendsOncePerNode = false
  /// The share of a layer's computation behind which experts' exchanges over the network hide.
  public var expertHidden = 0.0
  /// Of hops between stages, beside the other micro-batches.
  public var hopExposed = 0.4
  /// Of the gradient reduction: always, and beyond the last micro-batch's backward pass.
  public var gradientResidual = 0.2
  public var gradientExposed = 0.5
  /// Bytes of a gradient element while it is reduced.
  public var gradientBytes = 4.0
  /// Of the weights' gathering under full sharding, even where computation is longer: fitted from 0.15, three
  /// stacks lay between 0.16 and 0.58.
  public var shardingExposed = 0.25
  /// Whether layers gather their weights and reduce their gradients also where only gradients and
  /// optimiser state are sharded (FSDP's `SHARD_GRAD_OP`), each micro-batch and beside computation; other
  /// stacks do so once a step.
  public var shardsGradientsByLayer = false

  // MARK: The host

  /// The host's time to launch one layer's forward pass.
  public var launch = Seconds.microseconds(800)
  /// The same for a backward pass, as a share of a forward pass's: autograd launches from C++.
  public var launchBackwardShare = 1.2
  /// A layer's launch in quantised formats against one in sixteen bits: about a dozen kernels of a
  /// fused layer's pass get half as many more, which find scales and cast. An estimate; 1 where a compiler
  /// fuses them.
  public var launchQuantised = 1.5
  /// What the host adds to a pass of a layer whose tensor ranks communicate, for every doubling of
  /// the ranks, and to one with experts.
  public var launchTensor = Seconds.microseconds(50)
  public var launchExperts = Seconds.microseconds(100)
  /// The same where stored scores pass through scale, mask and softmax one by one.
  public var launchUnfusedSoftmax = Seconds.microseconds(500)
  /// The host's time a micro-batch and chunk, and a step.
  public var perMicroBatch = Seconds.milliseconds(1)
  public var perStep = Seconds.milliseconds(8)
  /// Bytes read and written a parameter in the optimiser step.
  public var optimizerBytes = 39.0
  /// The share by which every doubling of the nodes slows a step (stragglers).
  public var jitterPerDoubling = 0.004

  public init() {}

  /// Whether a low-rank adapter stands beside an operator, where weights are frozen.
  func adapts(_ operation: Operator) -> Bool {
    guard case .projection = operation.work, operation.part == .attention else { return false }
    return adaptsOutputs || operation.partition != .row
  }

  /// How often layers gather their weights under a sharding.
  func layerSharding(_ sharding: Sharding) -> LayerSharding {
    switch sharding {
    case .parameters: .twice
    case .gradients where shardsGradientsByLayer: .once
    case .none, .optimizer, .gradients: .none
    }
  }

  /// The host's time to launch one layer's backward pass.
  public var launchBackward: Seconds { launchBackwardShare * launch }
}

/// How often a layer gathers its weights for a micro-batch, and whether it reduces its gradients.
enum LayerSharding: Hashable, Sendable {
  /// Never: it holds its weights, and gradients are reduced at the end of a step.
  case none
  /// Before the forward pass alone: the weights stay whole until the backward pass is through.
  case once
  /// Before either pass.
  case twice
}

/// The families of fused attention kernels.
public enum AttentionKernels: String, CaseIterable, Codable, Sendable, Hashable {
  /// FlashAttention 1, mostly as Triton compiles it: written for A100, and shared out by heads and samples
  /// alone.
  case flash1
  /// FlashAttention 2, which PyTorch calls from 2.2: still written for A100.
  case flash2
  /// The vendor's own for each generation: cuDNN, Transformer Engine, FlashAttention 3.
  case vendor
}
