import LaunchPlan

extension MegatronFlags {
  /// The options under which Megatron-LM forms groups of context ranks for every batch itself; none
  /// where sequences are alike or the groups come from elsewhere.
  /// - Source: Megatron-LM `megatron/training/arguments.py`, `--hybrid-context-parallel`, which later
  ///   versions call `--dynamic-context-parallel` and take as an alias.
  static func scattering(of plan: LaunchPlan, warnings: inout [String]) -> MegatronFlags {
    var flags = MegatronFlags()
    guard let policy = plan.sequenceScattering else { return flags }
    guard policy.grouping == .dynamicContextParallel else {
      warnings.append(
        "Megatron-LM has no option for this plan's groups of sequences: 'plan scatter' gives those of "
          + "every batch, and the data loader must keep to them")
      return flags
    }
    flags.set("--hybrid-context-parallel")
    flags.set("--max-seqlen-per-dp-cp-rank", policy.tokensPerRank)
    flags.set("--calculate-per-token-loss")
    flags.set("--dataloader-type", "single")
    flags.set("--cuda-graph-impl", "none")
    warnings.append(
      "Megatron-LM forms groups by its own schedule; the predicted step is that of the groups which "
        + "'plan scatter' gives")
    return flags
  }
}
