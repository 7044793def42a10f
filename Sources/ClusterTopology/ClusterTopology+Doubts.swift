import InputFiles
import Quantities

extension ClusterTopology {
  /// What is known to be uncertain or below par, one sentence each.
  public var doubts: [String] {
    var doubts: [String] = []
    for group in nodeGroups where group.accelerator.memoryIsMarketed {
      doubts.append(
        "\(group.name.onOneLine): no driver's reading of the memory of "
          + "\(group.accelerator.name.onOneLine) is on record; the marketed figure stands")
    }
    if let sentence = measuredAboveNominal { doubts.append(sentence) }
    let lost = lostNames
    if !lost.isEmpty {
      doubts.append(
        lost.count == 1
          ? "\(lost[0].onOneLine) is out of service"
          : "\(HostList.compressing(lost).onOneLine) are out of service")
    }
    for slow in health.slowNodes {
      doubts.append("\(name(ofNode: slow.node).onOneLine) runs at \(slow.factor.percent)")
    }
    for bad in health.badLinks {
      doubts.append(
        "the link from \(name(ofNode: bad.from).onOneLine) to \(name(ofNode: bad.to).onOneLine) "
          + "runs at \(bad.factor.percent)")
    }
    return doubts
  }

  /// A measurement that beats the cards points to a wrong unit.
  private var measuredAboveNominal: String? {
    guard let measured else { return nil }
    for from in 0..<nodeCount {
      for to in 0..<nodeCount where !shareScaleUpDomain(from, to) {
        let (sender, receiver) = (group(ofNode: from), group(ofNode: to))
        guard let path = paths[sender * nodeGroups.count + receiver] else { continue }
        let rate = measured.rate(from: from, to: to)
        if rate > 1.05 * path.rate {
          return "measured from \(name(ofNode: from).onOneLine) to \(name(ofNode: to).onOneLine): "
            + "\(rate), more than the \(path.rate) of their cards; is the unit right?"
        }
      }
    }
    return nil
  }
}
