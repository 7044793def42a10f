/// The NVLink links between each two accelerators of a node, by which their wiring is told.
struct LinkMatrix {
  /// More links than any accelerator has, so that pairs with more in sum must share a switch.
  ///
  /// - Source: NVLink has 6 links in Volta, 12 in Ampere and 18 from Hopper on.
  private static let mostLinks = 18

  private let links: [[Int]]

  init(_ links: [[Int]]) { self.links = links }

  /// How the accelerators are joined, and what a cluster file cannot say of it; nil for a single
  /// accelerator.
  var wiring: (WiringFact?, doubt: String?) {
    let count = links.count
    guard count > 1 else { return (nil, nil) }
    let pairs = (0..<count).flatMap { one in (0..<count).filter { $0 != one }.map { links[one][$0] }
    }
    let most = pairs.max() ?? 0
    let least = pairs.min() ?? 0
    if most == 0 { return (.pcie, nil) }
    let perAccelerator = links.map { $0.reduce(0, +) }.max() ?? 0
    if least == most, count == 2 || perAccelerator > Self.mostLinks {
      return (.switched(links: most), nil)
    }
    if least == most { return (.mesh(linksPerPair: least, links: perAccelerator), nil) }
    if let links = bridged {
      return (.pairs(links: links), nil)
    }
    let joined = pairs.count { $0 > 0 }
    let smallest = pairs.filter { $0 > 0 }.min() ?? 0
    if joined * 2 > pairs.count {
      return (
        .mesh(linksPerPair: smallest, links: perAccelerator),
        "pairs of accelerators have \(least) to \(most) NVLink links; every pair is taken to have "
          + "\(smallest)"
      )
    }
    return (
      .pcie,
      "NVLink joins only some accelerators that are no neighbours by number; a cluster file cannot "
        + "say so, and PCIe is taken for all"
    )
  }

  /// The links of a bridge, where each two neighbours have one and nobody else.
  private var bridged: Int? {
    guard links.count.isMultiple(of: 2) else { return nil }
    var least = Int.max
    for (one, row) in links.enumerated() {
      for (other, count) in row.enumerated() where other != one {
        guard (count > 0) == (one / 2 == other / 2) else { return nil }
        if count > 0 { least = min(least, count) }
      }
    }
    return least
  }
}

extension WiringFact {
  /// The wiring as a finding.
  var words: String {
    switch self {
    case .switched(let links): "joined through switches by \(links) NVLink links each"
    case .mesh(let perPair, _): "joined from chip to chip by \(perPair) NVLink links a pair"
    case .pairs(let links): "joined in pairs by bridges of \(links) NVLink links"
    case .pcie: "joined by PCIe"
    }
  }
}
