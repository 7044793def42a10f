import ModelDescription

/// The counts of a model that degrees of parallelism must divide.
struct ModelDimensions {
  /// A count with its name in a sentence: 8 `key-value heads`.
  struct Dimension: Hashable {
    var name: String
    var count: Int
  }

  /// What tensor parallelism cuts.
  private(set) var cut: Set<Dimension> = []
  /// The heads that all-to-all context parallelism shares out after tensor parallelism did.
  private(set) var heads: Set<Dimension> = []
  /// The routed experts of a layer, and their width.
  private(set) var experts: Set<Dimension> = []
  private(set) var expertWidths: Set<Dimension> = []

  init(_ model: ModelDescription) {
    for layer in model.kinds + model.multiTokenPrediction {
      for operation in layer.operators { add(operation) }
    }
  }

  private mutating func add(_ operation: Operator) {
    switch operation.work {
    case .projection(let inputs, let outputs):
      if operation.partition == .column {
        cut.insert(Dimension(name: "outputs of a projection", count: outputs))
      } else if operation.partition == .row {
        cut.insert(Dimension(name: "inputs of a projection", count: inputs))
      }
    case .attention(let shape) where operation.partition == .column:
      heads.insert(Dimension(name: "heads", count: shape.heads))
      heads.insert(Dimension(name: "key-value heads", count: shape.keyValueHeads))
      cut.formUnion(heads)
    case .scan(let shape) where operation.partition == .column:
      cut.insert(Dimension(name: "heads of a scan", count: shape.heads))
    case .experts(let shape):
      experts.insert(Dimension(name: "routed experts", count: shape.count))
      expertWidths.insert(
        Dimension(name: "intermediate width of an expert", count: shape.intermediate))
    case .attention, .scan, .convolution, .normalisation, .elementwise, .lookup, .none:
      break
    }
  }

  var hasExperts: Bool { !experts.isEmpty }
}

extension Set<ModelDimensions.Dimension> {
  /// The smallest count that a degree does not divide.
  func undivided(by degree: Int) -> ModelDimensions.Dimension? {
    filter { !$0.count.isMultiple(of: degree) }.min { ($0.count, $0.name) < ($1.count, $1.name) }
  }

  func divide(evenlyBy degree: Int) -> Bool {
    allSatisfy { $0.count.isMultiple(of: degree) }
  }
}
