extension Layer {
  /// The routed experts of the layer; `nil` where it has none.
  public var experts: ExpertsShape? {
    for operation in operators {
      if case .experts(let shape) = operation.work { return shape }
    }
    return nil
  }

  /// The learned parameters of one routed expert.
  public var weightsOfExpert: Int {
    guard let experts else { return 0 }
    return operators.filter(\.isRouted).reduce(0) { $0 + $1.weights }
      / experts.count
  }
}

extension ModelDescription {
  /// The numbers of routed experts that layers have, ascending.
  public var expertCounts: [Int] { Set(kinds.compactMap(\.experts?.count)).sorted() }

  /// The layers that have so many routed experts.
  public func layers(withExperts count: Int) -> [Int] {
    layers.indices.filter { kinds[layers[$0]].experts?.count == count }
  }
}
