import ParallelismVocabulary

/// What a rank holds of every matrix of its stage: slices, as parts of the whole from 0 to 1.
///
/// Tensor ranks cut dense matrices, expert ranks the list of experts and expert-tensor ranks each
/// expert, in the order of their indices. What is sharded over the replicas is cut further, in the order
/// of the replicas of a group that shares it out.
struct ShardSlices: Hashable {
  let stage: Int
  let dense: Pair
  let expert: Pair

  /// The slices of the weights and of the optimiser's state.
  struct Pair: Hashable {
    let weight: Range<Double>
    let optimizer: Range<Double>

    /// - Parameters:
    ///   - part: the rank's, of `parts`.
    ///   - copy: which of `copies` ranks that hold the same part it is.
    init(_ sharding: Sharding, part: Int, of parts: Int, copy: Int, of copies: Int) {
      let whole = Self.slice(part, of: parts)
      let cut = Self.slice(part * copies + copy, of: parts * copies)
      weight = sharding >= .parameters ? cut : whole
      optimizer = sharding >= .optimizer ? cut : whole
    }

    private static func slice(_ index: Int, of count: Int) -> Range<Double> {
      Double(index) / Double(count)..<Double(index + 1) / Double(count)
    }
  }

  init(
    rank: Int, _ degrees: ParallelismDegrees, _ sharding: Sharding, groups: Int,
    numbered order: AxisOrder
  ) {
    let place: Int
    let replicas = degrees.context * degrees.data
    (stage, place) = order.place(ofRank: rank, degrees)
    dense = Pair(
      sharding, part: place % degrees.tensor, of: degrees.tensor,
      copy: place / degrees.tensor % (replicas / groups), of: replicas / groups)
    let experts = degrees.expert * degrees.expertTensor
    // Expert-tensor ranks run fastest, then expert ranks.
    expert = Pair(
      sharding, part: place % experts, of: experts,
      copy: place / experts % (degrees.expertData / groups), of: degrees.expertData / groups)
  }
}

extension Range<Double> {
  var length: Double { upperBound - lowerBound }

  /// The share of this slice that lies in another one; 1 up to rounding is 1.
  func share(in other: Range<Double>) -> Double {
    let common =
      Swift.min(upperBound, other.upperBound) - Swift.max(lowerBound, other.lowerBound)
    guard common > 1e-9 * length else { return 0 }
    return common > (1 - 1e-9) * length ? 1 : common / length
  }

  /// The share of 0 to 1 that no slice covers.
  static func uncovered(by slices: some Sequence<Range<Double>>) -> Double {
    var (end, gaps) = (0.0, 0.0)
    for slice in slices.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if slice.lowerBound > end + 1e-12 { gaps += slice.lowerBound - end }
      end = Swift.max(end, slice.upperBound)
    }
    return gaps + (1 - end > 1e-12 ? 1 - end : 0)
  }
}
