import InputFiles
import ParallelismVocabulary

/// What a plan was made from, so that it can be checked without the original files.
///
/// The cluster and the model stand in the plan by value; the cluster names its measurements, which
/// may be large, by path and SHA-256.
public struct PlanInputs: Sendable, Equatable, Codable {
  public var cluster: Document
  public var model: Document
  public var workload: Workload
  /// The user's own coefficients of the cost model, where there are any.
  public var calibration: Document?
  /// What is known of the routing of tokens to experts; `nil` where nothing is.
  public var routing: Routing?

  public init(
    cluster: Document, model: Document, workload: Workload, calibration: Document? = nil,
    routing: Routing? = nil
  ) {
    self.cluster = cluster
    self.model = model
    self.workload = workload
    self.calibration = calibration
    self.routing = routing
  }

  /// Routing statistics, by their files, or what is assumed in their place.
  public struct Routing: Sendable, Hashable, Codable {
    /// A file a workload; absent where there is none.
    public var files: [File]?
    /// The exponent of the power law that loads are assumed to follow.
    public var powerLaw: Double?

    public init(files: [File]) { self.files = files }

    public init(powerLaw: Double) { self.powerLaw = powerLaw }

    /// A file that may be large, named by what it says.
    public struct File: Sendable, Hashable, Codable {
      public var file: String
      public var sha256: String

      public init(file: String, sha256: String) {
        self.file = file
        self.sha256 = sha256
      }
    }
  }

  /// An input file: what it describes, how the user named it, and what it says.
  public struct Document: Sendable, Equatable, Codable {
    /// The name of the cluster or the model.
    public var name: String
    /// Relative paths in the content start from this file's folder.
    public var file: String
    public var content: JSONValue

    public init(name: String, file: String, content: JSONValue) {
      self.name = name
      self.file = file
      self.content = content
    }
  }

  /// What is trained, after flags, files and defaults were merged.
  public struct Workload: Sendable, Hashable, Codable {
    /// Sequences in one optimiser step, over all replicas.
    public var globalBatch: Int
    /// Tokens in a sequence.
    public var sequenceLength: Int
    public var precision: Precision
    public var optimizer: String
    /// Where the optimiser keeps its state; absent where that is the device.
    public var optimizerPlace: OptimizerPlace?
    public var activationPlace: ActivationPlace?
    /// The rank of low-rank adapters beside frozen weights; absent where all weights are trained.
    public var adapterRank: Int?
    /// How long sequences are, where they are not alike; they are packed into `globalBatch` windows of
    /// `sequenceLength` tokens.
    public var lengths: Lengths?
    /// What each way to divide the experts is priced with, by `routing`; absent where experts are taken
    /// as equally busy.
    public var expertUse: [ExpertUse]?

    public init(
      globalBatch: Int, sequenceLength: Int, precision: Precision, optimizer: String,
      optimizerPlace: OptimizerPlace? = nil, activationPlace: ActivationPlace? = nil,
      adapterRank: Int? = nil, lengths: Lengths? = nil,
      expertUse: [ExpertUse]? = nil
    ) {
      self.globalBatch = globalBatch
      self.sequenceLength = sequenceLength
      self.precision = precision
      self.optimizer = optimizer
      self.optimizerPlace = optimizerPlace
      self.activationPlace = activationPlace
      self.adapterRank = adapterRank
      self.lengths = lengths
      self.expertUse = expertUse
    }
  }
}
