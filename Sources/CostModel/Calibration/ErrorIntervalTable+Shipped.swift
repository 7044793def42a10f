import ClusterTopology

extension ErrorIntervalTable {
  /// The intervals of predictions under the shipped calibration, from runs that the fits had not seen
  /// (half of the layouts held out in turn, three splits); '.ci/coefficients' writes them.
  public static let shipped = ErrorIntervalTable(
    cells: [
      cell(
        "deepspeed-zero3@2021", .ampere, .severalNodes, false, below: 0.801, above: 1.464,
        basis: .allStacks, runs: 1772),
      cell(
        "deepspeed-zero3@2021", .ampere, .manyNodes, false, below: 0.801, above: 1.464,
        basis: .allStacks, runs: 1772),
      cell(
        "easycontext@2024", .ampere, .oneNode, false, below: 0.594, above: 1.298, basis: .allStacks,
        runs: 1772),
      cell(
        "llm-foundry@0.3", .ampere, .oneNode, false, below: 0.933, above: 1.146, basis: .measured,
        runs: 40),
      cell(
        "llm-foundry@0.3", .ampere, .severalNodes, false, below: 0.726, above: 1.376,
        basis: .measured, runs: 27),
      cell(
        "llm-foundry@0.3-amp", .ampere, .oneNode, false, below: 0.887, above: 1.344,
        basis: .measured, runs: 41),
      cell(
        "llm-foundry@0.3-amp", .hopper, .oneNode, false, below: 0.825, above: 1.291,
        basis: .measured, runs: 31),
      cell(
        "llm-foundry@0.3-amp", .hopper, .severalNodes, false, below: 0.872, above: 1.147,
        basis: .measured, runs: 22),
      cell(
        "megatron-bridge@25", .blackwell, .oneNode, false, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwell, .severalNodes, false, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwell, .severalNodes, true, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwellUltra, .severalNodes, false, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwellUltra, .severalNodes, true, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .oneNode, false, below: 0.673, above: 2.255, basis: .stack,
        runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .severalNodes, false, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .severalNodes, true, below: 0.673, above: 2.255,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .manyNodes, false, below: 0.673, above: 2.255, basis: .stack,
        runs: 35),
      cell(
        "megatron-bridge@26", .blackwell, .oneNode, true, below: 0.701, above: 2.363, basis: .stack,
        runs: 83),
      cell(
        "megatron-bridge@26", .blackwell, .severalNodes, false, below: 0.86, above: 1.162,
        basis: .measured, runs: 21),
      cell(
        "megatron-bridge@26", .blackwell, .severalNodes, true, below: 0.492, above: 2.032,
        basis: .measured, runs: 22),
      cell(
        "megatron-bridge@26", .blackwellUltra, .severalNodes, false, below: 0.839, above: 1.192,
        basis: .measured, runs: 20),
      cell(
        "megatron-bridge@26", .blackwellUltra, .severalNodes, true, below: 0.486, above: 2.056,
        basis: .measured, runs: 15),
      cell(
        "megatron-bridge@26", .hopper, .severalNodes, true, below: 0.701, above: 2.363,
        basis: .stack, runs: 83),
      cell(
        "megatron-bridge@26.06", .blackwell, .severalNodes, false, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwell, .severalNodes, true, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwellUltra, .severalNodes, false, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwellUltra, .severalNodes, true, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .hopper, .oneNode, false, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .hopper, .severalNodes, false, below: 0.376, above: 2.654,
        basis: .stack, runs: 25),
      cell(
        "megatron-core@0.16", .hopper, .severalNodes, true, below: 0.801, above: 1.316,
        basis: .allStacks, runs: 1772),
      cell(
        "megatron-core@0.16-serial", .blackwell, .oneNode, false, below: 0.833, above: 1.2,
        basis: .measured, runs: 20),
      cell(
        "megatron-core@0.16-serial", .blackwell, .oneNode, true, below: 0.796, above: 1.24,
        basis: .stack, runs: 28),
      cell(
        "megatron-deepspeed@1.1.5", .turing, .severalNodes, false, below: 0.727, above: 1.281,
        basis: .measured, runs: 35),
      cell(
        "megatron-deepspeed@2022", .ampere, .oneNode, false, below: 0.867, above: 1.181,
        basis: .measured, runs: 1003),
      cell(
        "megatron-deepspeed@2022", .ampere, .severalNodes, false, below: 0.892, above: 1.546,
        basis: .measured, runs: 73),
      cell(
        "megatron-deepspeed@2024", .hopper, .oneNode, false, below: 0.794, above: 1.259,
        basis: .stack, runs: 18),
      cell(
        "megatron-deepspeed@2024", .hopper, .severalNodes, false, below: 0.837, above: 1.195,
        basis: .measured, runs: 16),
      cell(
        "megatron-deepspeed@bigscience", .ampere, .oneNode, false, below: 0.888, above: 1.417,
        basis: .stack, runs: 98),
      cell(
        "megatron-deepspeed@bigscience", .ampere, .severalNodes, false, below: 0.924, above: 1.257,
        basis: .measured, runs: 95),
      cell(
        "megatron-lm@2", .ampere, .oneNode, false, below: 0.758, above: 1.318, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .ampere, .severalNodes, false, below: 0.758, above: 1.318, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .ampere, .manyNodes, false, below: 0.758, above: 1.318, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .volta, .severalNodes, false, below: 0.758, above: 1.318, basis: .stack,
        runs: 24),
      cell(
        "mlperf-amd@5", .cdna3, .oneNode, false, below: 0.686, above: 1.298, basis: .allStacks,
        runs: 1772),
      cell(
        "mlperf-amd@5", .cdna3, .severalNodes, false, below: 0.686, above: 1.298, basis: .allStacks,
        runs: 1772),
      cell(
        "mlperf-nvidia@4", .ada, .manyNodes, false, below: 0.701, above: 1.571, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .oneNode, false, below: 0.701, above: 1.571, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .severalNodes, false, below: 0.701, above: 1.571,
        basis: .stack, runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .manyNodes, false, below: 0.701, above: 1.571, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .hopper, .oneNode, false, below: 0.701, above: 1.571, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .hopper, .severalNodes, false, below: 0.636, above: 1.571,
        basis: .measured, runs: 17),
      cell(
        "mlperf-nvidia@4", .hopper, .manyNodes, false, below: 0.775, above: 1.291, basis: .measured,
        runs: 14),
      cell(
        "nemo@24", .hopper, .oneNode, false, below: 0.861, above: 1.208, basis: .stack, runs: 84),
      cell(
        "nemo@24", .hopper, .severalNodes, false, below: 0.931, above: 1.162, basis: .measured,
        runs: 46),
      cell(
        "nemo@24", .hopper, .severalNodes, true, below: 0.861, above: 1.208, basis: .stack, runs: 84
      ),
      cell(
        "nemo@24", .hopper, .manyNodes, false, below: 0.925, above: 1.081, basis: .measured,
        runs: 15),
      cell(
        "nemo@24", .hopper, .manyNodes, true, below: 0.861, above: 1.208, basis: .stack, runs: 84),
      cell(
        "torchtitan@0.2", .hopper, .oneNode, false, below: 0.772, above: 1.298, basis: .allStacks,
        runs: 1772),
      cell(
        "torchtitan@0.2", .hopper, .severalNodes, false, below: 0.772, above: 1.298,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-async", .hopper, .severalNodes, false, below: 0.801, above: 1.298,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-eager", .hopper, .oneNode, false, below: 0.801, above: 1.298,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-eager", .hopper, .severalNodes, false, below: 0.801, above: 1.298,
        basis: .allStacks, runs: 1772),
    ],
    stacks: [
      stack("deepspeed-zero3@2021", below: 0.801, above: 1.464, basis: .allStacks, runs: 1772),
      stack("easycontext@2024", below: 0.594, above: 1.298, basis: .allStacks, runs: 1772),
      stack("llm-foundry@0.3", below: 0.92, above: 1.376, basis: .stack, runs: 67),
      stack("llm-foundry@0.3-amp", below: 0.825, above: 1.344, basis: .stack, runs: 94),
      stack("megatron-bridge@25", below: 0.673, above: 2.255, basis: .stack, runs: 35),
      stack("megatron-bridge@26", below: 0.701, above: 2.363, basis: .stack, runs: 83),
      stack("megatron-bridge@26.06", below: 0.376, above: 2.654, basis: .stack, runs: 25),
      stack("megatron-core@0.16", below: 0.801, above: 1.316, basis: .allStacks, runs: 1772),
      stack("megatron-core@0.16-serial", below: 0.796, above: 1.24, basis: .stack, runs: 28),
      stack("megatron-deepspeed@1.1.5", below: 0.671, above: 1.362, basis: .stack, runs: 35),
      stack("megatron-deepspeed@2022", below: 0.77, above: 1.561, basis: .stack, runs: 1076),
      stack("megatron-deepspeed@2024", below: 0.794, above: 1.259, basis: .stack, runs: 18),
      stack("megatron-deepspeed@bigscience", below: 0.888, above: 1.417, basis: .stack, runs: 98),
      stack("megatron-lm@2", below: 0.758, above: 1.318, basis: .stack, runs: 24),
      stack("mlperf-amd@5", below: 0.686, above: 1.298, basis: .allStacks, runs: 1772),
      stack("mlperf-nvidia@4", below: 0.701, above: 1.571, basis: .stack, runs: 66),
      stack("nemo@24", below: 0.861, above: 1.208, basis: .stack, runs: 84),
      stack("torchtitan@0.2", below: 0.772, above: 1.298, basis: .allStacks, runs: 1772),
      stack("torchtitan@0.2-async", below: 0.801, above: 1.298, basis: .allStacks, runs: 1772),
      stack("torchtitan@0.2-eager", below: 0.801, above: 1.298, basis: .allStacks, runs: 1772),
    ])

  private static func cell(
    _ stack: String, _ architecture: Architecture, _ size: RunRegime.Size, _ hasExperts: Bool,
    below: Double, above: Double, basis: ErrorInterval.Basis, runs: Int
  ) -> Cell {
    Cell(
      regime: RunRegime(
        stack: stack, architecture: architecture, size: size, hasExperts: hasExperts),
      interval: ErrorInterval(below: below, above: above, basis: basis, runs: runs))
  }

  private static func stack(
    _ stack: String, below: Double, above: Double, basis: ErrorInterval.Basis, runs: Int
  ) -> StackCell {
    StackCell(
      stack: stack, interval: ErrorInterval(below: below, above: above, basis: basis, runs: runs))
  }
}
