import InputFiles
import ParallelismVocabulary
import Quantities

/// What was understood of a cluster, for people and as JSON.
public struct ClusterSummary: Sendable {
  private let topology: ClusterTopology
  /// What deserves attention, one sentence each.
  public let warnings: [String]

  /// - Parameter file: the warnings that reading met, which stand first.
  public init(_ topology: ClusterTopology, readingWarnings: [InputFault] = []) {
    self.topology = topology
    warnings = readingWarnings.map(\.description) + topology.doubts
  }

  public init(_ file: ClusterFile) {
    self.init(file.topology, readingWarnings: file.warnings)
  }

  /// A few lines for each group, fabric and path, without colour.
  public var text: String {
    var lines = [
      "cluster \(topology.name.onOneLine): \(counted(topology.nodeCount, "node")), "
        + counted(topology.deviceCount, "accelerator")
    ]
    for (index, group) in topology.nodeGroups.enumerated() {
      lines += ["", "\(group.name.onOneLine): \(group.headline)"]
      lines += group.rows(first: topology.nodes(ofGroup: index).lowerBound, topology).map(row)
    }
    if !topology.fabrics.isEmpty {
      lines += ["", "fabrics"]
      lines += topology.fabrics.map { row(($0.name.onOneLine, $0.sentence)) }
    }
    lines += paths.isEmpty ? [] : ["", "between groups"] + paths.map(row)
    if let measured = topology.measured {
      lines += ["", "measured"]
      lines += measured.sources.map { row(($0.path.onOneLine, "in \($0.unit)")) }
      let (least, mean, most) = measured.spread
      lines.append(row(("node to node", "\(least) to \(most), mean \(mean)")))
    }
    if !warnings.isEmpty { lines += ["", "warnings"] + warnings.map { "  " + $0.onOneLine } }
    return lines.joined(separator: "\n") + "\n"
  }

  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("kind", "cluster"), .init("name", .string(topology.name)),
      .init("nodes", .integer(topology.nodeCount)),
      .init("accelerators", .integer(topology.deviceCount)),
      .init("cluster", topology.normalised),
    ]
    if let measured = topology.measured {
      let (least, mean, most) = measured.spread
      members.append(
        .init(
          "measuredGigabytesPerSecond",
          [
            "least": .number(least.gigabytes), "mean": .number(mean.gigabytes),
            "most": .number(most.gigabytes),
          ]))
    }
    members.append(.init("warnings", .array(warnings.map(JSONValue.string))))
    return .object(members)
  }

  /// The links between different groups.
  private var paths: [(String, String)] {
    let groups = topology.nodeGroups
    return groups.indices.flatMap { first in
      groups.indices.dropFirst(first + 1).compactMap { second -> (String, String)? in
        guard let link = topology.bestLink(between: first, and: second),
          let fabric = topology.fabric(between: first, and: second)
        else { return nil }
        return (
          "\(groups[first].name.onOneLine) – \(groups[second].name.onOneLine)",
          "\(fabric.name.onOneLine), at most \(link.rate) a node, \(link.latency)"
        )
      }
    }
  }

  private func row(_ cells: (String, String)) -> String {
    let padding = String(repeating: " ", count: max(1, 16 - cells.0.count))
    return "  " + cells.0 + padding + cells.1
  }
}

private func counted(_ count: Int, _ noun: String) -> String {
  "\(count.grouped) \(noun)\(count == 1 ? "" : "s")"
}

extension NodeGroup {
  fileprivate var headline: String {
    "\(counted(nodes, "node")) of \(acceleratorsPerNode) × \(accelerator.name.onOneLine)"
      + (preset.map { " (\($0))" } ?? "")
  }

  fileprivate func rows(first: Int, _ topology: ClusterTopology) -> [(String, String)] {
    let last = topology.name(ofNode: first + nodes - 1).onOneLine
    let names = topology.name(ofNode: first).onOneLine + (nodes > 1 ? " to \(last)" : "")
    let peaks = Precision.allCases.compactMap { precision in
      accelerator.peaks[precision].map { "\(precision.rawValue) \($0.teraFLOPS.spelled)" }
    }
    var rows = [
      ("nodes", names),
      (
        "memory",
        "\(accelerator.visibleMemory)\(accelerator.memoryIsMarketed ? " (as marketed)" : "")"
          + " at \(accelerator.memoryBandwidth)"
      ),
      ("peak", peaks.joined(separator: ", ") + " TFLOP/s"),
      ("scale-up", scaleUp.sentence),
    ]
    if !deviceOrder.isEmpty {
      rows.append(
        (
          "devices",
          "side by side in the order " + deviceOrder.map(String.init).joined(separator: ", ")
        ))
    }
    if let nics, let share = networkRatePerAccelerator {
      let cards = "\(nics.perNode) × \(nics.rate.gigabits.spelled) Gb/s"
      rows.append(
        ("network", "\(cards) on \(nics.fabric.onOneLine), \(share) for each accelerator"))
    }
    if let hostMemory {
      let rate = hostMemoryBandwidth.map { " at \($0)" } ?? ""
      rows.append(("host memory", hostMemory.description + rate))
    }
    if let pricePerNodeHour {
      rows.append(("price", "\(pricePerNodeHour.spelled) for a node and hour"))
    }
    return rows
  }
}

extension ScaleUp {
  fileprivate var sentence: String {
    let pair = perPair == perAccelerator ? "" : " (\(perPair) to one peer)"
    let levels = innerLevels.map { ", \($0.rate) among \($0.accelerators)" }.joined()
    return "\(kind.rawValue) of \(accelerators), \(perAccelerator) each\(pair)\(levels), \(latency)"
  }
}

extension Fabric {
  fileprivate var sentence: String {
    let tiers = levels.map { level in
      let factor = level.oversubscription.spelled(decimals: level.oversubscription == 1 ? 0 : 1)
      return ", \(level.nodesPerSwitch) nodes a switch at \(factor):1"
    }
    return "\(kind.rawValue), \(latency)" + tiers.joined()
      + (connects.isEmpty ? "" : ", connects " + connects.map(\.onOneLine).listed(joinedBy: "and"))
  }
}

extension MeasuredBandwidth {
  /// The least, mean and greatest rate between different nodes.
  fileprivate var spread: (least: BytesPerSecond, mean: BytesPerSecond, most: BytesPerSecond) {
    var (least, sum, most) = (Double.infinity, 0.0, 0.0)
    for from in 0..<nodes {
      for to in 0..<nodes where to != from {
        let rate = rate(from: from, to: to).value
        (least, sum, most) = (min(least, rate), sum + rate, max(most, rate))
      }
    }
    guard nodes > 1 else { return (.zero, .zero, .zero) }
    let mean = sum / Double(nodes * (nodes - 1))
    return (BytesPerSecond(least), BytesPerSecond(mean), BytesPerSecond(most))
  }
}
