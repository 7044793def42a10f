/// All ways to divide the experts of a layer among GPUs, equally many on each, and which of them differ
/// in nothing but the numbers of GPUs.
struct BalancedPartitions {
  /// The GPU of each expert, way by way.
  private(set) var ways: [[UInt8]] = []
  /// The class of each way; ways of a class become each other by other numbers of nodes, and of GPUs
  /// within a node.
  private(set) var classes: [Int] = []
  /// One way of each class: the one that numbers nodes and GPUs in the order of their first experts.
  private(set) var representatives: [[UInt8]] = []

  private let gpus: Int
  /// GPUs of the kinds of part that make a difference: from all of them down to one.
  private let sizes: [Int]

  /// Nil where there are more ways than `limit`: E! / (C!)^G for E = G·C experts.
  init?(experts: Int, on hierarchy: GPUHierarchy, limit: Int) {
    gpus = hierarchy.gpus
    sizes = [gpus] + hierarchy.partLevels.reversed().map { hierarchy.gpus / $0.parts }
    guard gpus <= 256, Self.count(experts: experts, gpus: gpus, limit: limit) != nil else {
      return nil
    }
    var room = [Int](repeating: experts / gpus, count: gpus)
    var way: [UInt8] = []
    func extend(_ ways: inout [[UInt8]]) {
      if way.count == experts { return ways.append(way) }
      for gpu in room.indices where room[gpu] > 0 {
        room[gpu] -= 1
        way.append(UInt8(gpu))
        extend(&ways)
        way.removeLast()
        room[gpu] += 1
      }
    }
    extend(&ways)
    var known: [[UInt8]: Int] = [:]
    for way in ways {
      let numbers = numbers(of: way)
      let representative = way.map { numbers[Int($0)] }
      if known[representative] == nil {
        known[representative] = representatives.count
        representatives.append(representative)
      }
      classes.append(known[representative] ?? 0)
    }
  }

  /// The number that each GPU of a way has in the way's representative.
  func numbers(of way: [UInt8]) -> [UInt8] {
    // For each size of part, the first GPU of the part that takes a part's place, and how many of its
    // own parts have places.
    var places = sizes.map { [Int?](repeating: nil, count: gpus / $0) }
    var met = sizes.map { [Int](repeating: 0, count: gpus / $0) }
    places[0][0] = 0
    for gpu in way.map(Int.init) {
      for level in 1..<sizes.count where places[level][gpu / sizes[level]] == nil {
        let outer = gpu / sizes[level - 1]
        places[level][gpu / sizes[level]] =
          (places[level - 1][outer] ?? 0) + met[level - 1][outer] * sizes[level]
        met[level - 1][outer] += 1
      }
    }
    return places[sizes.count - 1].map { UInt8($0 ?? 0) }
  }

  /// How many ways there are; nil where they are more than `limit`.
  static func count(experts: Int, gpus: Int, limit: Int) -> Int? {
    let room = experts / gpus
    var count = 1
    var free = experts
    for _ in 0..<gpus {
      // The experts of one GPU: a binomial coefficient, which grows by exact steps.
      var choices = 1
      for k in 0..<min(room, free - room) {
        choices = choices * (free - k) / (k + 1)
        if choices > limit { return nil }
      }
      free -= room
      count *= choices
      if count > limit { return nil }
    }
    return count
  }
}
