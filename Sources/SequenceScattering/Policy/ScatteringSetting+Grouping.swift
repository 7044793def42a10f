import CostModel
import ParallelismVocabulary

extension ScatteringSetting {
  /// Whether a stack's own trainer forms such groups for every batch.
  ///
  /// Megatron-LM's does so for degrees that are all powers of two up to the whole domain, without a
  /// pipeline and without full sharding.
  /// - Source: Megatron-LM, `megatron/training/arguments.py`, on `--hybrid-context-parallel`.
  public func isFormedByTrainer(under stack: Stack, _ frame: Frame) -> Bool {
    let powers = (0..<62).map { 1 << $0 }.prefix { $0 <= gpus }
    return stack.name == "megatron-core" && frame.degrees.pipeline == 1
      && frame.sharding < .gradients && powers.last == gpus
      && degrees.map(\.degree) == Array(powers)
  }
}
