import ClusterTopology

extension ErrorIntervalTable {
  /// The intervals of predictions under the shipped calibration, from runs that the fits had not seen
  /// (half of the layouts held out in turn, three splits); '.ci/coefficients' writes them.
  public static let shipped = ErrorIntervalTable(
    cells: [
      cell(
        "deepspeed-zero3@2021", .ampere, .severalNodes, false, below: 0.721, above: 1.412,
        basis: .allStacks, runs: 1772),
      cell(
        "deepspeed-zero3@2021", .ampere, .manyNodes, false, below: 0.721, above: 1.412,
        basis: .allStacks, runs: 1772),
      cell(
        "easycontext@2024", .ampere, .oneNode, false, below: 0.721, above: 1.226, basis: .allStacks,
        runs: 1772),
      cell(
        "llm-foundry@0.3", .ampere, .oneNode, false, below: 0.93, above: 1.202, basis: .measured,
        runs: 40),
      cell(
        "llm-foundry@0.3", .ampere, .severalNodes, false, below: 0.718, above: 1.392,
        basis: .measured, runs: 27),
      cell(
        "llm-foundry@0.3-amp", .ampere, .oneNode, false, below: 0.951, above: 1.394,
        basis: .measured, runs: 41),
      cell(
        "llm-foundry@0.3-amp", .hopper, .oneNode, false, below: 0.925, above: 1.294,
        basis: .measured, runs: 31),
      cell(
        "llm-foundry@0.3-amp", .hopper, .severalNodes, false, below: 0.927, above: 1.079,
        basis: .measured, runs: 22),
      cell(
        "megatron-bridge@25", .blackwell, .oneNode, false, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwell, .severalNodes, false, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwell, .severalNodes, true, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwellUltra, .severalNodes, false, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .blackwellUltra, .severalNodes, true, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .oneNode, false, below: 0.658, above: 2.115, basis: .stack,
        runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .severalNodes, false, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .severalNodes, true, below: 0.658, above: 2.115,
        basis: .stack, runs: 35),
      cell(
        "megatron-bridge@25", .hopper, .manyNodes, false, below: 0.658, above: 2.115, basis: .stack,
        runs: 35),
      cell(
        "megatron-bridge@26", .blackwell, .oneNode, true, below: 0.658, above: 2.311, basis: .stack,
        runs: 83),
      cell(
        "megatron-bridge@26", .blackwell, .severalNodes, false, below: 0.86, above: 1.163,
        basis: .measured, runs: 21),
      cell(
        "megatron-bridge@26", .blackwell, .severalNodes, true, below: 0.516, above: 1.935,
        basis: .measured, runs: 22),
      cell(
        "megatron-bridge@26", .blackwellUltra, .severalNodes, false, below: 0.858, above: 1.165,
        basis: .measured, runs: 20),
      cell(
        "megatron-bridge@26", .blackwellUltra, .severalNodes, true, below: 0.511, above: 1.955,
        basis: .measured, runs: 15),
      cell(
        "megatron-bridge@26", .hopper, .severalNodes, true, below: 0.658, above: 2.311,
        basis: .stack, runs: 83),
      cell(
        "megatron-bridge@26.06", .blackwell, .severalNodes, false, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwell, .severalNodes, true, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwellUltra, .severalNodes, false, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .blackwellUltra, .severalNodes, true, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .hopper, .oneNode, false, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-bridge@26.06", .hopper, .severalNodes, false, below: 0.405, above: 2.465,
        basis: .stack, runs: 25),
      cell(
        "megatron-core@0.16", .hopper, .severalNodes, true, below: 0.721, above: 1.32,
        basis: .allStacks, runs: 1772),
      cell(
        "megatron-core@0.16-serial", .blackwell, .oneNode, false, below: 0.913, above: 1.095,
        basis: .measured, runs: 20),
      cell(
        "megatron-core@0.16-serial", .blackwell, .oneNode, true, below: 0.892, above: 1.133,
        basis: .stack, runs: 28),
      cell(
        "megatron-deepspeed@1.1.5", .turing, .severalNodes, false, below: 0.804, above: 1.195,
        basis: .measured, runs: 35),
      cell(
        "megatron-deepspeed@2022", .ampere, .oneNode, false, below: 0.791, above: 1.074,
        basis: .measured, runs: 1003),
      cell(
        "megatron-deepspeed@2022", .ampere, .severalNodes, false, below: 0.919, above: 1.543,
        basis: .measured, runs: 73),
      cell(
        "megatron-deepspeed@2024", .hopper, .oneNode, false, below: 0.808, above: 1.238,
        basis: .stack, runs: 18),
      cell(
        "megatron-deepspeed@2024", .hopper, .severalNodes, false, below: 0.886, above: 1.128,
        basis: .measured, runs: 16),
      cell(
        "megatron-deepspeed@bigscience", .ampere, .oneNode, false, below: 0.905, above: 1.407,
        basis: .stack, runs: 98),
      cell(
        "megatron-deepspeed@bigscience", .ampere, .severalNodes, false, below: 0.923, above: 1.233,
        basis: .measured, runs: 95),
      cell(
        "megatron-lm@2", .ampere, .oneNode, false, below: 0.757, above: 1.321, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .ampere, .severalNodes, false, below: 0.757, above: 1.321, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .ampere, .manyNodes, false, below: 0.757, above: 1.321, basis: .stack,
        runs: 24),
      cell(
        "megatron-lm@2", .volta, .severalNodes, false, below: 0.757, above: 1.321, basis: .stack,
        runs: 24),
      cell(
        "mlperf-amd@5", .cdna3, .oneNode, false, below: 0.721, above: 1.222, basis: .allStacks,
        runs: 1772),
      cell(
        "mlperf-amd@5", .cdna3, .severalNodes, false, below: 0.721, above: 1.222, basis: .allStacks,
        runs: 1772),
      cell(
        "mlperf-nvidia@4", .ada, .manyNodes, false, below: 0.743, above: 1.507, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .oneNode, false, below: 0.743, above: 1.507, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .severalNodes, false, below: 0.743, above: 1.507,
        basis: .stack, runs: 66),
      cell(
        "mlperf-nvidia@4", .blackwell, .manyNodes, false, below: 0.743, above: 1.507, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .hopper, .oneNode, false, below: 0.743, above: 1.507, basis: .stack,
        runs: 66),
      cell(
        "mlperf-nvidia@4", .hopper, .severalNodes, false, below: 0.663, above: 1.507,
        basis: .measured, runs: 17),
      cell(
        "mlperf-nvidia@4", .hopper, .manyNodes, false, below: 0.823, above: 1.215, basis: .measured,
        runs: 14),
      cell(
        "nemo@24", .hopper, .oneNode, false, below: 0.874, above: 1.197, basis: .stack, runs: 84),
      cell(
        "nemo@24", .hopper, .severalNodes, false, below: 0.941, above: 1.068, basis: .measured,
        runs: 46),
      cell(
        "nemo@24", .hopper, .severalNodes, true, below: 0.874, above: 1.197, basis: .stack, runs: 84
      ),
      cell(
        "nemo@24", .hopper, .manyNodes, false, below: 0.929, above: 1.077, basis: .measured,
        runs: 15),
      cell(
        "nemo@24", .hopper, .manyNodes, true, below: 0.874, above: 1.197, basis: .stack, runs: 84),
      cell(
        "torchtitan@0.2", .hopper, .oneNode, false, below: 0.721, above: 1.222, basis: .allStacks,
        runs: 1772),
      cell(
        "torchtitan@0.2", .hopper, .severalNodes, false, below: 0.721, above: 1.222,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-async", .hopper, .severalNodes, false, below: 0.721, above: 1.222,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-eager", .hopper, .oneNode, false, below: 0.721, above: 1.222,
        basis: .allStacks, runs: 1772),
      cell(
        "torchtitan@0.2-eager", .hopper, .severalNodes, false, below: 0.721, above: 1.222,
        basis: .allStacks, runs: 1772),
    ],
    stacks: [
      stack("deepspeed-zero3@2021", below: 0.721, above: 1.412, basis: .allStacks, runs: 1772),
      stack("easycontext@2024", below: 0.721, above: 1.226, basis: .allStacks, runs: 1772),
      stack("llm-foundry@0.3", below: 0.922, above: 1.392, basis: .stack, runs: 67),
      stack("llm-foundry@0.3-amp", below: 0.925, above: 1.394, basis: .stack, runs: 94),
      stack("megatron-bridge@25", below: 0.658, above: 2.115, basis: .stack, runs: 35),
      stack("megatron-bridge@26", below: 0.658, above: 2.311, basis: .stack, runs: 83),
      stack("megatron-bridge@26.06", below: 0.405, above: 2.465, basis: .stack, runs: 25),
      stack("megatron-core@0.16", below: 0.721, above: 1.32, basis: .allStacks, runs: 1772),
      stack("megatron-core@0.16-serial", below: 0.892, above: 1.133, basis: .stack, runs: 28),
      stack("megatron-deepspeed@1.1.5", below: 0.761, above: 1.249, basis: .stack, runs: 35),
      stack("megatron-deepspeed@2022", below: 0.721, above: 1.564, basis: .stack, runs: 1076),
      stack("megatron-deepspeed@2024", below: 0.808, above: 1.238, basis: .stack, runs: 18),
      stack("megatron-deepspeed@bigscience", below: 0.905, above: 1.407, basis: .stack, runs: 98),
      stack("megatron-lm@2", below: 0.757, above: 1.321, basis: .stack, runs: 24),
      stack("mlperf-amd@5", below: 0.721, above: 1.222, basis: .allStacks, runs: 1772),
      stack("mlperf-nvidia@4", below: 0.743, above: 1.507, basis: .stack, runs: 66),
      stack("nemo@24", below: 0.874, above: 1.197, basis: .stack, runs: 84),
      stack("torchtitan@0.2", below: 0.721, above: 1.222, basis: .allStacks, runs: 1772),
      stack("torchtitan@0.2-async", below: 0.721, above: 1.222, basis: .allStacks, runs: 1772),
      stack("torchtitan@0.2-eager", below: 0.721, above: 1.222, basis: .allStacks, runs: 1772),
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
