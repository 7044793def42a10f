/// The number format of the matrix products.
public enum Precision: String, CaseIterable, Codable, Sendable, Hashable {
  case fp32, tf32, fp16, bf16, fp8, mxfp8, nvfp4, int8

  /// The bytes of one operand element in a matrix product.
  @inlinable public var operandBytes: Double {
    switch self {
    case .fp32, .tf32: 4
    case .fp16, .bf16: 2
    case .fp8, .mxfp8, .int8: 1
    case .nvfp4: 0.5
    }
  }

  /// The bytes of one stored activation or weight element: sixteen bits below single precision,
  /// since quantised training keeps 16-bit copies.
  @inlinable public var storedBytes: Double {
    switch self {
    case .fp32, .tf32: 4
    default: 2
    }
  }
}

/// How a sequence that is cut over several ranks attends to itself.
public enum ContextMethod: String, CaseIterable, Codable, Sendable, Hashable {
  /// Keys and values travel round the ranks, block by block.
  case ring
  /// Keys and values are gathered whole before attention.
  case allGather
  /// Heads are exchanged for sequence segments.
  case allToAll
  /// All-to-all between neighbouring ranks, a ring between their groups.
  case hierarchical
}

/// What the planner makes as small as possible.
public enum Objective: String, CaseIterable, Codable, Sendable, Hashable {
  case stepTime
}
