import InputFiles

/// What mixes the tokens of a layer, as a native file writes it.
enum NativeMixer: Hashable, Sendable {
  case softmax(SoftmaxAttention)
  case latent(LatentAttention)
  case linear(GatedDeltaNet)
  case stateSpace(StateSpace)
  case none

  enum Kind: String, CaseIterable {
    case softmax, mla, linear, stateSpace, none
  }

  func block(hidden: Int, norm: Normalisation) -> Block? {
    switch self {
    case .softmax(let attention):
      .residual(attention.kind, hidden: hidden, norm: norm, attention.operators)
    case .latent(let attention):
      .residual("latentAttention", hidden: hidden, norm: norm, attention.operators)
    case .linear(let net):
      .residual("linearAttention", hidden: hidden, norm: norm, net.operators)
    case .stateSpace(let space):
      .residual("stateSpace", hidden: hidden, norm: norm, space.operators)
    case .none: nil
    }
  }

  static func shape(hidden: Int) -> JSONShape<NativeMixer> {
    .object { object in
      guard let kind = object.optional("kind", .choice(Kind.self), default: .softmax) else {
        return nil
      }
      let mixer: NativeMixer? =
        switch kind {
        case .softmax: softmax(object, hidden).map(NativeMixer.softmax)
        case .mla: latent(object, hidden).map(NativeMixer.latent)
        case .linear: linear(object, hidden).map(NativeMixer.linear)
        case .stateSpace: stateSpace(object, hidden).map(NativeMixer.stateSpace)
        case .none: NativeMixer.none
        }
      object.finish()
      return mixer
    }
  }

  private static func softmax(_ object: ObjectReader, _ hidden: Int) -> SoftmaxAttention? {
    let heads = object.required("heads", .integer(.count))
    let groups = object.optional("keyValueHeads", .integer(.count))
    let size = object.optional("headSize", .integer(.width))
    let valueSize = object.optional("valueSize", .integer(.width))
    let window = object.optional("window", .integer(.sequence))
    let norm = object.optional("queryKeyNorm", .bool, default: false)
    let bias = object.optional("bias", .bool, default: false)
    let outputBias = object.optional("outputBias", .bool, default: bias ?? false)
    let sinks = object.optional("sinks", .bool, default: false)
    let gate = object.optional("outputGate", .bool, default: false)
    let fused = object.optional("fused", .bool, default: true)
    guard let heads, let norm, let bias, let outputBias, let sinks, let gate, let fused,
      object.has("keyValueHeads") == (groups != nil), object.has("headSize") == (size != nil)
    else { return nil }
    let keyValueHeads = groups ?? heads
    guard heads.isMultiple(of: keyValueHeads) else {
      object.error(
        at: "keyValueHeads", "is \(keyValueHeads), but must divide the \(heads) heads")
      return nil
    }
    guard let headSize = size ?? hidden.quotient(by: heads) else {
      object.error(
        at: "heads",
        "is \(heads), but must divide the hidden size \(hidden) where headSize is absent")
      return nil
    }
    return SoftmaxAttention(
      hidden: hidden, heads: heads, keyValueHeads: keyValueHeads, headSize: headSize,
      valueSize: valueSize, window: window, queryKeyNorm: norm ? .perHead : .none,
      inputBias: bias, outputBias: outputBias, outputGate: gate ? .perChannel : .none,
      sinks: sinks, fused: fused)
  }

  private static func latent(_ object: ObjectReader, _ hidden: Int) -> LatentAttention? {
    let heads = object.required("heads", .integer(.count))
    let queryRank = object.optional("queryRank", .integer(.width))
    let keyValueRank = object.required("keyValueRank", .integer(.width))
    let plain = object.required("plainSize", .integer(.width))
    let rotary = object.required("rotarySize", .integer(.width))
    let value = object.required("valueSize", .integer(.width))
    let indexer = object.optional("indexer", .object(Self.indexer))
    let fused = object.optional("fused", .bool, default: true)
    guard let heads, let keyValueRank, let plain, let rotary, let value, let fused else {
      return nil
    }
    return LatentAttention(
      hidden: hidden, heads: heads, queryRank: queryRank, keyValueRank: keyValueRank,
      plainSize: plain, rotarySize: rotary, valueSize: value, indexer: indexer, fused: fused)
  }

  private static func indexer(_ object: ObjectReader) -> LatentAttention.Indexer? {
    let heads = object.required("heads", .integer(.count))
    let size = object.required("headSize", .integer(.width))
    let keys = object.required("selectedKeys", .integer(.sequence))
    object.finish()
    guard let heads, let size, let keys else { return nil }
    return LatentAttention.Indexer(heads: heads, headSize: size, selectedKeys: keys)
  }

  private static func linear(_ object: ObjectReader, _ hidden: Int) -> GatedDeltaNet? {
    let keyHeads = object.required("keyHeads", .integer(.count))
    let valueHeads = object.required("valueHeads", .integer(.count))
    let keySize = object.required("keySize", .integer(.width))
    let valueSize = object.required("valueSize", .integer(.width))
    let kernel = object.optional("convolutionKernel", .integer(.count), default: 4)
    guard let keyHeads, let valueHeads, let keySize, let valueSize, let kernel else { return nil }
    guard valueHeads.isMultiple(of: keyHeads) else {
      object.error(at: "keyHeads", "is \(keyHeads), but must divide the \(valueHeads) valueHeads")
      return nil
    }
    return GatedDeltaNet(
      hidden: hidden, keyHeads: keyHeads, valueHeads: valueHeads, keySize: keySize,
      valueSize: valueSize, kernel: kernel)
  }

  private static func stateSpace(_ object: ObjectReader, _ hidden: Int) -> StateSpace? {
    let heads = object.required("heads", .integer(.count))
    let headSize = object.required("headSize", .integer(.width))
    let stateSize = object.required("stateSize", .integer(.width))
    let groups = object.optional("groups", .integer(.count), default: 1)
    let kernel = object.optional("convolutionKernel", .integer(.count), default: 4)
    guard let heads, let headSize, let stateSize, let groups, let kernel else { return nil }
    guard heads.isMultiple(of: groups) else {
      object.error(at: "groups", "is \(groups), but must divide the \(heads) heads")
      return nil
    }
    return StateSpace(
      hidden: hidden, heads: heads, headSize: headSize, stateSize: stateSize, groups: groups,
      kernel: kernel)
  }
}

extension Int {
  /// The quotient where the divisor divides exactly and the quotient is at least one.
  func quotient(by divisor: Int) -> Int? {
    divisor > 0 && self >= divisor && isMultiple(of: divisor) ? self / divisor : nil
  }
}
