import InputFiles
import ParallelismVocabulary
import Quantities

/// What is said of a workload in one place: a flag, a file, a model file. All of it is optional.
public struct WorkloadSettings: Hashable, Sendable {
  /// How large one optimiser step is.
  public enum GlobalBatch: Hashable, Sendable {
    case sequences(Int)
    case tokens(Int)
  }

  public var globalBatch: GlobalBatch?
  public var sequenceLength: Int?
  public var precision: Precision?
  public var optimizer: Optimizer?
  public var optimizerPlace: OptimizerPlace?
  public var activationPlace: ActivationPlace?
  /// The rank of low-rank adapters beside frozen weights; all weights are trained where `nil`.
  public var adapterRank: Int?
  /// What is known of the routing of tokens to experts.
  public var routing: RoutingSource?
  /// How long sequences are, where they are not alike.
  public var lengthHistogram: LengthHistogram?

  public init(
    globalBatch: GlobalBatch? = nil, sequenceLength: Int? = nil, precision: Precision? = nil,
    optimizer: Optimizer? = nil, optimizerPlace: OptimizerPlace? = nil,
    activationPlace: ActivationPlace? = nil, adapterRank: Int? = nil,
    routing: RoutingSource? = nil, lengthHistogram: LengthHistogram? = nil
  ) {
    self.globalBatch = globalBatch
    self.sequenceLength = sequenceLength
    self.precision = precision
    self.optimizer = optimizer
    self.optimizerPlace = optimizerPlace
    self.activationPlace = activationPlace
    self.adapterRank = adapterRank
    self.routing = routing
    self.lengthHistogram = lengthHistogram
  }

  /// These settings, and where they are silent those of `weaker`.
  public func over(_ weaker: WorkloadSettings) -> WorkloadSettings {
    WorkloadSettings(
      globalBatch: globalBatch ?? weaker.globalBatch,
      sequenceLength: sequenceLength ?? weaker.sequenceLength,
      precision: precision ?? weaker.precision, optimizer: optimizer ?? weaker.optimizer,
      optimizerPlace: optimizerPlace ?? weaker.optimizerPlace,
      activationPlace: activationPlace ?? weaker.activationPlace,
      adapterRank: adapterRank ?? weaker.adapterRank, routing: routing ?? weaker.routing,
      lengthHistogram: lengthHistogram ?? weaker.lengthHistogram)
  }
}

// MARK: Reading

extension WorkloadSettings {
  /// The settings of a file that holds a workload and nothing else.
  public static func read(path: String) throws(InputFaults) -> WorkloadSettings {
    try JSONDocument.read(path: path, limit: InputLimit(kind: "a workload file", mebibytes: 1))
      .read(shape)
  }

  /// A workload object.
  public static var shape: JSONShape<WorkloadSettings> { .object(read) }

  private static func read(_ object: ObjectReader) -> WorkloadSettings? {
    _ = object.atMostOne(of: ["globalBatch", "globalBatchTokens"])
    let sequences = object.optional("globalBatch", .integer(.between(1, 1 << 30)))
    let tokens = object.optional("globalBatchTokens", .integer(.between(1, 1 << 50)))
    let length = object.optional("sequenceLength", .integer(.sequence))
    let precision = object.optional("precision", .choice(Precision.self))
    let optimizer = object.optional("optimizer", .choice(Optimizer.self))
    let optimizerPlace = object.optional("optimizerPlace", .choice(OptimizerPlace.self))
    let activationPlace = object.optional("activationPlace", .choice(ActivationPlace.self))
    let adapterRank = object.optional("adapterRank", .integer(.between(1, 1 << 16)))
    let routing = object.optional("routing", RoutingSource.shape)
    let lengths = object.optional("lengthHistogram", .lengthHistogram)
    if let lengths, let length, length < lengths.longest {
      object.error(
        at: "sequenceLength",
        "is \(length), but must be at least \(lengths.longest), the longest of 'lengthHistogram'")
    }
    object.finish()
    return WorkloadSettings(
      globalBatch: sequences.map(GlobalBatch.sequences) ?? tokens.map(GlobalBatch.tokens),
      sequenceLength: length, precision: precision, optimizer: optimizer,
      optimizerPlace: optimizerPlace, activationPlace: activationPlace, adapterRank: adapterRank,
      routing: routing, lengthHistogram: lengths)
  }
}

