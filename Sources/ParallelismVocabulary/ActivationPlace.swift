/// Where activations may wait for the backward pass.
public enum ActivationPlace: String, CaseIterable, Codable, Sendable, Hashable {
  /// In the accelerators' memory.
  case device
  /// In the memory of the hosts too, where a stage gains by it: they go there in the forward pass and
  /// come back for the backward pass.
  case host
}

/// A part of a layer whose kept activations can wait in the host's memory.
public enum OffloadModule: String, CaseIterable, Codable, Sendable, Hashable, Comparable {
  /// Softmax attention: its normalised input, queries, keys and values, and its output.
  case attention
  /// Routed experts: the block's input, the rows that they receive and what their first products give.
  case experts

  public static func < (left: OffloadModule, right: OffloadModule) -> Bool {
    left.rawValue < right.rawValue
  }
}
