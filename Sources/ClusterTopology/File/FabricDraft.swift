import InputFiles
import Quantities

/// A fabric as the file states it.
struct FabricDraft {
  let fabric: Fabric
  let nameNode: JSONNode
  /// The names of the groups that it connects, where they stand.
  let connects: [(name: String, node: JSONNode)]

  init?(_ object: ObjectReader) {
    let name = object.required("name", .name)
    let kind = object.required("kind", .choice(Fabric.Kind.self))
    let latency = object.optional("latencyMicroseconds", .number(.between(0, 1e6)))
    let levels = object.optional("levels", .array(of: .object(Self.level)), default: [])
    let connects = object.optional(
      "connects", .array(of: .namePlace, count: .atLeast(1)), default: [])
    let rate = object.optional("gigabitsPerSecond", .number(.above(0, atMost: 1e6)))
    let reduces = object.optional("inNetworkReduction", .bool, default: false)
    if object.has("connects"), !object.has("gigabitsPerSecond") {
      object.error(at: "connects", "needs 'gigabitsPerSecond' beside it: what each node can send")
    }
    if object.has("gigabitsPerSecond"), !object.has("connects") {
      object.error(
        at: "gigabitsPerSecond",
        "needs 'connects' beside it; the rate of network cards belongs to a group's 'nics'")
    }
    object.finish()
    guard let name, let kind, let levels, let connects, let reduces else { return nil }
    guard let nameNode = object.node(at: "name"), Self.checkLevels(levels, object) else {
      return nil
    }
    fabric = Fabric(
      name: name, kind: kind, latency: latency.map(Seconds.microseconds), levels: levels,
      connects: connects.map(\.name), rate: rate.map(BytesPerSecond.gigabits),
      inNetworkReduction: reduces)
    self.nameNode = nameNode
    self.connects = connects
  }

  private static func level(_ object: ObjectReader) -> Fabric.Level? {
    let nodes = object.required("nodesPerSwitch", .integer(.between(1, ClusterTopology.nodeLimit)))
    let factor = object.optional("oversubscription", .number(.between(1, 1000)), default: 1)
    object.finish()
    guard let nodes, let factor else { return nil }
    return Fabric.Level(nodesPerSwitch: nodes, oversubscription: factor)
  }

  /// Whether each tier's switches stand for whole switches of the tier below.
  private static func checkLevels(_ levels: [Fabric.Level], _ object: ObjectReader) -> Bool {
    let sizes = levels.map(\.nodesPerSwitch)
    for (lower, upper) in zip(sizes, sizes.dropFirst())
    where lower >= upper || !upper.isMultiple(of: lower) {
      object.error(
        at: "levels",
        "goes from \(lower) to \(upper) nodes per switch, but each tier must be larger than the "
          + "one below, by a whole factor")
      return false
    }
    return true
  }
}

extension JSONShape where Value == (name: String, node: JSONNode) {
  /// A name with its place.
  static var namePlace: JSONShape {
    JSONShape("a name") { node, log in
      JSONShape<String>.name.read(node, log).map { ($0, node) }
    }
  }
}
