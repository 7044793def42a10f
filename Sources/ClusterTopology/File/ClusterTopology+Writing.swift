import InputFiles
import ParallelismVocabulary
import Quantities

extension ClusterTopology {
  /// The cluster as a cluster file that says everything by value: presets are spelt out, defaults
  /// too; measurements by path, unit and SHA-256; nodes that were left out stand there as lost.
  /// Reading it gives this cluster again, with its nodes as they were listed.
  public var normalised: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)),
      .init("nodeGroups", .array((listing.isEmpty ? nodeGroups : listing).map(\.normalised))),
    ]
    if !fabrics.isEmpty { members.append(.init("fabrics", .array(fabrics.map(\.normalised)))) }
    var measurements: [JSONValue.Member] = []
    if let measured, !measured.sources.isEmpty {
      measurements.append(.init("nodeBandwidth", .array(measured.sources.map(\.normalised))))
    }
    if !collectives.series.isEmpty {
      measurements.append(.init("collectives", collectives.normalised))
    }
    if !measurements.isEmpty { members.append(.init("measurements", .object(measurements))) }
    if health != .good || !listing.isEmpty {
      members.append(.init("health", health.normalised(self)))
    }
    return .object(members)
  }
}

extension NodeGroup {
  fileprivate var normalised: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("nodes", .integer(nodes)),
    ]
    switch names {
    case .generated: break
    case .hostList(let list): members.append(.init("names", .string(list.text)))
    case .listed(let names): members.append(.init("names", .array(names.map(JSONValue.string))))
    case .some where names.isGenerated: break
    case .some:
      members.append(.init("names", .array((0..<nodes).map { .string(names[$0]) })))
    }
    members.append(.init("acceleratorsPerNode", .integer(acceleratorsPerNode)))
    members.append(.init("accelerator", accelerator.normalised))
    members.append(.init("scaleUp", scaleUp.normalised))
    if !deviceOrder.isEmpty {
      members.append(.init("deviceOrder", .array(deviceOrder.map(JSONValue.integer))))
    }
    if let nics {
      members.append(
        .init(
          "nics",
          [
            "fabric": .string(nics.fabric), "perNode": .integer(nics.perNode),
            "gigabitsPerSecond": .number(nics.rate.gigabits),
          ]))
    }
    if let hostMemory { members.append(.init("hostMemoryGiB", .number(hostMemory.gibibytes))) }
    if let hostMemoryBandwidth {
      members.append(
        .init("hostMemoryGigabytesPerSecond", .number(hostMemoryBandwidth.gigabytes)))
    }
    if let pricePerNodeHour {
      members.append(.init("pricePerNodeHour", .number(pricePerNodeHour)))
    }
    return .object(members)
  }
}

extension Accelerator {
  fileprivate var normalised: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("vendor", .string(vendor)),
      .init("architecture", .string(architecture.rawValue)),
      .init("visibleMemoryGiB", .number(visibleMemory.gibibytes)),
    ]
    if memoryIsMarketed { members.append(.init("memoryIsMarketed", true)) }
    members.append(.init("peakTeraFLOPS", peaks.json))
    members.append(.init("memoryGigabytesPerSecond", .number(memoryBandwidth.gigabytes)))
    if let computeUnits { members.append(.init("computeUnits", .integer(computeUnits))) }
    if let hostLink {
      members.append(.init("hostGigabytesPerSecond", .number(hostLink.gigabytes)))
    }
    return .object(members)
  }
}

extension PeakRates {
  /// The known rates in 10¹² operations a second, by precision.
  var json: JSONValue {
    .object(
      Precision.allCases.compactMap { precision in
        self[precision].map { .init(precision.rawValue, .number($0.teraFLOPS)) }
      })
  }
}

extension ScaleUp {
  fileprivate var normalised: JSONValue {
    var members: [JSONValue.Member] = [
      .init("kind", .string(kind.rawValue)), .init("accelerators", .integer(accelerators)),
      .init("gigabytesPerSecond", .number(perAccelerator.gigabytes)),
      .init("pairGigabytesPerSecond", .number(perPair.gigabytes)),
      .init("latencyMicroseconds", .number(latency.spelledMicroseconds)),
      .init("inNetworkReduction", .bool(inNetworkReduction)),
    ]
    if !innerLevels.isEmpty { members.append(.init("levels", levelsJSON)) }
    return .object(members)
  }

  /// The faster neighbourhoods, as a cluster file states them.
  var levelsJSON: JSONValue {
    .array(
      innerLevels.map {
        [
          "accelerators": .integer($0.accelerators),
          "gigabytesPerSecond": .number($0.rate.gigabytes),
        ]
      })
  }
}

extension Fabric {
  fileprivate var normalised: JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("kind", .string(kind.rawValue)),
      .init("latencyMicroseconds", .number(latency.spelledMicroseconds)),
      .init("inNetworkReduction", .bool(inNetworkReduction)),
    ]
    if !levels.isEmpty {
      members.append(
        .init(
          "levels",
          .array(
            levels.map {
              [
                "nodesPerSwitch": .integer($0.nodesPerSwitch),
                "oversubscription": .number($0.oversubscription),
              ]
            })))
    }
    if !connects.isEmpty, let rate {
      members.append(.init("connects", .array(connects.map(JSONValue.string))))
      members.append(.init("gigabitsPerSecond", .number(rate.gigabits)))
    }
    return .object(members)
  }
}

extension MeasuredBandwidth.Source {
  fileprivate var normalised: JSONValue {
    ["file": .string(path), "unit": .string(unit), "sha256": .string(sha256)]
  }
}

extension ClusterHealth {
  fileprivate func normalised(_ topology: ClusterTopology) -> JSONValue {
    var members: [JSONValue.Member] = []
    if !slowNodes.isEmpty {
      let nodes: [JSONValue] = slowNodes.map {
        ["node": .string(topology.name(ofNode: $0.node)), "factor": .number($0.factor)]
      }
      members.append(.init("slowNodes", .array(nodes)))
    }
    if !badLinks.isEmpty {
      let links: [JSONValue] = badLinks.map {
        [
          "from": .string(topology.name(ofNode: $0.from)),
          "to": .string(topology.name(ofNode: $0.to)), "factor": .number($0.factor),
        ]
      }
      members.append(.init("badLinks", .array(links)))
    }
    if let failures {
      members.append(
        .init(
          "failures",
          [
            "nodeHoursBetween": .number(failures.perNode.value / 3_600),
            "restartMinutes": .number(failures.restart.value / 60),
            "checkpointSeconds": .number(failures.checkpoint.value),
            "repairHours": .number(failures.repair.value / 3_600),
          ]))
    }
    let lost = topology.lostNames
    if !lost.isEmpty { members.append(.init("lostNodes", .array(lost.map(JSONValue.string)))) }
    return .object(members)
  }
}

extension BytesPerSecond {
  /// The figure as printed on a network card, in 10⁹ bits a second.
  var gigabits: Double { value * 8 / 1e9 }
}

extension Seconds {
  /// Microseconds without the noise that the conversion from seconds leaves.
  var spelledMicroseconds: Double {
    let rounded = (microseconds * 1e6).rounded() / 1e6
    return Seconds.microseconds(rounded) == self ? rounded : microseconds
  }
}
