import ArgumentParser
import InputFiles
import ModelDescription
import ParallelismVocabulary

/// The flags that say what is trained; they win over files.
struct WorkloadOptions: ParsableArguments {
  @Option(
    name: .customLong("workload"),
    help: ArgumentHelp(
      "A file with the workload: globalBatch or globalBatchTokens, sequenceLength, precision, "
        + "optimizer, optimizerPlace, activationPlace, adapterRank, routing, lengthHistogram.",
      valueName: "file"))
  var file: String?

  @Option(
    help: ArgumentHelp("Sequences in one optimiser step, over all replicas.", valueName: "n"),
    transform: parseLargeCount)
  var globalBatch: Int?

  @Option(
    help: ArgumentHelp("Tokens in one optimiser step: 4M is 4,194,304.", valueName: "n"),
    transform: parseTokens)
  var globalBatchTokens: Int?

  @Option(
    help: ArgumentHelp("Tokens in a sequence: 8k is 8,192.", valueName: "n"),
    transform: parseLargeCount)
  var sequenceLength: Int?

  @Option(
    help: ArgumentHelp(
      "Number format of the matrix products: \(Choice<Precision>.precision.allowed).",
      valueName: "format"),
    transform: Choice<Precision>.precision.parse)
  var precision: Precision?

  @Option(
    help: ArgumentHelp(
      "The optimiser, for its state: \(Choice<Optimizer>.optimizer.allowed).", valueName: "name"),
    transform: Choice<Optimizer>.optimizer.parse)
  var optimizer: Optimizer?

  @Option(
    help: ArgumentHelp(
      "Where the optimiser keeps its state and runs: \(Choice<OptimizerPlace>.optimizerPlace.allowed); in "
        + "the hosts' memory it leaves more of the device's, and takes longer.",
      valueName: "place"),
    transform: Choice<OptimizerPlace>.optimizerPlace.parse)
  var optimizerPlace: OptimizerPlace?

  @Option(
    help: ArgumentHelp(
      "Where activations may wait for the backward pass: \(Choice<ActivationPlace>.activationPlace.allowed); "
        + "with host, a stage may have its host keep them, where that is faster than computing them again.",
      valueName: "place"),
    transform: Choice<ActivationPlace>.activationPlace.parse)
  var activationPlace: ActivationPlace?

  @Option(
    help: ArgumentHelp(
      "Train low-rank adapters of this rank beside frozen weights; all weights otherwise.",
      valueName: "n"))
  var adapterRank: Int?

  func validate() throws {
    if let adapterRank, !(1...65_536).contains(adapterRank) {
      throw ValidationError("--adapter-rank is \(adapterRank), but must be from 1 to 65,536.")
    }
    if globalBatch != nil, globalBatchTokens != nil {
      throw ValidationError("Give --global-batch or --global-batch-tokens, not both.")
    }
  }

  /// What the flags say, over what the workload file says.
  func settings() throws(InputFaults) -> WorkloadSettings {
    let flags = WorkloadSettings(
      globalBatch: globalBatch.map { .sequences($0) } ?? globalBatchTokens.map { .tokens($0) },
      sequenceLength: sequenceLength, precision: precision, optimizer: optimizer,
      optimizerPlace: optimizerPlace, activationPlace: activationPlace, adapterRank: adapterRank)
    guard let file else { return flags }
    return flags.over(try WorkloadSettings.read(path: file))
  }
}
