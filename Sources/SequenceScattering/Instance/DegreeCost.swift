import Quantities

/// What sequences cost a group of one context degree.
///
/// A group of the degree that holds the sequences S works for
/// ```
/// groupTime + Σ_{s ∈ S} time(s),   time(s) = exposed(p) + max over overlapped of part(p)
/// ```
/// seconds, where p is s padded to a multiple of `padding`.
public struct DegreeCost: Sendable, Hashable {
  /// The GPUs among which a sequence is divided.
  public let degree: Int
  /// What padded lengths are multiples of, in tokens.
  public let padding: Int
  /// What a group takes once, however many sequences it holds: latencies.
  public let groupTime: Seconds
  /// What nothing hides.
  public let exposed: LengthPolynomial
  /// What runs at the same time, such as attention beside a ring's transfers.
  public let overlapped: [LengthPolynomial]

  /// - Precondition: a degree and a padding of at least 1.
  public init(
    degree: Int, padding: Int = 1, groupTime: Seconds = .zero, exposed: LengthPolynomial,
    overlapped: [LengthPolynomial] = []
  ) {
    precondition(degree >= 1 && padding >= 1, "a degree and a padding of at least 1")
    self.degree = degree
    self.padding = padding
    self.groupTime = groupTime
    self.exposed = exposed
    self.overlapped = overlapped
  }

  /// The tokens that a sequence takes in memory, padded.
  public func tokens(_ length: Int) -> Int { (length + padding - 1) / padding * padding }

  /// The seconds that a sequence adds to its group.
  public func time(_ length: Int) -> Seconds {
    let tokens = Double(tokens(length))
    return Seconds(exposed(tokens) + (overlapped.map { $0(tokens) }.max() ?? 0))
  }
}

/// Seconds as a function of a length: `quadratic · s² + linear · s`.
public struct LengthPolynomial: Sendable, Hashable {
  /// Seconds for each token².
  public let quadratic: Double
  /// Seconds for each token.
  public let linear: Double

  public init(quadratic: Double, linear: Double) {
    self.quadratic = quadratic
    self.linear = linear
  }

  public func callAsFunction(_ tokens: Double) -> Double {
    (quadratic * tokens + linear) * tokens
  }
}
