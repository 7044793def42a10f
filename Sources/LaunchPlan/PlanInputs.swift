import InputFiles
import ParallelismVocabulary

/// What a plan was made from, so that it can be checked without the original files.
///
/// The cluster and the model stand in the plan as they were read; measurements, which may be large,
/// by path and digest.
public struct PlanInputs: Sendable, Equatable, Codable {
  public var cluster: Document
  public var model: Document
  public var workload: Workload
  /// Measured matrices that the cluster refers to.
  public var matrices: [Matrix]

  public init(cluster: Document, model: Document, workload: Workload, matrices: [Matrix] = []) {
    self.cluster = cluster
    self.model = model
    self.workload = workload
    self.matrices = matrices
  }

  /// A JSON file: its name, the digest of its bytes, and what it says.
  public struct Document: Sendable, Equatable, Codable {
    /// The file as it was named; relative paths inside it start from its folder.
    public var file: String
    /// SHA-256 of the file's bytes, in hexadecimal.
    public var sha256: String
    public var content: JSONValue

    public init(file: String, sha256: String, content: JSONValue) {
      self.file = file
      self.sha256 = sha256
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

    public init(globalBatch: Int, sequenceLength: Int, precision: Precision, optimizer: String) {
      self.globalBatch = globalBatch
      self.sequenceLength = sequenceLength
      self.precision = precision
      self.optimizer = optimizer
    }
  }

  /// A file of measurements.
  public struct Matrix: Sendable, Hashable, Codable {
    /// The path as the cluster file gives it.
    public var file: String
    /// SHA-256 of the file's bytes, in hexadecimal.
    public var sha256: String

    public init(file: String, sha256: String) {
      self.file = file
      self.sha256 = sha256
    }
  }
}
