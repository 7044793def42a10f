import ClusterTopology
import CostModel
import Quantities
import RankMapping

extension MappingProblem {
  /// The nodes of each stage on the links between them; `nil` where a stage's neighbours are no whole
  /// number of nodes, one node holds everything, or there are too many nodes to look at every pair.
  ///
  /// A node's hop is what its devices send to the next stage for a micro-batch. Its exchange is the
  /// gradients that its devices hold once: dense ones over its tensor ranks, those of experts over its
  /// expert ranks. Nodes stay within their group.
  init?(_ model: CostModel, for best: (frame: Frame, split: LayerSplit)) {
    let frame = best.frame
    let cluster = model.clusters[frame.groupOrder]
    let width = cluster.nodeGroups[0].acceleratorsPerNode
    guard cluster.nodeGroups.allSatisfy({ $0.acceleratorsPerNode == width }),
      StageRanks(stage: 0, of: frame).run.isMultiple(of: width)
    else { return nil }
    let grid = MappingGrid(
      stages: frame.degrees.pipeline, replicas: frame.degrees.devicesPerStage / width)
    guard grid.cells > 1, grid.cells <= cluster.nodeCount else { return nil }
    let traffic = StepTraffic(model, for: best, width: width)
    let nodes = frame.nodes(of: grid, width: width)
    if let levels = cluster.levels(of: nodes) {
      self.init(
        grid: grid, levels: levels.switches, rates: levels.links.map(\.rate),
        latencies: levels.links.map(\.latency), traffic: traffic)
      return
    }
    guard grid.cells <= ClusterTopology.pairedNodes else { return nil }
    let links = nodes.flatMap { from in
      nodes.map { from == $0 ? nil : cluster.link(from: from, to: $0) }
    }
    self.init(
      grid: grid,
      bandwidth: NodeBandwidth(
        count: grid.cells, rates: links.map { $0?.rate.value ?? .infinity },
        latencies: links.map { $0?.latency.value ?? 0 }), traffic: traffic,
      classes: nodes.map(cluster.group(ofNode:)))
  }
}

extension NodeMapping {
  /// The nodes of a frame in launch order, from those of its cells.
  func launchOrder(of frame: Frame, on model: CostModel) -> [Int] {
    let width = model.clusters[frame.groupOrder].nodeGroups[0].acceleratorsPerNode
    let grid = MappingGrid(
      stages: frame.degrees.pipeline, replicas: frame.degrees.devicesPerStage / width)
    let places = frame.nodes(of: grid, width: width)
    var order = places
    for (cell, node) in nodes.enumerated() { order[places[cell]] = places[node] }
    return order
  }
}

extension Frame {
  /// The node that each cell of a grid has as ranks are numbered, stage by stage.
  fileprivate func nodes(of grid: MappingGrid, width: Int) -> [Int] {
    (0..<grid.stages).flatMap { stage in
      let ranks = StageRanks(stage: stage, of: self)
      return (0..<grid.replicas).map { ranks[$0 * width] / width }
    }
  }
}

extension StepTraffic {
  /// - Parameter width: the devices of a node.
  fileprivate init(
    _ model: CostModel, for best: (frame: Frame, split: LayerSplit), width: Int
  ) {
    let frame = best.frame
    let stages = frame.degrees.pipeline
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
    self.init(
      hopBytes: Bytes(Double(width) * prices.shape.hiddenBytes),
      roundTrips: 1 + Double(frame.microBatches - 1) / Double(stages),
      exchangeBytes: exchange.map { Bytes($0) })
  }
}

extension ClusterTopology {
  /// The scale-up domains and switches above some nodes, and what a pair costs below each of them,
  /// where these alone decide.
  fileprivate func levels(of nodes: [Int]) -> (switches: NodeLevels, links: [Link])? {
    guard nodeGroups.count == 1, measured == nil, health.badLinks.isEmpty,
      let fabric = fabric(between: 0, and: 0)
    else { return nil }
    let widths = [nodeGroups[0].nodesPerDomain] + fabric.levels.map(\.nodesPerSwitch)
    guard zip(widths, widths.dropFirst()).allSatisfy({ $1.isMultiple(of: $0) }) else { return nil }
    var switches = widths.map { width in nodes.map { Int32(spot(ofNode: $0) / width) } }
    switches.append(nodes.map { _ in 0 })
    // A pair that the lowest switch above both joins, level by level.
    var links: [Link] = []
    for (index, level) in switches.enumerated() {
      let pair = nodes.indices.dropFirst().first { node in
        level[node] == level[0] && switches[..<index].allSatisfy { $0[node] != $0[0] }
      }
      links.append(
        pair.map { link(from: nodes[0], to: nodes[$0]) } ?? links.last
          ?? Link(latency: .zero, rate: .infinity))
    }
    return (NodeLevels(switches: switches), links)
  }
}
