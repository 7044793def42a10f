import ClusterTopology
import InputFiles
import LaunchPlan
import ModelDescription
import ParallelismVocabulary

extension PlanCheck {
  /// Where the cluster, the model and the workload are not those that the plan was made for.
  static func inputViolations(
    _ plan: LaunchPlan, cluster: ClusterTopology, model: ModelDescription, workload: Workload
  ) -> [Violation] {
    var violations: [Violation] = []
    let stated = plan.inputs.cluster.content.unnamed
    if let difference = stated.difference(from: cluster.normalised.unnamed) {
      violations.append(
        Violation(
          .inputs,
          "inputs.cluster\(difference.path) is \(difference.stated), but the cluster has "
            + "\(difference.given); the plan was made for another cluster, or its files changed"))
    }
    if let difference = modelDifference(plan.inputs.model, model) {
      violations.append(
        Violation(
          .inputs,
          "inputs.model \(difference); the plan was made for another model, or its file changed"))
    }
    let training = plan.inputs.workload
    let pairs = [
      ("globalBatch", training.globalBatch.grouped, workload.globalBatch.grouped),
      ("sequenceLength", training.sequenceLength.grouped, workload.sequenceLength.grouped),
      ("precision", training.precision.rawValue, workload.precision.rawValue),
      ("optimizer", training.optimizer, workload.optimizer.rawValue),
      (
        "optimizerPlace", (training.optimizerPlace ?? .device).rawValue,
        workload.optimizerPlace.rawValue
      ),
      (
        "activationPlace", (training.activationPlace ?? .device).rawValue,
        workload.activationPlace.rawValue
      ),
      ("adapterRank", rank(training.adapterRank), rank(workload.adapterRank)),
      ("lengths", lengths(training.lengths), lengths(workload.lengths)),
      ("expertUse", uses(training.expertUse ?? []), uses(workload.expertUse)),
    ]
    for (key, stated, given) in pairs where stated != given {
      violations.append(
        Violation(.inputs, "inputs.workload.\(key) is \(stated), but the workload has \(given)"))
    }
    return violations
  }

  private static func uses(_ uses: [ExpertUse]) -> String {
    func spelled(_ value: Double?) -> String { value.map { "\($0)" } ?? "-" }
    return uses.map {
      "\($0.experts)/\($0.ranks)/\($0.ranksPerDomain ?? 0) \($0.imbalance) "
        + "\(spelled($0.ranksReached)) \(spelled($0.domainsReached))"
    }.joined(separator: ", ")
  }

  private static func lengths(_ lengths: PlanInputs.Lengths?) -> String {
    guard let lengths else { return "absent" }
    let entries = lengths.histogram.map { "\($0.count) of \($0.tokens)" }
    return "\(lengths.sequences.grouped) of \(entries.joined(separator: ", "))"
  }

  private static func lengths(_ lengths: SequenceLengths?) -> String {
    self.lengths(
      lengths.map { lengths in
        PlanInputs.Lengths(
          sequences: lengths.sequences,
          histogram: lengths.histogram.entries.map { .init(tokens: $0.tokens, count: $0.count) })
      })
  }

  private static func rank(_ rank: Int?) -> String { rank.map(\.grouped) ?? "none" }

  /// What the stated model has otherwise than `model`, apart from its name.
  private static func modelDifference(
    _ document: PlanInputs.Document, _ model: ModelDescription
  ) -> String? {
    let text = JSONText.compact(document.content)
    let stated: ModelDescription
    do throws(InputFaults) {
      stated = try ModelFile.parse(Array(text.utf8), file: "inputs.model").model
    } catch {
      return "cannot be read: \(error)"
    }
    let sizes: [(String, Int, Int)] = [
      ("number of layers", stated.layers.count, model.layers.count),
      ("hidden size", stated.hiddenSize, model.hiddenSize),
      ("vocabulary", stated.vocabularySize, model.vocabularySize),
      (
        "number of layers that predict further tokens", stated.multiTokenPrediction.count,
        model.multiTokenPrediction.count
      ),
    ]
    if let (name, stated, given) = sizes.first(where: { $0.1 != $0.2 }) {
      return "differs from the model in the \(name) (\(stated.grouped), not \(given.grouped))"
    }
    if let layer = stated.layers.indices.first(where: {
      stated.kinds[stated.layers[$0]].operators != model.kinds[model.layers[$0]].operators
    }) {
      return "differs from the model in layer \(layer)"
    }
    let isAlike =
      stated.embedding == model.embedding && stated.head == model.head
      && stated.tiedHead == model.tiedHead
      && stated.multiTokenPrediction.map(\.operators) == model.multiTokenPrediction.map(\.operators)
    guard isAlike else { return "differs from the model in its embedding or head" }
    return stated.profiles == model.profiles ? nil : "differs from the model in its profiles"
  }
}

extension JSONValue {
  /// The object without its name, which changes nothing.
  fileprivate var unnamed: JSONValue {
    guard case .object(let members) = self else { return self }
    return .object(members.filter { $0.key != "name" })
  }

  /// The first place where two values differ, with what stands there.
  func difference(
    from other: JSONValue, at path: String = ""
  ) -> (path: String, stated: String, given: String)? {
    switch (self, other) {
    case (.object(let members), .object(let others)):
      for member in members {
        guard let match = others.first(where: { $0.key == member.key }) else {
          return (path + "." + member.key, member.value.brief, "none")
        }
        if let found = member.value.difference(
          from: match.value, at: path + "." + member.key)
        {
          return found
        }
      }
      let missing = others.first { other in !members.contains { $0.key == other.key } }
      return missing.map { (path + "." + $0.key, "absent", $0.value.brief) }
    case (.array(let elements), .array(let others)):
      guard elements.count == others.count else {
        return (path, "a list of \(elements.count)", "a list of \(others.count)")
      }
      return zip(elements, others).enumerated().lazy.compactMap { index, pair in
        pair.0.difference(from: pair.1, at: "\(path)[\(index)]")
      }.first
    default:
      if self == other { return nil }
      if let number, let otherNumber = other.number, number == otherNumber { return nil }
      return (path, brief, other.brief)
    }
  }

  private var number: Double? {
    switch self {
    case .integer(let count): Double(count)
    case .number(let number): number
    default: nil
    }
  }

  private var brief: String {
    switch self {
    case .object: "an object"
    case .array(let elements): "a list of \(elements.count)"
    case .string(let text): text.quoted
    default: JSONText.compact(self)
    }
  }
}
