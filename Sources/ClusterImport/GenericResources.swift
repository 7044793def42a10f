import ClusterTopology
import InputFiles

/// The accelerators that Slurm's generic resources speak of: `gpu:h100:8(S:0-1),shard:16`.
struct GenericResources {
  /// Nil where the text speaks of no `gpu`.
  private(set) var count: Int?
  /// The types as the site names them.
  private(set) var types: [String] = []

  init(_ text: some StringProtocol) {
    // Brackets and parentheses hold commas of their own.
    var depth = 0
    var items = [""]
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        items.append("")
      } else {
        items[items.count - 1].append(character)
      }
    }
    for item in items {
      let parts = item.prefix { $0 != "(" }.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.first?.lowercased() == "gpu" else { continue }
      let number = parts.count > 1 ? Int(parts[parts.count - 1]) : 1
      let type = parts.dropFirst().prefix(while: { Int($0) == nil }).joined(separator: ":")
      if !type.isEmpty { types.append(type) }
      let (sum, overflows) = (count ?? 0).addingReportingOverflow(max(0, number ?? 1))
      count = overflows ? Int.max : sum
    }
  }

  /// Puts the count, and the model where the types tell one, into the facts of a node.
  func apply(
    to facts: inout NodeFacts, in text: TextFile, at place: SourcePosition,
    _ evidence: inout Evidence
  ) {
    guard let count else { return }
    guard count <= ClusterTopology.acceleratorsPerNodeLimit else {
      evidence.warn(
        at: place,
        "\(count.grouped) accelerators in one node are more than "
          + "\(ClusterTopology.acceleratorsPerNodeLimit.grouped), and are not counted")
      return
    }
    facts.acceleratorsPerNode = text.fact(count, at: place)
    let models = Set(types.map { AcceleratorNames.recognise($0) })
    if models.count == 1, let model = models.first ?? nil {
      facts.accelerator = text.fact(model, at: place)
    } else if let type = types.first {
      let meant = AcceleratorNames.candidates(type)
      evidence.warn(
        at: place,
        types.count > 1
          ? "a node with accelerators of several types (\(types.joined(separator: ", ").onOneLine)) is taken for one of a single type"
          : "the type \(type.quoted) names "
            + (meant.isEmpty
              ? "no accelerator of the catalogue" : meant.joined(separator: " as well as ")))
    }
  }
}
