/// Where an optimiser keeps its state (master weights and moments) and runs its step.
public enum OptimizerPlace: String, CaseIterable, Codable, Sendable, Hashable {
  /// In the accelerators' memory.
  case device
  /// In the memory of the hosts, on their processors: gradients go there, weights come back.
  case host
}
