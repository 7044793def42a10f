/// Counts where tokens go, layer by layer, while records are read.
struct RoutingCounter {
  /// More experts than any model has; a matrix of pairs has the square of it.
  static let expertLimit = 1_024

  /// Counts by index, that grow as indices do.
  private struct Matrix {
    private(set) var side = 0
    private(set) var counts: [Int] = []

    mutating func add(_ row: Int, _ column: Int, count: Int = 1) {
      let needed = max(row, column) + 1
      if needed > side { grow(to: max(needed, 2 * side)) }
      counts[row * side + column] += count
    }

    private mutating func grow(to other: Int) {
      var grown = [Int](repeating: 0, count: other * other)
      for row in 0..<side {
        for column in 0..<side { grown[row * other + column] = counts[row * side + column] }
      }
      (side, counts) = (other, grown)
    }

    func square(_ size: Int) -> [Int] {
      (0..<size * size).map { index in
        let (row, column) = (index / size, index % size)
        return row < side && column < side ? counts[row * side + column] : 0
      }
    }
  }

  private var loads: [Int: [Int]] = [:]
  private var pairs: [Int: [Int: Matrix]] = [:]
  /// The tokens of two experts of a layer.
  private var together: [Int: Matrix] = [:]
  /// The experts of a token, where all tokens have as many.
  private(set) var topK: Int?
  private var isUnlike = false
  private(set) var experts = 0

  /// Adds counts that were summed by others.
  mutating func add(load: [Int], layer: Int) {
    var sums = loads[layer] ?? []
    if sums.count < load.count {
      sums += [Int](repeating: 0, count: load.count - sums.count)
    }
    for (expert, count) in load.enumerated() { sums[expert] += count }
    loads[layer] = sums
    experts = max(experts, load.count)
  }

  /// Adds counts of pairs, `[one · experts + other]`, that were summed by others.
  mutating func add(pairs counts: [Int], experts count: Int, topK chosen: Int, layer: Int) {
    if topK == nil { topK = chosen }
    if topK != chosen { isUnlike = true }
    var matrix = together.removeValue(forKey: layer) ?? Matrix()
    for one in 0..<count {
      for other in 0..<count where other != one {
        matrix.add(one, other, count: counts[one * count + other])
      }
    }
    together[layer] = matrix
  }

  /// Adds one layer of a pass, and its pairs with the layer that the same tokens passed before.
  mutating func add(
    _ tokens: [[Int]], layer: Int, after previous: (layer: Int, tokens: [[Int]])?
  ) {
    // What stays in the table while it grows would be copied at every count.
    var sums = loads.removeValue(forKey: layer) ?? []
    var both = together.removeValue(forKey: layer) ?? Matrix()
    for chosen in tokens {
      // A place without an expert is padding.
      guard !chosen.isEmpty else { continue }
      if topK == nil { topK = chosen.count }
      if topK != chosen.count { isUnlike = true }
      for expert in chosen {
        while sums.count <= expert { sums.append(0) }
        sums[expert] += 1
        for other in chosen where other != expert { both.add(expert, other) }
      }
    }
    loads[layer] = sums
    together[layer] = both
    experts = max(experts, sums.count)
    guard let previous, previous.tokens.count == tokens.count else { return }
    var matrix = pairs[previous.layer]?[layer] ?? Matrix()
    pairs[previous.layer]?[layer] = nil
    for (one, other) in zip(previous.tokens, tokens) {
      for first in one {
        for second in other { matrix.add(first, second) }
      }
    }
    pairs[previous.layer, default: [:]][layer] = matrix
  }

  /// What was counted; layers whose experts got nothing are dense, and left out.
  func routing(experts stated: Int?) -> ExpertRouting {
    let layers = loads.filter { $0.value.contains { $0 > 0 } }.keys.sorted()
    let experts = max(stated ?? 0, experts)
    let load = layers.map { layer -> [Int] in
      let counts = loads[layer] ?? []
      return counts + [Int](repeating: 0, count: experts - counts.count)
    }
    let neighbours = zip(layers, layers.dropFirst()).map { pairs[$0]?[$1] }
    let transitions =
      neighbours.isEmpty || neighbours.contains { $0 == nil }
      ? nil : neighbours.compactMap { $0?.square(experts) }
    let chosen = isUnlike ? nil : topK
    let tellsPairs = (chosen ?? 1) > 1 && layers.allSatisfy { together[$0] != nil }
    return ExpertRouting(
      layers: layers, experts: experts, topK: chosen, load: load, transitions: transitions,
      pairs: tellsPairs ? layers.compactMap { together[$0]?.square(experts) } : nil)
  }
}
