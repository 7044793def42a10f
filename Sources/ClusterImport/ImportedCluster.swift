import ClusterTopology
import InputFiles
import Quantities

/// A cluster that was put together from files, to be written as a cluster file.
public struct ImportedCluster: Sendable {
  let name: String
  var groups: [ImportedGroup] = []
  var fabric: Fabric?
  var matrices: [HostMatrix] = []
  /// Where figures of the network come from.
  var origins: [String] = []
  /// What deserves attention, by the order of the files.
  public internal(set) var warnings: [InputFault] = []

  init(name: String) { self.name = name }

  /// One line a figure: what it is, and its source.
  public var originLines: [String] {
    groups.flatMap { group in
      groups.count > 1 ? group.origins.map { "\(group.name): \($0)" } : group.origins
    } + origins
  }

  /// The number of matrices of measured rates, which need files of their own.
  public var matrixCount: Int { matrices.count }

  /// A matrix as CSV: a header of host names, rows of senders, in GB/s.
  public func matrixText(_ index: Int) -> String {
    let matrix = matrices[index]
    let count = matrix.hosts.count
    var text = matrix.hosts.joined(separator: ",") + "\n"
    for row in 0..<count {
      let cells = (0..<count).map { column in
        column == row
          ? "0" : (matrix.rates[row * count + column].gigabytes * 1000).rounded().thousandths
      }
      text += cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// The cluster file.
  ///
  /// - Parameter matrixFiles: the names of the files with the matrices, relative to it.
  public func text(matrixFiles: [String] = []) -> String {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("nodeGroups", .array(groups.map { $0.json(fabric) })),
    ]
    if let fabric { members.append(.init("fabrics", .array([fabric.json]))) }
    if !matrixFiles.isEmpty {
      let files: [JSONValue] = matrixFiles.map {
        ["file": .string($0), "unit": "gigabytesPerSecond"]
      }
      members.append(.init("measurements", ["nodeBandwidth": .array(files)]))
    }
    return JSONText.pretty(.object(members))
  }

  /// Warns of what concerns no single file.
  mutating func warn(_ message: String) {
    warnings.append(
      InputFault(file: "import", position: nil, severity: .warning, message: message))
  }

  /// Groups of one kind of accelerator get numbers.
  mutating func nameGroups() {
    var taken: [String: Int] = [:]
    for index in groups.indices {
      let name = groups[index].name
      taken[name, default: 0] += 1
      if let number = taken[name], number > 1 { groups[index].name += "-\(number)" }
    }
  }
}

extension ImportedGroup {
  fileprivate func json(_ fabric: Fabric?) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("nodes", .integer(nodes)), .init("names", names),
    ]
    if let preset { members.append(.init("node", .string(preset.name))) }
    members.append(.init("acceleratorsPerNode", .integer(acceleratorsPerNode)))
    members.append(.init("accelerator", .string(accelerator.name)))
    if let scaleUp { members.append(.init("scaleUp", scaleUp.brief)) }
    if !deviceOrder.isEmpty {
      members.append(.init("deviceOrder", .array(deviceOrder.map(JSONValue.integer))))
    }
    if let cards, let fabric {
      members.append(
        .init(
          "nics",
          [
            "fabric": .string(fabric.name), "perNode": .integer(cards.perNode),
            "gigabitsPerSecond": .brief((cards.rate.value * 8 / 1e6).rounded() / 1e3),
          ]))
    }
    if let hostMemory {
      let gibibytes = (hostMemory.gibibytes * 10).rounded(.down) / 10
      members.append(.init("hostMemoryGiB", .brief(max(0.1, gibibytes))))
    }
    return .object(members)
  }

  /// The names in Slurm's notation, or those that are made from the group's.
  private var names: JSONValue {
    guard !hosts.isEmpty else {
      let last = String(nodes)
      let first = String(repeating: "0", count: last.count - 1) + "1"
      return .string(nodes == 1 ? name + "-1" : "\(name)-[\(first)-\(last)]")
    }
    return .string(HostList.compressing(hosts))
  }
}

extension Fabric {
  fileprivate var json: JSONValue {
    let latency = (latency.microseconds * 100).rounded() / 100
    var members: [JSONValue.Member] = [
      .init("name", .string(name)), .init("kind", .string(kind.rawValue)),
      .init("latencyMicroseconds", .brief(latency)),
    ]
    if !levels.isEmpty {
      let tiers: [JSONValue] = levels.map {
        [
          "nodesPerSwitch": .integer($0.nodesPerSwitch),
          "oversubscription": .brief($0.oversubscription),
        ]
      }
      members.append(.init("levels", .array(tiers)))
    }
    return .object(members)
  }
}

extension Double {
  /// A whole number of thousandths as a decimal, never nothing: `17272` is `17.272`.
  fileprivate var thousandths: String {
    let count = Int(Swift.max(1, Swift.min(self, 1e15)))
    let digits = String(count % 1000)
    return "\(count / 1000)." + String(repeating: "0", count: 3 - digits.count) + digits
  }
}
