import InputFiles
import Quantities

/// Network cards as the file states them, before their fabric is known.
struct NICsDraft {
  /// Where to say what is wrong: the `nics`, or the group whose preset has the cards.
  let node: JSONNode
  let fabric: (name: String, node: JSONNode)?
  let perNode: Int
  let rate: BytesPerSecond

  /// The cards of a preset; nil where it has none.
  init?(_ preset: NodePreset?, at node: JSONNode) {
    guard let nics = preset?.nics else { return nil }
    self.node = node
    fabric = nil
    perNode = nics.perNode
    rate = .gigabits(nics.gigabitsPerSecond)
  }

  fileprivate init?(
    _ object: ObjectReader, base: (perNode: Int, gigabitsPerSecond: Double)?
  ) {
    fabric = object.optional("fabric", .namePlace)
    let countShape = JSONShape.integer(.between(1, 1024))
    let rateShape = JSONShape<Double>.number(.above(0, atMost: 1e6))
    let isWhole = base == nil
    let count = object.value("perNode", countShape, isRequired: isWhole) ?? base?.perNode
    let rate =
      object.value("gigabitsPerSecond", rateShape, isRequired: isWhole) ?? base?.gigabitsPerSecond
    object.finish()
    guard let count, let rate else { return nil }
    node = object.node
    perNode = count
    self.rate = .gigabits(rate)
  }
}

extension JSONShape where Value == NICsDraft {
  static func nics(base: (perNode: Int, gigabitsPerSecond: Double)?) -> JSONShape {
    object { NICsDraft($0, base: base) }
  }
}
