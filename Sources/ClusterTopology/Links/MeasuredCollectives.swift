import Quantities

/// What collectives were measured to take, by what they do and how their group lies in nodes.
///
/// They stand in for the fitted curves wherever a group has the measured number of members, in all
/// and in a node.
public struct MeasuredCollectives: Hashable, Sendable {
  public enum Operation: String, CaseIterable, Hashable, Sendable {
    case allReduce, allGather, allToAll
  }

  /// A message, and the time that its collective took.
  public struct Point: Hashable, Sendable {
    /// What each member holds before an all-reduce or an all-to-all, and after an all-gather.
    public var bytes: Bytes
    public var time: Seconds

    public init(bytes: Bytes, time: Seconds) {
      self.bytes = bytes
      self.time = time
    }
  }

  /// The measurements of one collective over one kind of group.
  public struct Series: Hashable, Sendable {
    public var operation: Operation
    public var members: Int
    /// The members that share a node, or another scale-up domain.
    public var membersPerNode: Int
    /// By rising size; at least one.
    public var points: [Point]

    public init(operation: Operation, members: Int, membersPerNode: Int, points: [Point]) {
      self.operation = operation
      self.members = members
      self.membersPerNode = membersPerNode
      self.points = points
    }
  }

  public let series: [Series]
  private let places: [Key: Int]

  private struct Key: Hashable {
    var operation: Operation
    var members: Int
    var membersPerNode: Int
  }

  public static let none = MeasuredCollectives([])

  /// - Parameter series: no two of one operation and kind of group.
  public init(_ series: [Series]) {
    self.series = series
    var places: [Key: Int] = [:]
    for (index, one) in series.enumerated() {
      places[
        Key(
          operation: one.operation, members: one.members, membersPerNode: one.membersPerNode)] =
        index
    }
    self.places = places
  }

  /// The same with the times of some series longer by a factor.
  public func scaled(by factor: Double, where isScaled: (Series) -> Bool) -> MeasuredCollectives {
    MeasuredCollectives(
      series.map { one in
        guard isScaled(one) else { return one }
        var scaled = one
        scaled.points = one.points.map { Point(bytes: $0.bytes, time: factor * $0.time) }
        return scaled
      })
  }

  /// The time of a collective, where its kind of group was measured: between two measured sizes in
  /// proportion, below them that of the smallest, above them at the rate of the largest.
  ///
  /// An all-gather that was not measured takes half of a measured all-reduce, which is a
  /// reduce-scatter and an all-gather of as much.
  public func time(
    _ operation: Operation, bytes: Bytes, members: Int, membersPerNode: Int
  ) -> Seconds? {
    guard !series.isEmpty else { return nil }
    let key = Key(operation: operation, members: members, membersPerNode: membersPerNode)
    if let place = places[key] { return series[place].time(bytes) }
    guard operation == .allGather else { return nil }
    return time(.allReduce, bytes: bytes, members: members, membersPerNode: membersPerNode).map {
      0.5 * $0
    }
  }
}

extension MeasuredCollectives.Series {
  fileprivate func time(_ bytes: Bytes) -> Seconds {
    guard let above = points.firstIndex(where: { $0.bytes >= bytes }) else {
      guard let last = points.last else { return .zero }
      return bytes / last.bytes * last.time
    }
    guard above > 0 else { return points[0].time }
    let (low, high) = (points[above - 1], points[above])
    let share = (bytes - low.bytes) / (high.bytes - low.bytes)
    return low.time + share * (high.time - low.time)
  }
}
