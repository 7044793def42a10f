/// How many tokens each expert gets, in one or several workloads.
public struct ExpertLoads: Sendable, Equatable {
  /// One workload's counts.
  public struct Workload: Sendable, Equatable {
    public let name: String
    /// For each layer, the tokens of each expert.
    public let layers: [[Double]]

    public init(name: String, layers: [[Double]]) {
      self.name = name
      self.layers = layers
    }
  }

  public let workloads: [Workload]
  public let layers: Int
  public let experts: Int

  /// - Precondition: workloads of equally many layers of equally many experts, none negative, and no
  ///   layer without tokens.
  public init(_ workloads: [Workload]) {
    precondition(!workloads.isEmpty, "a workload to balance")
    layers = workloads[0].layers.count
    experts = workloads[0].layers.first?.count ?? 0
    for workload in workloads {
      precondition(workload.layers.count == layers, "layers are the same in all workloads")
      for layer in workload.layers {
        precondition(layer.count == experts, "experts are the same in all layers")
        precondition(layer.allSatisfy { $0 >= 0 && $0.isFinite }, "counts of tokens")
        precondition(layer.contains { $0 > 0 }, "tokens in every layer")
      }
    }
    self.workloads = workloads
  }

  /// The loads of one layer, workload by workload.
  public func layer(_ layer: Int) -> [[Double]] { workloads.map { $0.layers[layer] } }

  /// The mean of the workloads, each with the same number of tokens in every layer.
  public var meanWorkload: Workload {
    Workload(name: "mean", layers: (0..<layers).map(mean(layer:)))
  }

  /// The experts' shares of one layer's tokens, added up over the workloads.
  func mean(layer: Int) -> [Double] {
    let all = self.layer(layer)
    let totals = all.map { $0.reduce(0, +) }
    return (0..<experts).map { expert in
      zip(all, totals).reduce(0) { $0 + $1.0[expert] / $1.1 }
    }
  }
}
