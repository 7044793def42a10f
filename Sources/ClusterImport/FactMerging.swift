import ClusterTopology
import InputFiles
import Quantities

/// Puts what several sources say of the same nodes together, and keeps what they contradict.
struct FactMerger {
  private(set) var faults: [InputFault] = []
  /// A thousand hosts may contradict in the same way: enough are told.
  private static let mostFaults = 20

  /// Adds what another source says.
  mutating func merge(_ other: NodeFacts, into facts: inout NodeFacts) {
    mergeCount(other, into: &facts)
    facts.accelerator = merged(facts.accelerator, other.accelerator) { "the accelerator is \($0)" }
    facts.wiring = merged(facts.wiring, other.wiring) { "accelerators are \($0.words)" }
    facts.cards = merged(facts.cards, other.cards) { "a node has \($0) network cards" }
    facts.cardRate = merged(facts.cardRate, other.cardRate) { "a card has \($0.asGigabits)" }
    facts.preset = merged(facts.preset, other.preset) { "the nodes are \($0)" }
    facts.domain = facts.domain ?? other.domain
    // Firmware keeps some memory for itself, in each tool's count another share of it.
    facts.hostMemory = lesser(facts.hostMemory, other.hostMemory)
    facts.hostLink = lesser(facts.hostLink, other.hostLink)
    facts.pairRate = lesser(facts.pairRate, other.pairRate)
  }

  /// Reports counts that no node has, such as those of a list that is no node's.
  mutating func checkLimits(_ facts: NodeFacts) {
    let limit = ClusterTopology.acceleratorsPerNodeLimit
    for (count, noun) in [
      (facts.acceleratorsPerNode, "accelerator"), (facts.cards, "network card"),
    ] {
      if let count, count.value > limit {
        report(
          count.fault(
            "a node has \(count.value.counted(noun)), but may have at most \(limit.grouped)"))
      }
    }
  }

  mutating func report(_ fault: InputFault) {
    if faults.count < Self.mostFaults { faults.append(fault) }
  }

  private mutating func mergeCount(_ other: NodeFacts, into facts: inout NodeFacts) {
    guard let count = other.acceleratorsPerNode else { return }
    guard let known = facts.acceleratorsPerNode else {
      (facts.acceleratorsPerNode, facts.isPartial) = (count, other.isPartial)
      return
    }
    let isMore = count.value > known.value
    switch (facts.isPartial, other.isPartial) {
    case (true, true):
      if isMore { facts.acceleratorsPerNode = count }
    case (true, false):
      if count.value < known.value { contradict(known, count) { "a node has \($0) accelerators" } }
      (facts.acceleratorsPerNode, facts.isPartial) = (count, false)
    case (false, true):
      if isMore { contradict(known, count) { "a node has \($0) accelerators" } }
    case (false, false):
      if count.value != known.value { contradict(known, count) { "a node has \($0) accelerators" } }
    }
  }

  private mutating func merged<Value: Equatable>(
    _ one: Fact<Value>?, _ other: Fact<Value>?, _ sentence: (Value) -> String
  ) -> Fact<Value>? {
    guard let one, let other else { return one ?? other }
    if one.value != other.value { contradict(one, other, sentence) }
    return one
  }

  private mutating func contradict<Value>(
    _ one: Fact<Value>, _ other: Fact<Value>, _ sentence: (Value) -> String
  ) {
    report(other.fault("\(sentence(other.value)), but in \(one.place) \(sentence(one.value))"))
  }

  private func lesser<Value: Comparable>(
    _ one: Fact<Value>?, _ other: Fact<Value>?
  ) -> Fact<Value>? {
    guard let one, let other else { return one ?? other }
    return other.value < one.value ? other : one
  }
}

extension BytesPerSecond {
  /// The rate as it is printed on a network card.
  var asGigabits: String { "\((value * 8 / 1e9).spelled) Gb/s" }
}
