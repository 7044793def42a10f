/// A program or a launcher that plans are written for.
public struct LaunchTarget: Sendable {
  /// As `--target` takes it.
  public let name: String
  /// The versions that the files were checked against, newest first: by the program itself or its
  /// schema; for vLLM, SGLang, NCCL and Megatron-Bridge by the names in their packages, without a run.
  public let versions: [String]
  /// What is written, in a few words.
  public let abstract: String
  /// - Throws: `LaunchFaults`, what the target cannot express.
  public let emit: @Sendable (Launch) throws(LaunchFaults) -> Emission

  init(
    _ name: String, versions: [String], _ abstract: String,
    emit: @escaping @Sendable (Launch) throws(LaunchFaults) -> Emission
  ) {
    self.name = name
    self.versions = versions
    self.abstract = abstract
    self.emit = emit
  }

  /// All targets; a new one is a new file and a line here.
  public static let all: [LaunchTarget] =
    [
      .megatronLM, .megatronBridge, .torchtitan, .deepSpeed, .torchrun, .accelerate, .slurm,
      .openMPI,
      .kubernetes, .leaderWorkerSet, .trainJob, .nccl, .vLLM, .sglang,
    ] + expertMaps

  /// The target of a name such as `slurm` or `megatron-lm@0.19`; `nil` where it is unknown.
  public static func named(_ text: String) -> LaunchTarget? {
    let parts = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
    guard let target = all.first(where: { $0.name == parts[0] }) else { return nil }
    return parts.count == 1 || target.versions.contains(String(parts[1])) ? target : nil
  }

  /// `megatron-lm@0.19`, the newest version that was checked.
  public var identity: String { versions.first.map { "\(name)@\($0)" } ?? name }
}

extension LaunchTarget {
  static let megatronLM = LaunchTarget(
    "megatron-lm", versions: ["0.19"],
    "megatron-lm.sh: pretrain_gpt.py with its arguments, run once a rank"
  ) { launch throws(LaunchFaults) in
    let program = try RankProgram.megatron(launch)
    return Emission(files: [program.file], warnings: program.warnings)
  }
}
