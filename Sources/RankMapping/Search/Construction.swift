/// Orders of nodes in which those that are joined by cheap links stand together.
enum Construction {
  /// Single-linkage order: clusters merge over the cheapest links first, and the members of each stay
  /// together, so that any cut of the order into runs follows the clusters.
  ///
  /// Prim's algorithm; O(nodes²).
  static func clusterOrder(_ pairs: PriceMatrix) -> [Int] {
    var order = [0]
    var rest = Array(1..<max(1, pairs.count))
    var keys = rest.map { max(pairs.price(0, $0), pairs.price($0, 0)) }
    while !rest.isEmpty {
      var nearest = 0
      for place in 1..<rest.count where keys[place] < keys[nearest] { nearest = place }
      let node = rest[nearest]
      order.append(node)
      rest.swapAt(nearest, rest.count - 1)
      keys.swapAt(nearest, keys.count - 1)
      rest.removeLast()
      keys.removeLast()
      for place in rest.indices {
        let other = rest[place]
        keys[place] = min(keys[place], max(pairs.price(node, other), pairs.price(other, node)))
      }
    }
    return order
  }

  /// The nodes of an order laid on the grid block by block, by cell.
  ///
  /// A block is `stages` × `replicas` cells, filled replica by replica; blocks follow one another along
  /// replicas first, or along stages. Blocks of one stage keep rings together, blocks of one replica
  /// pipelines, and those between serve switches that hold parts of both.
  static func lay(
    _ order: [Int], on grid: MappingGrid, blockStages: Int, blockReplicas: Int,
    alongStagesFirst: Bool
  ) -> [Int] {
    var nodes = [Int](repeating: 0, count: grid.cells)
    let rows = grid.stages / blockStages
    let columns = grid.replicas / blockReplicas
    var next = 0
    for block in 0..<rows * columns {
      let row = alongStagesFirst ? block % rows : block / columns
      let column = alongStagesFirst ? block / rows : block % columns
      for replica in 0..<blockReplicas {
        for stage in 0..<blockStages {
          let cell = grid.cell(
            stage: row * blockStages + stage, replica: column * blockReplicas + replica)
          nodes[cell] = order[next]
          next += 1
        }
      }
    }
    return nodes
  }

  /// The order laid in blocks of every shape that divides the grid.
  static func layouts(_ order: [Int], on grid: MappingGrid) -> [[Int]] {
    var layouts: [[Int]] = []
    for blockStages in 1...grid.stages where grid.stages.isMultiple(of: blockStages) {
      for blockReplicas in 1...grid.replicas where grid.replicas.isMultiple(of: blockReplicas) {
        for alongStagesFirst in [false, true] {
          layouts.append(
            lay(
              order, on: grid, blockStages: blockStages, blockReplicas: blockReplicas,
              alongStagesFirst: alongStagesFirst))
        }
      }
    }
    return layouts
  }
}
