import Quantities

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// Where measured times lie around a predicted one, as factors of it.
public struct ErrorInterval: Hashable, Sendable, Codable {
  /// What the factors rest on.
  public enum Basis: String, Hashable, Sendable, Codable, CaseIterable {
    /// Runs of the stack on the same generation of device at the same size.
    case measured
    /// Other runs of the stack, widened.
    case stack
    /// Runs of all stacks, widened more.
    case allStacks
    /// Nobody measured the stack: a default.
    case assumed
  }

  /// At most 1.
  public let below: Double
  /// At least 1.
  public let above: Double
  public let basis: Basis
  /// The runs that the factors come from.
  public let runs: Int

  /// Factors around 1: an end that excludes the prediction itself is moved to it.
  ///
  /// - Precondition: both are finite and above zero.
  public init(below: Double, above: Double, basis: Basis, runs: Int) {
    precondition(below > 0 && above > 0 && above.isFinite, "factors of a time are above zero")
    self.below = min(1, below)
    self.above = max(1, above)
    self.basis = basis
    self.runs = runs
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let below = try container.decode(Double.self, forKey: .below)
    let above = try container.decode(Double.self, forKey: .above)
    guard below > 0, below <= 1, above >= 1, above.isFinite else {
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: decoder.codingPath,
          debugDescription:
            "has the factors \(below) and \(above), but they must lie on either side of 1"))
    }
    self.init(
      below: below, above: above, basis: try container.decode(Basis.self, forKey: .basis),
      runs: try container.decode(Int.self, forKey: .runs))
  }

  /// The interval of a stack that nobody measured: about one and a half times as long, or as short.
  /// - Source: judgement. What a stack overlaps and how fast it launches is one unknown factor.
  public static let unmeasured = ErrorInterval(below: 0.65, above: 1.5, basis: .assumed, runs: 0)

  /// The interval around a predicted time.
  public func range(around predicted: Seconds) -> ClosedRange<Seconds> {
    predicted * below...predicted * above
  }

  /// Both ends that many times as far away, on a logarithmic scale.
  public func widened(by factor: Double, basis: Basis) -> ErrorInterval {
    ErrorInterval(
      below: pow(below, factor), above: pow(above, factor), basis: basis, runs: runs)
  }

  /// The smallest interval around both.
  public func including(_ range: ClosedRange<Double>) -> ErrorInterval {
    ErrorInterval(
      below: min(below, range.lowerBound), above: max(above, range.upperBound), basis: basis,
      runs: runs)
  }

  /// The same with three decimals, rounded away from the prediction.
  public var rounded: ErrorInterval {
    ErrorInterval(
      below: max(0.001, (below * 1000).rounded(.down) / 1000),
      above: (above * 1000).rounded(.up) / 1000, basis: basis, runs: runs)
  }
}
