import Quantities

/// A time that no mapping stays below, and what it rests on.
///
/// The exchange takes some time t, at least the exchange bound. As long as the links that are permitted
/// at t leave the cluster in the same parts, every pipeline costs at least the pipeline bound with those
/// parts. The bound is the least over all such intervals of t.
public struct MappingBound: Sendable {
  /// An interval of the exchange's time, up to the next case's, and what it costs at least.
  public struct Case: Sendable {
    /// The exchange's time where the interval begins.
    public let exchange: Seconds
    /// The least mean time of a pipeline.
    public let pipeline: Seconds
  }

  /// The cases, by exchange; later ones have a higher exchange than the bound, or do not occur.
  public let cases: [Case]

  /// The bound.
  public var seconds: Seconds {
    cases.map { $0.exchange + $0.pipeline }.min() ?? .zero
  }

  /// The least exchange.
  public var exchange: Seconds { cases.first?.exchange ?? .zero }
}

extension GridPrices where Pairs == PriceMatrix {
  /// - Parameter known: the exchange's time under some mapping.
  func bound(known: Double, rounds: Int) -> MappingBound {
    let whole = pipelineBound(rounds: rounds)
    let bound = ExchangeBound(self)
    guard grid.replicas > 1 else {
      return MappingBound(
        cases: [.init(exchange: .zero, pipeline: Seconds(whole))])
    }
    var exchange = bound.seconds(known: known)
    var cases: [MappingBound.Case] = []
    var least = Double.infinity
    while exchange + whole < least {
      let parts = bound.parts(at: exchange)
      var pipeline = whole
      if parts.count > 1 {
        pipeline = max(whole, pipelineBound(parts: parts.labels, rounds: rounds))
      }
      if parts.areRings {
        cases.append(.init(exchange: Seconds(exchange), pipeline: Seconds(pipeline)))
        least = min(least, exchange + pipeline)
      }
      guard parts.count > 1 else { break }
      exchange = bound.nextMerger(of: parts.labels, after: exchange)
    }
    return MappingBound(cases: cases)
  }

  /// Seconds that the slowest pipeline takes at least, where rings keep to parts of the cluster.
  private func pipelineBound(parts: [Int] = [], rounds: Int) -> Double {
    max(
      PipelineBound(hop, grid: grid, parts: parts, rounds: rounds).seconds,
      WalkBound(hop, grid: grid, parts: parts).seconds)
  }
}
