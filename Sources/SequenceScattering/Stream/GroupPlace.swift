import InputFiles

/// Where a group of a micro-batch runs, and where its sequences lie when they are packed.
public struct GroupPlace: Sendable, Hashable {
  /// The group's consecutive ranks.
  public var firstRank: Int
  public var ranks: Int
  /// Where each sequence starts, in padded tokens, and where the last one ends.
  public var offsets: [Int]

  public init(firstRank: Int, ranks: Int, offsets: [Int]) {
    self.firstRank = firstRank
    self.ranks = ranks
    self.offsets = offsets
  }
}

extension ScatteringSetting {
  /// The places of a micro-batch's groups, one after another.
  ///
  /// - Parameter ranksEach: the consecutive ranks that are one GPU to the scattering.
  func places(
    _ groups: [Scattering.Group], lengths: [Int], ranksEach: Int
  ) -> [GroupPlace] {
    var next = 0
    return groups.map { group in
      let cost = degrees.first { $0.degree == group.degree }
      let tokens = group.sequences.map { cost?.tokens(lengths[$0]) ?? lengths[$0] }
      defer { next += group.degree * ranksEach }
      return GroupPlace(
        firstRank: next, ranks: group.degree * ranksEach,
        offsets: tokens.reduce(into: [0]) { $0.append(($0.last ?? 0) + $1) })
    }
  }

  /// What is wrong with the places of a micro-batch's groups, in words; nil for nothing.
  ///
  /// Groups may lie in any order on the ranks, but no two on the same; each GPU of the scattering is as
  /// many ranks everywhere, which the first group tells.
  func placeFault(
    _ places: [GroupPlace], of groups: [Scattering.Group], lengths: [Int], ranksEach: Int
  ) -> String? {
    var taken: [Range<Int>] = []
    for (place, group) in zip(places, groups) {
      guard place.ranks == group.degree * ranksEach else {
        return "a group of degree \(group.degree) has \(place.ranks) ranks, but must have "
          + "\(group.degree * ranksEach)"
      }
      let ranks = place.firstRank..<place.firstRank + place.ranks
      guard ranks.upperBound <= gpus * ranksEach else {
        return "a group ends at rank \(ranks.upperBound - 1), but there are \(gpus * ranksEach)"
      }
      if let other = taken.first(where: { $0.overlaps(ranks) }) {
        return "groups from ranks \(other.lowerBound) and \(ranks.lowerBound) on share ranks"
      }
      taken.append(ranks)
      guard let cost = degrees.first(where: { $0.degree == group.degree }),
        group.sequences.allSatisfy(lengths.indices.contains)
      else { return nil }
      let tokens = group.sequences.map { cost.tokens(lengths[$0]) }
      guard place.offsets == tokens.reduce(into: [0], { $0.append(($0.last ?? 0) + $1) }) else {
        return "the offsets of the group from rank \(ranks.lowerBound) on are not the sums of its "
          + "padded sequences"
      }
    }
    return nil
  }
}

extension JSONShape<GroupPlace> {
  /// What a group's object says of its place.
  static func place(in object: ObjectReader) -> GroupPlace? {
    let index = JSONShape<Int>.index
    let first = object.required("firstRank", index)
    let ranks = object.required("ranks", index)
    let offsets = object.required("offsets", .array(of: index))
    guard let first, let ranks, let offsets else { return nil }
    return GroupPlace(firstRank: first, ranks: ranks, offsets: offsets)
  }
}