// MARK: Completing

/// A complete workload, with the sentences that say which of it was assumed.
public struct CompletedWorkload: Hashable, Sendable {
  public var workload: Workload
  /// One sentence a default, in a fixed order.
  public var defaults: [String]
}

extension WorkloadSettings {
  /// The workload for a model, with the stated defaults where the settings are silent.
  ///
  /// The sequence is the model's longest, at most 8,192 tokens; the batch the sequences that make
  /// about 4 Mi tokens; the precision bf16; the optimiser Adam. A batch in tokens is rounded to the
  /// nearest whole number of sequences, at least one.
  ///
  /// Where a histogram tells the sequences' lengths, the sequence is the window into which they are
  /// packed, at least the longest of them, and the batch the windows that they fill.
  public func completed(for model: ModelDescription) -> CompletedWorkload {
    var defaults: [String] = []
    let length: Int
    if let longest = lengthHistogram?.longest {
      length = max(sequenceLength ?? longest, longest)
      if sequenceLength != length {
        defaults.append("sequence length \(length.grouped): the longest of the lengths")
      }
    } else if let sequenceLength {
      length = sequenceLength
    } else {
      length = min(model.maximumSequenceLength ?? 8192, 8192)
      let reason =
        length < 8192
        ? "the longest that the model states"
        : model.maximumSequenceLength == nil ? "the model states none" : "the model allows more"
      defaults.append("sequence length \(length.grouped): not given; \(reason)")
    }
    if let lengthHistogram {
      return completed(for: lengthHistogram, window: length, defaults)
    }
    let batch: Int
    switch globalBatch {
    case .sequences(let count): batch = count
    case .tokens(let tokens):
      batch = max(1, (tokens + length / 2) / length)
      if batch * length != tokens {
        defaults.append(
          "global batch \(batch.grouped) sequences: the whole number nearest to"
            + " \(tokens.grouped) tokens")
      }
    case nil:
      batch = max(1, ((1 << 22) + length / 2) / length)
      defaults.append(
        "global batch \(batch.grouped) sequences: not given; about 4 Mi tokens"
          + " a step (\((batch * length).grouped))")
    }
    defaults += unsaidFormats
    return CompletedWorkload(
      workload: Workload(
        globalBatch: batch, sequenceLength: length, precision: precision ?? .bf16,
        optimizer: optimizer ?? .adam, optimizerPlace: optimizerPlace ?? .device,
        activationPlace: activationPlace ?? .device,
        adapterRank: adapterRank),
      defaults: defaults)
  }

  private var unsaidFormats: [String] {
    (precision == nil ? ["precision bf16: not given"] : [])
      + (optimizer == nil ? ["optimiser adam: not given"] : [])
  }

  /// The workload of sequences of these lengths, packed into windows.
  private func completed(
    for histogram: LengthHistogram, window: Int, _ defaults: [String]
  ) -> CompletedWorkload {
    var defaults = defaults
    let sequences: Int
    switch globalBatch {
    case .sequences(let count): sequences = count
    case .tokens(let tokens): sequences = max(1, Int((Double(tokens) / histogram.mean).rounded()))
    case nil:
      sequences = max(1, Int((Double(1 << 22) / histogram.mean).rounded()))
      defaults.append(
        "global batch \(sequences.grouped) sequences: not given; about 4 Mi tokens a step")
    }
    let tokens = Double(sequences) * histogram.mean
    let windows = max(1, Int((tokens / Double(window)).rounded()))
    defaults.append(
      "packed, \(sequences.grouped) sequences of \(Int(histogram.mean.rounded()).grouped) tokens on "
        + "average fill \(windows.grouped) \(windows == 1 ? "window" : "windows") of "
        + "\(window.grouped)")
    return CompletedWorkload(
      workload: Workload(
        globalBatch: windows, sequenceLength: window, precision: precision ?? .bf16,
        optimizer: optimizer ?? .adam, optimizerPlace: optimizerPlace ?? .device,
        activationPlace: activationPlace ?? .device,
        adapterRank: adapterRank,
        lengths: SequenceLengths(sequences: sequences, histogram: histogram)),
      defaults: defaults + unsaidFormats)
  }
}
