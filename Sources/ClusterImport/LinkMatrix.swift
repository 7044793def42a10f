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
    if let bridged { return (bridged, nil) }
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
      "NVLink joins only some accelerators, and not in pairs; a cluster file cannot say so, and PCIe is "
        + "taken for all"
    )
  }

  /// The pairs that bridges join, where each accelerator is joined to one other.
  private var bridged: WiringFact? {
    var least = Int.max
    var order: [Int] = []
    for (one, row) in links.enumerated() {
      let joined = row.indices.filter { $0 != one && row[$0] > 0 }
      guard let other = joined.first, joined.count == 1, links[other][one] > 0 else { return nil }
      least = min(least, row[other])
      if one < other { order += [one, other] }
    }
    return .pairs(links: least, order: order.elementsEqual(links.indices) ? [] : order)
  }
}

extension [Int] {
  /// `0, 2, 1, 3`.
  var words: String { map(String.init).joined(separator: ", ") }
}

extension WiringFact {
  /// The wiring as a finding.
  var words: String {
    switch self {
    case .switched(let links): "joined through switches by \(links) NVLink links each"
    case .mesh(let perPair, _): "joined from chip to chip by \(perPair) NVLink links a pair"
    case .pairs(let links, let order):
      "joined in pairs by bridges of \(links) NVLink links"
        + (order.isEmpty ? "" : ", side by side in the order \(order.words)")
    case .pcie: "joined by PCIe"
    }
  }
}
