import InputFiles

/// What a layer does with each token alone, as a native file writes it.
enum NativeFeedForward: Hashable, Sendable {
  case dense(FeedForward)
  /// Experts, with a dense network in the same block where there is one.
  case experts(Experts, dense: FeedForward?)
  case none

  enum Kind: String, CaseIterable {
    case gated, plain, experts, none
  }

  func block(hidden: Int, norm: Normalisation) -> Block? {
    switch self {
    case .dense(let network):
      .residual("feedForward", hidden: hidden, norm: norm, network.operators)
    case .experts(let experts, let dense):
      .residual(
        "experts", hidden: hidden, norm: norm, experts.operators + (dense?.operators ?? []))
    case .none: nil
    }
  }

  static func shape(hidden: Int) -> JSONShape<NativeFeedForward> {
    .object { object in
      let inferred: Kind = object.has("count") ? .experts : .gated
      guard let kind = object.optional("kind", .choice(Kind.self), default: inferred) else {
        return nil
      }
      let network: NativeFeedForward? =
        switch kind {
        case .gated, .plain: dense(object, hidden, gated: kind == .gated)
        case .experts: experts(object, hidden)
        case .none: NativeFeedForward.none
        }
      object.finish()
      return network
    }
  }

  private static func dense(
    _ object: ObjectReader, _ hidden: Int, gated: Bool
  ) -> NativeFeedForward? {
    let intermediate = object.required("intermediateSize", .integer(.width))
    let bias = object.optional("bias", .bool, default: false)
    guard let intermediate, let bias else { return nil }
    return .dense(
      FeedForward(hidden: hidden, intermediate: intermediate, gated: gated, bias: bias))
  }

  private static func experts(_ object: ObjectReader, _ hidden: Int) -> NativeFeedForward? {
    let count = object.required("count", .integer(.count))
    let perToken = object.required("perToken", .integer(.count))
    let intermediate = object.required("intermediateSize", .integer(.width))
    let gated = object.optional("gated", .bool, default: true)
    let bias = object.optional("bias", .bool, default: false)
    let shared = object.optional("sharedIntermediateSize", .integer(.widthOrNone), default: 0)
    let denseWidth = object.optional("denseIntermediateSize", .integer(.widthOrNone), default: 0)
    guard let count, let perToken, let intermediate, let gated, let bias, let shared,
      let denseWidth
    else { return nil }
    guard perToken <= count else {
      object.error(at: "perToken", "is \(perToken), but must be at most the count, \(count)")
      return nil
    }
    let experts = Experts(
      hidden: hidden, count: count, perToken: perToken, intermediate: intermediate, gated: gated,
      bias: bias, sharedIntermediate: shared)
    let dense =
      denseWidth > 0
      ? FeedForward(hidden: hidden, intermediate: denseWidth, gated: gated, bias: bias) : nil
    return .experts(experts, dense: dense)
  }
}
