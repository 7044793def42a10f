/// What every expert would save in every part, kept up to date move by move.
///
/// `savings[e · parts + p]` counts the tokens of expert e that have another expert in part p: these
/// need no destination of their own for e there.
struct DestinationTable: DivisionTable {
  let parts: Int
  private let tokensOf: [[Int32]]
  private let expertsOf: [[UInt16]]
  private(set) var partOf: [Int]
  /// `[token · parts + part]`: the token's experts there.
  private var counts: [UInt8]
  private(set) var savings: [Int32]

  init(_ layer: DispatchLayer, partOf: [Int], parts: Int) {
    self.parts = parts
    self.partOf = partOf
    tokensOf = layer.tokensOf
    expertsOf = layer.expertsOf
    counts = [UInt8](repeating: 0, count: layer.expertsOf.count * parts)
    savings = [Int32](repeating: 0, count: partOf.count * parts)
    for (token, experts) in expertsOf.enumerated() {
      for expert in experts { counts[token * parts + partOf[Int(expert)]] += 1 }
      for expert in experts { count(expert, token, by: 1) }
    }
  }

  /// Adds to what an expert saves by one of its tokens, in all parts.
  private mutating func count(_ expert: UInt16, _ token: Int, by sign: Int32) {
    let own = partOf[Int(expert)]
    for part in 0..<parts {
      let others = counts[token * parts + part] - (part == own ? 1 : 0)
      if others > 0 { savings[Int(expert) * parts + part] += sign }
    }
  }

  /// An upper limit of what the exchange of two experts saves: exact but for the tokens of both.
  @inline(__always)
  func savingAtMost(swapping one: Int, _ other: Int) -> Double {
    let (p, q) = (partOf[one], partOf[other])
    if p == q { return 0 }
    return Double(
      savings[one * parts + q] - savings[one * parts + p]
        + savings[other * parts + p] - savings[other * parts + q])
  }

  /// How much less than that it saves: a token of both has destinations in both parts before and
  /// after, whatever its other experts.
  func excess(swapping one: Int, _ other: Int) -> Double {
    let (p, q) = (partOf[one], partOf[other])
    if p == q { return 0 }
    let (a, b) = (tokensOf[one], tokensOf[other])
    var (i, j) = (0, 0)
    var excess: Int32 = 0
    while i < a.count && j < b.count {
      if a[i] == b[j] {
        let token = Int(a[i]) * parts
        excess += 2 - (counts[token + p] > 1 ? 1 : 0) - (counts[token + q] > 1 ? 1 : 0)
        i += 1
        j += 1
      } else if a[i] < b[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return Double(excess)
  }

  mutating func swap(_ one: Int, _ other: Int) {
    let (p, q) = (partOf[one], partOf[other])
    if p == q { return }
    move(one, to: q)
    move(other, to: p)
  }

  /// Moves one expert; only its tokens, and the two parts, are touched.
  private mutating func move(_ expert: Int, to target: Int) {
    let origin = partOf[expert]
    for token in tokensOf[expert] {
      let row = Int(token) * parts
      for other in expertsOf[Int(token)] where Int(other) != expert {
        let index = Int(other) * parts
        let own = partOf[Int(other)]
        // What the others see of this expert leaves one part and enters the other.
        if counts[row + origin] - (own == origin ? 1 : 0) == 1 { savings[index + origin] -= 1 }
        if counts[row + target] - (own == target ? 1 : 0) == 0 { savings[index + target] += 1 }
      }
      counts[row + origin] -= 1
      counts[row + target] += 1
    }
    partOf[expert] = target
  }
}

/// The tokens of one layer.
struct DispatchLayer: DivisibleLayer {
  /// The tokens of each expert, in ascending order; none for an expert that fills an empty slot.
  private(set) var tokensOf: [[Int32]]
  /// The different experts of each token.
  private(set) var expertsOf: [[UInt16]] = []

  init(_ routes: TokenRoutes, layer: Int, slots: Int) {
    tokensOf = [[Int32]](repeating: [], count: slots)
    for token in 0..<routes.tokens {
      var experts: [UInt16] = []
      for expert in routes.experts(token: token, layer: layer) where !experts.contains(expert) {
        experts.append(expert)
        tokensOf[Int(expert)].append(Int32(token))
      }
      expertsOf.append(experts)
    }
  }

  private init(tokensOf: [[Int32]], expertsOf: [[UInt16]]) {
    self.tokensOf = tokensOf
    self.expertsOf = expertsOf
  }

  func table(partOf: [Int], parts: Int) -> DestinationTable {
    DestinationTable(self, partOf: partOf, parts: parts)
  }

  /// The tokens of each expert, counted.
  var demands: [Double] { tokensOf.map { Double($0.count) } }

  /// The tokens as some of the experts see them, which get the numbers from 0 on in their order.
  func restricted(to experts: [Int]) -> DispatchLayer {
    var numbers = [UInt16?](repeating: nil, count: tokensOf.count)
    for (number, expert) in experts.enumerated() { numbers[expert] = UInt16(number) }
    return DispatchLayer(
      tokensOf: experts.map { tokensOf[$0] },
      expertsOf: expertsOf.map { chosen in chosen.compactMap { numbers[Int($0)] } })
  }
}
