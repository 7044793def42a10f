import InputFiles

/// The fields that nearly every configuration has, in their usual spelling.
struct DecoderStem {
  var hidden: Int
  var layers: Int
  var vocabulary: Int
  var tied: Bool
  var maximumSequenceLength: Int?
  var norm = Normalisation.rootMeanSquare

  /// Where the normalisations of a layer's branches stand.
  enum Norms {
    /// Before each branch.
    case before
    /// After each branch; it reads the hidden state itself.
    case after
    /// Before and after.
    case around
  }

  /// A decoder with these layers before the usual head.
  func decoder(_ layers: [Layer]) -> Decoder {
    Decoder(
      hidden: hidden, vocabulary: vocabulary, norm: norm, tied: tied, layers: layers,
      maximumSequenceLength: maximumSequenceLength)
  }

  /// A decoder whose layers are all alike.
  func decoder(repeating layer: Layer) -> Decoder {
    decoder(Array(repeating: layer, count: layers))
  }

  /// A decoder whose layers are a branch that mixes tokens and one that does not, each chosen by
  /// the layer's index.
  func decoder(
    norms: Norms = .before, _ mixer: (Int) -> Branch, _ network: (Int) -> Branch
  ) -> Decoder {
    decoder((0..<layers).map { layer(norms: norms, mixer($0), network($0)) })
  }

  /// A decoder in whose layers both branches read one normalised input and are summed together.
  func parallelDecoder(_ mixer: (Int) -> Branch, _ network: (Int) -> Branch) -> Decoder {
    decoder((0..<layers).map { parallelLayer(mixer($0), network($0)) })
  }

  /// A layer of branches one after another.
  func layer(norms: Norms = .before, _ branches: Branch...) -> Layer {
    Layer(
      branches.map {
        .residual(
          $0.kind, hidden: hidden, norm: norms == .after ? nil : norm,
          outputNorm: norms == .before ? nil : norm, $0.operators)
      })
  }

  /// A layer of two branches side by side; `ownNorms` gives the second its own normalisation.
  func parallelLayer(_ first: Branch, _ second: Branch, ownNorms: Bool = false) -> Layer {
    let between =
      ownNorms
      ? [Operator.hiddenNorm("secondNorm", norm, width: hidden, keepsInput: false)] : []
    return Layer([
      .residual(
        "\(first.kind)+\(second.kind)", hidden: hidden, norm: norm,
        first.operators + between + second.operators)
    ])
  }
}

/// What a residual branch is called and computes, without its normalisations.
struct Branch {
  var kind: String
  var operators: [Operator]
}

extension SoftmaxAttention {
  var branch: Branch { Branch(kind: kind, operators: operators) }

  /// The same attention with biases of all four projections, or of none.
  func biased(_ bias: Bool) -> SoftmaxAttention {
    var copy = self
    copy.inputBias = bias
    copy.outputBias = bias
    return copy
  }

  /// The same attention within a window, or of all tokens before.
  func within(_ window: Int?) -> SoftmaxAttention {
    var copy = self
    copy.window = window
    return copy
  }
}

extension LatentAttention {
  var branch: Branch { Branch(kind: "latentAttention", operators: operators) }
}

extension GatedDeltaNet {
  var branch: Branch { Branch(kind: "linearAttention", operators: operators) }
}

extension StateSpace {
  var branch: Branch { Branch(kind: "stateSpace", operators: operators) }
}

extension FeedForward {
  var branch: Branch { Branch(kind: "feedForward", operators: operators) }
}

extension Experts {
  var branch: Branch { Branch(kind: "experts", operators: operators) }
}
