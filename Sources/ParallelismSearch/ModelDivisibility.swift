import ModelDescription
import ParallelismVocabulary

/// Which degrees a model's dimensions allow.
struct ModelDivisibility {
  /// Every number that a tensor degree must divide: heads, key-value heads, cut widths.
  let tensorDimensions: Set<Int>
  /// The heads that all-to-all context parallelism shares out after the tensor ranks did.
  let headCounts: Set<Int>
  /// The counts and intermediate widths of the routed experts, if any.
  let expertCounts: Set<Int>
  let expertWidths: Set<Int>

  init(_ model: ModelDescription) {
    var dimensions: Set<Int> = []
    var counts: Set<Int> = []
    var widths: Set<Int> = []
    let layers = model.kinds + model.multiTokenPrediction
    for operation in layers.flatMap(\.operators) {
      switch (operation.work, operation.partition) {
      case (.projection(_, let outputs), .column): dimensions.insert(outputs)
      case (.projection(let inputs, _), .row): dimensions.insert(inputs)
      case (.attention(let shape), .column):
        dimensions.formUnion([shape.heads, shape.keyValueHeads])
      case (.scan(let shape), .column): dimensions.insert(shape.heads)
      case (.experts(let shape), _):
        counts.insert(shape.count)
        widths.insert(shape.intermediate)
      default: break
      }
    }
    tensorDimensions = dimensions
    headCounts = model.sharedHeads
    expertCounts = counts
    expertWidths = widths
  }

  var hasExperts: Bool { !expertCounts.isEmpty }

  func allows(tensor: Int) -> Bool {
    tensorDimensions.allSatisfy { $0.isMultiple(of: tensor) }
  }

  func allows(expert: Int, expertTensor: Int) -> Bool {
    expertCounts.allSatisfy { $0.isMultiple(of: expert) }
      && expertWidths.allSatisfy { $0.isMultiple(of: expertTensor) }
  }

  func allows(context: Int, tensor: Int, method: ContextMethod, sequenceLength: Int) -> Bool {
    switch method {
    case .ring, .allGather, .hierarchical: sequenceLength.isMultiple(of: 2 * context)
    case .allToAll:
      sequenceLength.isMultiple(of: context)
        && headCounts.allSatisfy { $0.isMultiple(of: tensor * context) }
    }
  }
}
