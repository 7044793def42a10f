/// Micro-batches of which the search says the same: how many they are, and between which times
/// their slowest groups end.
///
/// Alike micro-batches are counted, never copied: whatever holds for one holds for any of them, so a
/// linear program's solution may as well be their average.
public struct MicroBatchKind: Sendable, Hashable {
  public var count: Int
  /// Seconds: T ≥ `atLeast`.
  public var atLeast: Double
  /// Seconds: T < `below`; infinite without a limit.
  public var below: Double
  /// How many groups each has of a degree, by option, where that is decided.
  public var groups: [Int: ClosedRange<Int>] = [:]

  public init(count: Int, atLeast: Double = 0, below: Double = .infinity) {
    self.count = count
    self.atLeast = atLeast
    self.below = below
  }
}

/// What the search has decided on one sequence.
public struct SequencePlace: Sendable, Hashable {
  /// The kind, of one micro-batch, in which it is; nil while it may be anywhere.
  public var home: Int?
  /// The degrees that its group may have, as the least and the most.
  public var degrees: ClosedRange<Int>
}

/// A part of all scatterings into a number of micro-batches: the kinds of these, and where some long
/// sequences are.
public struct SearchBox: Sendable, Hashable {
  public private(set) var kinds: [MicroBatchKind]
  /// What is decided, by the rank of the sequence.
  public private(set) var places: [Int: SequencePlace] = [:]

  /// All scatterings into `microBatches` micro-batches.
  public init(microBatches: Int) {
    kinds = [MicroBatchKind(count: microBatches)]
  }

  public var microBatches: Int { kinds.reduce(0) { $0 + $1.count } }

  /// The two parts in which every micro-batch of a kind ends before `threshold`, or one of them does
  /// not.
  public func split(kind: Int, at threshold: Double) -> (below: SearchBox, atLeast: SearchBox) {
    var below = self
    below.kinds[kind].below = threshold
    var atLeast = self
    let one = atLeast.separateOne(of: kind)
    atLeast.kinds[one].atLeast = threshold
    return (below, atLeast)
  }

  /// The two parts in which every micro-batch of a kind has at most `most` groups of an option, or one
  /// of them has more.
  ///
  /// - Parameter all: how many a micro-batch may have in any box.
  public func split(
    kind: Int, option: Int, anyOf all: ClosedRange<Int>, upTo most: Int
  ) -> (few: SearchBox, many: SearchBox) {
    let range = kinds[kind].groups[option] ?? all
    var few = self
    few.kinds[kind].groups[option] = range.lowerBound...most
    var many = self
    let one = many.separateOne(of: kind)
    many.kinds[one].groups[option] = most + 1...range.upperBound
    return (few, many)
  }

  /// The parts in which a sequence is in a micro-batch of the first, the second, … kind.
  public func split(rank: Int, anyOf degrees: ClosedRange<Int>) -> [SearchBox] {
    kinds.indices.map { kind in
      var part = self
      let home = part.separateOne(of: kind)
      part.places[rank, default: SequencePlace(home: nil, degrees: degrees)].home = home
      return part
    }
  }

  /// The two parts in which the group of a sequence has at most, or more than, a degree.
  public func split(
    rank: Int, anyOf degrees: ClosedRange<Int>, upTo degree: Int
  ) -> (narrow: SearchBox, wide: SearchBox) {
    let place = places[rank] ?? SequencePlace(home: nil, degrees: degrees)
    var narrow = self
    narrow.places[rank] = place
    narrow.places[rank]?.degrees = place.degrees.lowerBound...degree
    var wide = self
    wide.places[rank] = place
    wide.places[rank]?.degrees = degree + 1...place.degrees.upperBound
    return (narrow, wide)
  }

  /// Makes one micro-batch of a kind a kind of its own, where it is not; returns its index.
  private mutating func separateOne(of kind: Int) -> Int {
    guard kinds[kind].count > 1 else { return kind }
    kinds[kind].count -= 1
    var one = kinds[kind]
    one.count = 1
    kinds.append(one)
    return kinds.count - 1
  }
}
