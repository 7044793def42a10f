import ClusterTopology
import CostModel
import ParallelismSearch
import Quantities
import RankMapping

/// The order of hosts in which a plan communicates best, where nodes are not all alike to each other:
/// links were measured, or some are bad.
///
/// `RankMapping` lays the stages and the nodes of each on the links; the cost model has the last word
/// on whether the order is better. Nodes stay within their group.
struct HostOrder {
  /// The cost model of the request with the hosts in this order.
  let model: CostModel
  /// The node at each place.
  let order: [Int]

  /// - Parameter best: the best frame and split with the hosts as they are listed.
  /// - Returns: `nil` where no order is better, or none but the listed one can be told apart.
  /// - Throws: nothing but our own mistakes: the accelerators are the same.
  init?(
    _ request: PlanRequest, model: CostModel, for best: (frame: Frame, split: LayerSplit)
  ) throws(CostModelError) {
    let cluster = model.cluster
    guard cluster.measured != nil || !cluster.health.badLinks.isEmpty,
      cluster.nodeGroups.count == 1, cluster.canReorder(Array((0..<cluster.nodeCount).reversed())),
      let problem = MappingProblem(model, for: best)
    else { return nil }
    let order = cluster.order(startingWith: problem.solve().mapping.nodes)
    guard let reordered = cluster.reordered(order) else { return nil }
    var changed = request
    changed.cluster = reordered
    let then = try changed.costModel()
    guard let now = Self.step(model, best), let later = Self.step(then, best), later < now else {
      return nil
    }
    self.model = then
    self.order = order
  }

  private static func step(
    _ model: CostModel, _ plan: (frame: Frame, split: LayerSplit)
  ) -> Seconds? {
    PlanVariant(frame: plan.frame, split: plan.split, pricer: FramePricer(model))?.prediction.step
  }
}

extension MappingProblem {
  /// The nodes of each stage on the links between them; `nil` where a stage is no whole number of
  /// nodes, or one node holds everything.
  ///
  /// A node's hop is what its devices send to the next stage for a micro-batch. Its exchange is the
  /// gradients that its devices hold once: dense ones over its tensor ranks, those of experts over its
  /// expert ranks.
  fileprivate init?(_ model: CostModel, for best: (frame: Frame, split: LayerSplit)) {
    let frame = best.frame
    let stages = frame.degrees.pipeline
    let width = model.cluster.nodeGroups[0].acceleratorsPerNode
    guard frame.degrees.devicesPerStage.isMultiple(of: width) else { return nil }
    let grid = MappingGrid(stages: stages, replicas: frame.degrees.devicesPerStage / width)
    guard grid.cells > 1, grid.cells <= model.cluster.nodeCount else { return nil }
    let prices = FramePricer(model).prices(of: frame)
    let dense = min(width, frame.degrees.tensor)
    let expert = min(width, frame.degrees.expert * frame.degrees.expertTensor)
    let exchange = (0..<stages).map { stage in
      frame.chunks(ofRank: stage).reduce(0.0) { sum, chunk in
        let layers = best.split.layers(ofChunk: chunk)
        let held = prices.weights(chunk: chunk, first: layers.lowerBound, end: layers.upperBound)
        let weights = held.dense * Double(dense) + held.expert * Double(expert)
        return sum + weights * model.stack.timing.gradientBytes
      }
    }
    let nodes = 0..<grid.cells
    let links = nodes.flatMap { from in
      nodes.map { from == $0 ? nil : model.cluster.link(from: from, to: $0) }
    }
    self.init(
      grid: grid,
      bandwidth: NodeBandwidth(
        count: grid.cells, rates: links.map { $0?.rate.value ?? .infinity },
        latencies: links.map { $0?.latency.value ?? 0 }),
      traffic: StepTraffic(
        hopBytes: Bytes(Double(width) * prices.shape.hiddenBytes),
        roundTrips: 1 + Double(frame.microBatches - 1) / Double(stages),
        exchangeBytes: exchange.map { Bytes($0) }))
  }
}
