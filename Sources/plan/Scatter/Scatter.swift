import ArgumentParser
import CostModel
import InputFiles
import ParallelismVocabulary
import SequenceScattering

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// `plan scatter LENGTHS --cluster C --model M`: batches of unequal sequences onto groups of GPUs.
struct Scatter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Scatter batches of unequal sequences over groups of GPUs, with a proof for each.",
    discussion: """
      LENGTHS has a batch a line, as an array of its sequences' lengths in tokens; or a length a \
      line, cut into batches by --global-batch. '-' reads standard input.

        plan scatter lengths.jsonl --cluster cluster.json --model config.json
        loader --lengths | plan scatter - --cluster c.json --model m.json | trainer

      The result is JSON Lines: first the costs of every degree, then a line a batch, in order and \
      as soon as it is ready: the groups of each micro-batch with their first rank, sequences and \
      the offsets at which these are packed; the time, a bound on it, and the evidence, which \
      'plan check' verifies. Batches are scattered ahead on all cores. Control-C ends the reading; \
      what was read is finished.
      """)

  @Argument(help: "The lengths; '-' reads standard input.", completion: .file())
  var lengths: String

  @Option(help: ArgumentHelp("The cluster file.", valueName: "file"), completion: .file())
  var cluster: String

  @Option(
    help: ArgumentHelp("The model file or config.json.", valueName: "file"), completion: .file())
  var model: String

  @OptionGroup(title: "Workload") var workload: WorkloadOptions

  @Option(
    help: ArgumentHelp(
      "The degrees that groups may have: 1,2,3,8; all powers of two otherwise.", valueName: "list"),
    transform: parseDegrees)
  var degrees: [Int]?

  @Option(
    help: ArgumentHelp("The ways of tensor parallelism inside each.", valueName: "n"),
    transform: parseCount)
  var tensor = 1

  @Option(
    help: ArgumentHelp(
      "The stages of a pipeline, of even shares of the layers; ranks are those of one stage.",
      valueName: "n"), transform: parseCount)
  var pipeline = 1

  @Option(
    help: ArgumentHelp("What replicas share out, as for 'plan make'.", valueName: "what"),
    transform: Choice<Sharding>.sharding.parse)
  var sharding = Sharding.optimizer

  @Option(
    help: ArgumentHelp("What is recomputed: none, full, or modules.", valueName: "what"),
    transform: RecomputePolicy.parse)
  var recompute: RecomputePolicy?

  @Flag(
    help: "Sequences of a group run one by one, as under Megatron's dynamic context parallelism.")
  var oneByOne = false

  @Flag(help: "Leave out sequences that no group can hold, and place the rest.")
  var skipOversize = false

  @Flag(
    help: """
      Spend up to thirty times the effort on each batch, and raise the bound by patterns of sequences that \
      groups cannot hold, found by column generation.
      """)
  var prove = false

  @Option(
    help: ArgumentHelp("What runs it: a name, or name@version.", valueName: "stack"),
    transform: Stack.parse)
  var stack: Stack?

  @OptionGroup(title: "Cost model") var costs: CalibrationOptions

  func validate() throws {
    try requireOneStandardInput([lengths, cluster, model, workload.file, costs.path])
  }

  func run() async throws {
    let interruption = Interruption(after: nil)
    let output = OrderedOutput()
    var running: [Task<Void, any Error>] = []
    var failure: (any Error)?
    do {
      let setting = try setting()
      output.take(JSONText.compact(setting.json) + "\n", number: 0)
      var reader = try BatchReader(path: lengths, batchSize: workload.globalBatch)
      var number = 0
      while let (batch, line) = try reader.next(isStopped: { interruption.isSignalled }) {
        try reportOversize(batch, number, line, setting, file: reader.file)
        running.append(scattering(batch, number, setting, output))
        number += 1
        // Twice as many batches as cores are in work, so that a slow one holds up no core.
        if running.count >= 2 * max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) {
          try await running.removeFirst().value
        }
        try output.check()
      }
    } catch {
      failure = error
    }
    for task in running {
      do { try await task.value } catch { failure = failure ?? error }
    }
    try reportingFaults {
      try output.check()
      if let failure { throw failure }
    }
  }

  /// A batch in work, whose line is handed over when it is ready.
  private func scattering(
    _ batch: [Int], _ number: Int, _ setting: ScatteringSetting, _ output: OrderedOutput
  ) -> Task<Void, any Error> {
    let effort = prove ? ScatteringEffort.proving : ScatteringEffort()
    let ranksEach = tensor
    return Task.detached {
      let result = try ScatteredBatch(number: number, lengths: batch, setting, effort)
      output.take(
        JSONText.compact(result.json(setting, ranksEach: ranksEach)) + "\n", number: number + 1)
    }
  }

  private func setting() throws -> ScatteringSetting {
    let cluster = try ClusterInput.read(path: cluster)
    cluster.warnings.forEach { StandardError.write("\($0)\n") }
    let model = try ModelInput.read(path: model)
    let settings = try workload.settings().over(model.workload)
    guard pipeline <= model.model.layers.count else {
      throw ValidationError(
        "--pipeline is \(pipeline), but the model has \(model.model.layers.count) layers.")
    }
    if recompute?.offloaded.isEmpty == false {
      throw ValidationError(
        "--recompute host: is for sequences of one length; 'plan scatter' keeps activations on the device."
      )
    }
    var costs = ScatteringCosts()
    costs.tensor = tensor
    costs.pipeline = pipeline
    costs.sharding = sharding
    costs.recompute = recompute
    costs.memoryRule = oneByOne ? .perSequence : .packed
    costs.degrees = degrees
    costs.calibration = try self.costs.calibration().calibration
    return try costs.setting(
      model.model, on: cluster.topology, settings.completed(for: model.model).workload,
      stack: stack ?? .megatronCore)
  }

  /// Says which sequences no group can hold.
  ///
  /// - Throws: the first of them as a fault, unless they may be left out.
  private func reportOversize(
    _ batch: [Int], _ number: Int, _ line: Int, _ setting: ScatteringSetting, file: String
  ) throws(InputFaults) {
    let largest = setting.degrees.map { $0.degree * setting.tokensPerGPU }.max() ?? 0
    let faults = batch.indices.filter { !setting.holds(batch[$0]) }.map { index in
      let words = ScatteringFault.oversize(
        sequence: index, length: batch[index], largest: largest,
        needs: setting.degreeNeeded(batch[index]))
      return InputFault(
        file: file, position: SourcePosition(line: line, column: 1),
        severity: skipOversize ? .warning : .error, message: "batch \(number): \(words)")
    }
    if faults.isEmpty { return }
    guard skipOversize else { throw InputFaults(reason: .malformed, faults: faults) }
    faults.forEach { StandardError.write("\($0)\n") }
  }
}

/// Degrees joined by commas: `1,2,3,8`.
private func parseDegrees(_ text: String) throws -> [Int] {
  let degrees = try text.split(separator: ",", omittingEmptySubsequences: false).map {
    try parseCount(String($0))
  }
  guard Set(degrees).count == degrees.count else {
    throw ValidationError("each degree must stand once")
  }
  return degrees
}
