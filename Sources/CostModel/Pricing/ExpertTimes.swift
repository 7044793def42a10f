import ModelDescription
import Quantities

/// What the routed experts of one layer take of a micro-batch, by how evenly their ranks are loaded
/// and to how many of them a token is sent.
///
/// With the loads and destinations that the workload tells of (`RankUse`), it is what the layer's price
/// holds for them.
public struct ExpertTimes: Hashable, Sendable {
  /// What grows with the load of the fullest rank, as if that were the mean.
  public var perLoad: Seconds
  /// Dispatch and combination inside domains, for each GPU that a token is sent to.
  public var perGPU: Seconds
  /// Dispatch and combination between domains, for each domain that a token is sent to.
  public var perNode: Seconds

  public init(perLoad: Seconds, perGPU: Seconds, perNode: Seconds) {
    self.perLoad = perLoad
    self.perGPU = perGPU
    self.perNode = perNode
  }

  /// - Parameters:
  ///   - imbalance: the fullest rank's load over the mean.
  ///   - gpus: the GPUs that a token is sent to, on average.
  ///   - nodes: the domains that it is sent to.
  public func time(imbalance: Double, gpus: Double, nodes: Double) -> Seconds {
    imbalance * perLoad + max(gpus * perGPU, nodes * perNode)
  }

  /// The time of what is known.
  public func time(_ use: RankUse) -> Seconds {
    time(imbalance: use.imbalance, gpus: use.ranks, nodes: use.domains)
  }

  /// The parts that a token reaches which chooses its experts at random: n (1 − (1 − 1/n)ᵏ).
  public static func parts(reachedBy chosen: Int, of count: Int) -> Double {
    let n = Double(count)
    return n * (1 - (1 - 1 / n).power(Double(chosen)))
  }
}

extension FramePricer {
  /// The links between the ranks that share out the experts of a layer.
  public func expertLinks(of frame: Frame) -> GroupLinks { layerShape(of: frame).expertLinks }

  /// How the tokens of a layer use its expert ranks, by what the workload tells; `nil` without experts.
  public func expertUse(of frame: Frame, layer: Layer) -> RankUse? {
    layer.experts.map { layerShape(of: frame).use(of: $0, model.workload) }
  }

  /// - Parameters:
  ///   - stage: where the layer lies.
  ///   - isForwardOnly: whether there is no backward pass.
  /// - Returns: `nil` for a layer without routed experts.
  public func expertTimes(
    of frame: Frame, layer: Layer, stage: Int, isForwardOnly: Bool = false
  ) -> ExpertTimes? {
    layerPricer(
      layerShape(of: frame, stage: model.isMixed ? stage : nil),
      on: device(of: frame, stage: stage)
    ).expertTimes(of: layer, isForwardOnly: isForwardOnly)
  }
}

extension LayerPricer {
  fileprivate func expertTimes(of layer: Layer, isForwardOnly: Bool) -> ExpertTimes? {
    for routed in layer.operators {
      guard case .experts(let experts) = routed.work else { continue }
      let (times, all) = (
        operators.times(of: routed), layer.operators.map { operators.times(of: $0) }
      )
      let exchange = expertExchange(experts)
      var computation = times.forward
      var visible = visible(exchange, behind: all.reduce(.zero) { $0 + $1.forward })
      if !isForwardOnly {
        computation = computation + times.backward
        visible = visible + self.visible(exchange, behind: all.reduce(.zero) { $0 + $1.backward })
      }
      let use = shape.use(of: experts, workload)
      // Where every expert's copy is sent, whatever lies together, the fullest rank gets most.
      let slower = max(exchange.inside, exchange.between)
      guard timing.sendsOncePerNode, slower > .zero else {
        return ExpertTimes(
          perLoad: (computation + visible) / use.imbalance, perGPU: .zero, perNode: .zero)
      }
      let share = visible / slower
      return ExpertTimes(
        perLoad: computation / use.imbalance, perGPU: share / use.ranks * exchange.inside,
        perNode: share / use.domains * exchange.between)
    }
    return nil
  }
}
