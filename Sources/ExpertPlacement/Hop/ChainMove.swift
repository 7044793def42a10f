/// The best exchange of experts between two GPUs in all layers at once: in each layer one pair of
/// experts changes places, or none does.
///
/// With a = C slots a GPU, a layer has C² + 1 choices. Each has a gain of its own while the
/// neighbouring layers stay, and two choices in neighbouring layers add
///
///     2 d (W[i, i'] − W[i, j'] + W[j, j'] − W[j, i'])
///
/// where i, i' leave the first GPU, j, j' the second, and d is what a token saves that stays on a GPU
/// rather than going to the other one. A longest way through the layers is then the best of
/// (C² + 1)^layers moves. O(layers · C⁴).
/// - Source: Viterbi 1967 for the longest way; very-large neighbourhoods after Ahuja et al. 2002.
struct ChainMove {
  private let first: Int
  private let second: Int
  private let room: Int

  init(_ problem: HopProblem, _ first: Int, _ second: Int) {
    self.first = first
    self.second = second
    room = problem.slotsPerGPU
  }

  /// Makes the best exchange where it saves something, and returns what it saves.
  ///
  /// - Parameter members: for each layer the experts of both GPUs, ascending.
  func improve(
    _ state: inout HopState, _ members: [(first: [Int], second: [Int])]
  ) -> Double {
    let problem = state.problem
    let n = problem.slots
    let weight = 2 * (problem.saving(first, first) - problem.saving(first, second))
    let choices = room * room + 1
    // best[c]: the most that the layers so far save when this layer makes choice c; the last is none.
    var best = ownGains(state, 0, members[0])
    var origins: [[Int32]] = []
    var toFirst = [Float](repeating: 0, count: room)
    var toSecond = toFirst
    for layer in 1..<max(1, problem.layers) {
      let matrix = (layer - 1) * n * n
      let (before, here) = (members[layer - 1], members[layer])
      var next = ownGains(state, layer, here)
      var origin = [Int32](repeating: 0, count: choices)
      let anyway = best.indices.max { best[$0] < best[$1] } ?? choices - 1
      for a in 0..<room {
        for b in 0..<room {
          let (i, j) = (here.first[a], here.second[b])
          for k in 0..<room {
            let one = matrix + before.first[k] * n
            let other = matrix + before.second[k] * n
            toFirst[k] = weight * (problem.forward[one + i] - problem.forward[one + j])
            toSecond[k] = weight * (problem.forward[other + j] - problem.forward[other + i])
          }
          let (value, choice) = Self.best(best, toFirst, toSecond, room)
          next[a * room + b] += value
          origin[a * room + b] = choice
        }
      }
      next[choices - 1] += best[anyway]
      origin[choices - 1] = Int32(anyway)
      best = next
      origins.append(origin)
    }
    var choice = best.indices.max { best[$0] < best[$1] } ?? choices - 1
    let gain = Double(best[choice])
    guard gain > problem.leastGain else { return 0 }
    for layer in (0..<problem.layers).reversed() {
      if choice < choices - 1 {
        state.swap(
          layer, members[layer].first[choice / room], members[layer].second[choice % room])
      }
      if layer > 0 { choice = Int(origins[layer - 1][choice]) }
    }
    return gain
  }

  /// What each choice of a layer saves while its neighbours stay.
  private func ownGains(
    _ state: HopState, _ layer: Int, _ members: (first: [Int], second: [Int])
  ) -> [Float] {
    var gains = [Float](repeating: 0, count: room * room + 1)
    for (a, one) in members.first.enumerated() {
      for (b, other) in members.second.enumerated() {
        gains[a * room + b] = state.gain(layer, swapping: one, other)
      }
    }
    return gains
  }

  /// The greatest of `best[a, b] + toFirst[a] + toSecond[b]`, or of no exchange before, with its
  /// choice.
  private static func best(
    _ best: [Float], _ toFirst: [Float], _ toSecond: [Float], _ room: Int
  ) -> (Float, Int32) {
    best.withUnsafeBufferPointer { best in
      toSecond.withUnsafeBufferPointer { toSecond in
        var value = best[room * room]
        var choice = room * room
        for a in 0..<room {
          var greatest = -Float.infinity
          for b in 0..<room { greatest = max(greatest, best[a * room + b] + toSecond[b]) }
          guard greatest + toFirst[a] > value else { continue }
          value = greatest + toFirst[a]
          choice = a * room
        }
        guard choice < room * room else { return (value, Int32(choice)) }
        let row = choice
        for b in 0..<room where best[row + b] + toSecond[b] > best[choice] + toSecond[choice - row]
        {
          choice = row + b
        }
        return (value, Int32(choice))
      }
    }
  }
}

extension ChainMove {
  /// With more slots a GPU, the C⁴ choices of two layers take longer than they are worth.
  static let roomLimit = 32
}
