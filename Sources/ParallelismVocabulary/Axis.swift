/// A way of splitting one training job over devices.
public enum Axis: String, CaseIterable, Codable, Sendable, Hashable {
  /// Every matrix is cut into columns or rows.
  case tensor
  /// Every sequence is cut into segments.
  case context
  /// The routed experts of a layer are shared out.
  case expert
  /// The batch is cut; each replica holds the same layers.
  case data
  /// The layers are cut into stages.
  case pipeline
}
