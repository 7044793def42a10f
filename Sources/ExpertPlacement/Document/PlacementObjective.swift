/// What a placement of experts makes small, named after what a runtime pays.
public enum PlacementObjective: String, CaseIterable, Sendable, Hashable {
  /// A token moves to its next layer's expert: hops between GPUs, and between nodes.
  case hop
  /// A token is sent from its home to the GPUs and nodes that hold its experts, and back.
  case dispatch
  /// Everybody waits for the fullest GPU.
  case load
  /// Dispatch and the fullest GPU together, in seconds.
  case time
}
