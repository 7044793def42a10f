import ClusterTopology
import InputFiles
import Quantities

/// Hosts of which the sources say the same, on their way to a node group.
struct HostGroup {
  /// Empty where the nodes have no names.
  var hosts: [Fact<String>]
  var facts: NodeFacts

  /// What must be the same in one group.
  private struct Key: Hashable {
    let accelerator: String?
    let count: Int?
    let preset: String?
    let cards: Int?
    let rate: Double?

    init(_ facts: NodeFacts) {
      accelerator = facts.accelerator?.value
      count = facts.acceleratorsPerNode?.value
      preset = facts.preset?.value
      cards = facts.cards?.value
      rate = facts.cardRate?.value.value
    }
  }

  /// The hosts in groups of like ones, in the order in which they are met.
  static func groups(_ table: HostTable, _ merger: inout FactMerger) -> [HostGroup] {
    var groups: [HostGroup] = []
    var index: [Key: Int] = [:]
    let keys = table.records.map(Key.init)
    for (name, record) in table.hosts {
      if let place = index[keys[record]] {
        groups[place].hosts.append(name)
        // What is not in the key is put together without contradiction.
        let least = groups[place].facts.hostMemory?.value ?? .infinity
        if let memory = table.records[record].hostMemory, memory.value < least {
          groups[place].facts.hostMemory = memory
        }
      } else {
        index[keys[record]] = groups.count
        groups.append(HostGroup(hosts: [name], facts: table.records[record]))
      }
    }
    if groups.isEmpty { groups = [HostGroup(hosts: [], facts: NodeFacts())] }
    groups.apply(table.shapes, &merger)
    return groups
  }
}

extension [HostGroup] {
  /// Adds what is said of nodes without a name to the groups that it can be about.
  fileprivate mutating func apply(_ shapes: [NodeFacts], _ merger: inout FactMerger) {
    for shape in shapes {
      let matching = indices.filter { self[$0].facts.canBe(shape) }
      for index in matching { merger.merge(shape, into: &self[index].facts) }
      guard matching.isEmpty, let first = self.first else { continue }
      // The contradiction with the first group is as good as any.
      var facts = first.facts
      merger.merge(shape, into: &facts)
    }
  }
}

extension NodeFacts {
  /// Whether a node as described can be one of these.
  fileprivate func canBe(_ shape: NodeFacts) -> Bool {
    if let count = acceleratorsPerNode?.value, let other = shape.acceleratorsPerNode?.value {
      let fits = isPartial ? count <= other : shape.isPartial ? count >= other : count == other
      if !fits { return false }
    }
    if let model = accelerator?.value, let other = shape.accelerator?.value, model != other {
      return false
    }
    return true
  }
}
