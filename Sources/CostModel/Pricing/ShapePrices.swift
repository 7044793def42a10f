import ModelDescription
import Quantities

/// The prices of all layers and both ends under one layer shape, as running sums over the layers.
///
/// Times in seconds and memory in bytes are plain numbers here: the search reads them millions of
/// times. Entry `i` of a running sum covers the layers before layer `i`. Shared by reference by all
/// frames of the shape.
public final class ShapePrices: Sendable {
  /// Forward seconds.
  public let forward: [Double]
  /// Backward seconds, and bytes kept for the backward pass, by policy.
  let backward: PolicySums
  /// Seconds of the backward pass that weight gradients take, under any policy.
  let weightGradient: [Double]
  let kept: PolicySums
  /// Bytes that wait in the host's memory, by policy; `nil` where none do under any.
  let offloaded: PolicySums?
  /// Weights held, in elements.
  public let dense: [Double]
  public let expert: [Double]
  public let embedding: EndPrice
  public let head: EndPrice
  /// The least of all layers in each respect.
  let least: LeastLayer
  /// Each kind's price by policy, for reports.
  public let kinds: [[LayerPrice]]
  /// The weights of each kind of layer.
  let weights: [HeldWeights]
  /// The least bytes that all layers can keep, each under its own policy.
  let leastKept: Double
  /// What is held only while something runs.
  let memory: ShapeMemory
  /// The weights of the largest layer, in elements.
  public let largestLayer: Double
  /// What one rank sends to the next stage for a micro-batch, in bytes: its share of the hidden
  /// states, which all tensor ranks hold or share out.
  /// - Source: the scatter and gather of Narayanan et al. 2021, §4.1; DeepSpeed's partitioned
  ///   tensors.
  public let hiddenBytes: Double
  /// Whether the first and the last stage each hold the table of a tied head.
  let holdsTableTwice: Bool

  init(pricer: LayerPricer, model: ModelDescription, policies: [RecomputePolicy], stages: Int) {
    let kinds = model.kinds.map { pricer.prices(of: $0, under: policies) }
    let weights = model.kinds.map { pricer.weights(of: $0) }
    self.kinds = kinds
    self.weights = weights
    forward = Self.sums(model.layers) { kinds[$0][0].forward.total.value }
    backward = PolicySums(layers: model.layers, policies: policies.count) {
      kinds[$0][$1].backward.total.value
    }
    weightGradient = Self.sums(model.layers) { kinds[$0][0].weightGradient.value }
    kept = PolicySums(layers: model.layers, policies: policies.count) {
      kinds[$0][$1].saved.value
    }
    offloaded =
      policies.contains { !$0.offloaded.isEmpty }
      ? PolicySums(layers: model.layers, policies: policies.count) {
        kinds[$0][$1].offloaded.value
      } : nil
    leastKept = model.layers.reduce(0) { sum, kind in
      sum + (kinds[kind].map(\.saved.value).min() ?? 0)
    }
    dense = Self.sums(model.layers) { weights[$0].dense }
    expert = Self.sums(model.layers) { weights[$0].expert }
    embedding = pricer.embedding(of: model)
    holdsTableTwice = model.tiedHead && stages > 1
    head = pricer.head(of: model, holdsTable: holdsTableTwice)
    least = LeastLayer(kinds: kinds)
    memory = ShapeMemory(pricer: pricer, model: model, policies: policies, kinds: kinds)
    largestLayer = weights.map(\.total).max() ?? 0
    let shape = pricer.operators.shape
    hiddenBytes = pricer.layerInput.value / shape.tokenShare / Double(shape.tensor)
  }

  /// The weights of all layers and both ends that the tensor and expert ranks of each hold, in elements.
  var wholeWeights: HeldWeights {
    let layers = dense.count - 1
    return HeldWeights(dense: dense[layers], expert: expert[layers]) + embedding.weights
      + head.weights
  }

  /// Bytes kept for the backward pass, by policy, as running sums.
  public var saved: [[Double]] { kept.byPolicy }

  private static func sums(_ layers: [Int], _ price: (Int) -> Double) -> [Double] {
    var sums = [0.0]
    sums.reserveCapacity(layers.count + 1)
    for kind in layers { sums.append(sums[sums.count - 1] + price(kind)) }
    return sums
  }
}

/// The least of all kinds of layer in each respect, in seconds and bytes of a micro-batch; by policy,
/// what recomputing adds to the backward pass and what is kept.
struct LeastLayer: Sendable {
  let forward: Double
  let backward: Double
  let extra: [Double]
  let saved: [Double]

  var extraFull: Double { extra[extra.count - 1] }
  var savedFull: Double { saved[saved.count - 1] }

  init(kinds: [[LayerPrice]]) {
    func least(_ price: ([LayerPrice]) -> Double) -> Double { kinds.map(price).min() ?? 0 }
    let policies = kinds.first?.indices ?? 0..<0
    forward = least { $0[0].forward.total.value }
    backward = least { $0[0].backward.total.value }
    extra = policies.map { policy in
      least { max(0, $0[policy].backward.total.value - $0[0].backward.total.value) }
    }
    saved = policies.map { policy in least { $0[policy].saved.value } }
  }
}
