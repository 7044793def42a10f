/// What the layers cost on each stage of a pipeline whose stages lie on several kinds of accelerator.
///
/// A stage is priced on the devices that it covers, the weakest of them where it covers several kinds,
/// and over its own links. Shared by reference by frames that differ only in schedule or sharding.
final class StagePrices: Sendable {
  /// By stage.
  let shapes: [ShapePrices]
  let devices: [PricedDevice]
  /// The least of all layers on any stage.
  let least: LeastLayer
  /// The stages whose prices differ: the first of each.
  let distinct: [Int]

  init(shapes: [ShapePrices], devices: [PricedDevice]) {
    self.shapes = shapes
    self.devices = devices
    distinct = shapes.indices.filter { stage in
      !shapes[..<stage].contains { $0 === shapes[stage] }
    }
    least = LeastLayer(kinds: distinct.map { shapes[$0].kinds }.joined().map { $0 })
  }

  /// The sum over the layers of the least that each kind takes on any stage, in seconds.
  func leastSum(_ layers: [Int], _ time: (LayerPrice) -> Double) -> Double {
    let kinds = shapes[0].kinds.indices.map { kind in
      distinct.reduce(Double.infinity) { min($0, time(shapes[$1].kinds[kind][0])) }
    }
    return layers.reduce(0) { $0 + kinds[$1] }
  }

  /// How many times as fast a stage is as a reference for layers, at most.
  func speed(stage: Int, against reference: ShapePrices) -> Double {
    zip(shapes[stage].kinds, reference.kinds).reduce(0) { most, kind in
      let (own, other) = (kind.0[0].both, kind.1[0].both)
      return other > 0 ? max(most, own > 0 ? other / own : .infinity) : most
    }
  }
}

extension LayerPrice {
  /// Both passes of a micro-batch, in seconds.
  var both: Double { forward.total.value + backward.total.value }
}
