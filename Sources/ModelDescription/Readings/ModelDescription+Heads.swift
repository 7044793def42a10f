extension ModelDescription {
  /// The heads and key-value heads of every attention that tensor ranks cut, which ranks that exchange
  /// heads for segments of a sequence share out further.
  public var sharedHeads: Set<Int> {
    (kinds + multiTokenPrediction).reduce(into: []) { heads, layer in
      for operation in layer.operators where operation.partition == .column {
        if case .attention(let shape) = operation.work {
          heads.formUnion([shape.heads, shape.keyValueHeads])
        }
      }
    }
  }
}
