/// Whether nodes fall into rings of one length along the pairs of a graph: decided by exhaustive
/// search, as far as its effort reaches.
///
/// The node with the fewest free neighbours comes next, with every ring that it can lie on; a choice
/// is given up as soon as a node is left with too few neighbours, or a connected part with a number of
/// nodes that the length does not divide.
struct RingCover {
  enum Answer { case exists, impossible, unknown }

  private let masks: [UInt64]
  private let length: Int
  private var steps: Int

  /// - Parameters:
  ///   - masks: the neighbours of each of at most 64 nodes.
  ///   - length: the nodes of a ring, at least 2; a ring of two is one pair.
  ///   - steps: the nodes that may be put on a ring before the search ends without an answer.
  static func decide(_ masks: [UInt64], length: Int, steps: Int) -> Answer {
    precondition(masks.count <= 64 && length >= 2)
    guard masks.count.isMultiple(of: length) else { return .impossible }
    var search = RingCover(masks: masks, length: length, steps: steps)
    let all: UInt64 = masks.count == 64 ? .max : (1 << UInt64(masks.count)) - 1
    if search.cover(all) { return .exists }
    return search.steps > 0 ? .impossible : .unknown
  }

  private init(masks: [UInt64], length: Int, steps: Int) {
    self.masks = masks
    self.length = length
    self.steps = steps
  }

  /// Whether the free nodes can be covered; false too when the effort ran out.
  private mutating func cover(_ free: UInt64) -> Bool {
    guard free != 0 else { return true }
    guard partsFit(free), let start = sparsest(free) else { return false }
    return extend(path: start, from: start, first: -1, free & ~(1 << UInt64(start)), placed: 1)
  }

  /// Extends a path from `start` that ends at `node`; closes it into a ring at its full length.
  private mutating func extend(
    path start: Int, from node: Int, first: Int, _ free: UInt64, placed: Int
  ) -> Bool {
    if placed == length {
      // A ring is met in both directions; one of them will do.
      let closes = masks[node] & (1 << UInt64(start)) != 0 && (length < 3 || first < node)
      return closes && cover(free)
    }
    var candidates = masks[node] & free
    while candidates != 0 {
      guard steps > 0 else { return false }
      steps -= 1
      let next = candidates.trailingZeroBitCount
      candidates &= candidates - 1
      if extend(
        path: start, from: next, first: placed == 1 ? next : first, free & ~(1 << UInt64(next)),
        placed: placed + 1)
      {
        return true
      }
    }
    return false
  }

  /// The free node with the fewest free neighbours; nil where one has too few for a ring.
  private func sparsest(_ free: UInt64) -> Int? {
    var best: (node: Int, degree: Int)?
    var rest = free
    while rest != 0 {
      let node = rest.trailingZeroBitCount
      rest &= rest - 1
      let degree = (masks[node] & free).nonzeroBitCount
      if degree < min(2, length - 1) { return nil }
      if best.map({ degree < $0.degree }) ?? true { best = (node, degree) }
    }
    return best?.node
  }

  /// Whether the ring length divides the size of every connected part.
  private func partsFit(_ free: UInt64) -> Bool {
    var rest = free
    while rest != 0 {
      var part = rest & ~(rest - 1)
      var border = part
      while border != 0 {
        let node = border.trailingZeroBitCount
        border &= border - 1
        let new = masks[node] & free & ~part
        part |= new
        border |= new
      }
      if !part.nonzeroBitCount.isMultiple(of: length) { return false }
      rest &= ~part
    }
    return true
  }
}
