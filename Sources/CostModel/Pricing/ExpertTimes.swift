import ModelDescription
import Quantities

/// What the routed experts of one layer take of a micro-batch, by how evenly their ranks are loaded
/// and to how many of them a token is sent.
///
/// With even loads and experts chosen at random, it is what the layer's price holds for them.
public struct ExpertTimes: Hashable, Sendable {
  /// What grows with the load of the fullest rank, where that is the mean.
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

  /// The parts that a token reaches which chooses its experts at random: n (1 − (1 − 1/n)ᵏ).
  public static func parts(reachedBy chosen: Int, of count: Int) -> Double {
    let n = Double(count)
    return n * (1 - (1 - 1 / n).power(Double(chosen)))
  }
}

extension FramePricer {
  /// The links between the ranks that share out the experts of a layer.
  public func expertLinks(of frame: Frame) -> GroupLinks { layerShape(of: frame).expertLinks }

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
      // Where every expert's copy is sent, whatever lies together, the fullest rank gets most.
      let slower = max(exchange.inside, exchange.between)
      guard timing.sendsOncePerNode, slower > .zero else {
        return ExpertTimes(perLoad: computation + visible, perGPU: .zero, perNode: .zero)
      }
      let share = visible / slower
      let gpus = ExpertTimes.parts(reachedBy: experts.perToken, of: shape.expertLinks.members)
      let nodes = ExpertTimes.parts(reachedBy: experts.perToken, of: shape.expertLinks.domains)
      return ExpertTimes(
        perLoad: computation, perGPU: share / gpus * exchange.inside,
        perNode: share / nodes * exchange.between)
    }
    return nil
  }
}
