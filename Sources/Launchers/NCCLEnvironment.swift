import ClusterTopology
import InputFiles
import LaunchPlan

extension LaunchTarget {
  /// - Source: NCCL's user guide, environment variables; aws-ofi-nccl's README.
  static let nccl = LaunchTarget(
    "nccl", versions: ["2.27"],
    "nccl.env: what NCCL must know of the network, each line with its reason, for PLAN_ENVIRONMENT"
  ) { launch throws(LaunchFaults) in
    let environment = NCCLEnvironment(launch)
    return Emission(
      files: [LaunchFile(name: "nccl.env", text: environment.text)],
      warnings: environment.warnings)
  }
}

/// The variables by which NCCL (and RCCL) use the networks between a plan's nodes.
struct NCCLEnvironment: Sendable {
  private let heading: [String]
  private let groups: [NodeGroup]
  private(set) var lines: [String] = []
  private(set) var warnings: [String] = []

  init(_ launch: Launch) {
    heading = launch.heading
    self.groups = launch.usedGroups
    let cluster = launch.cluster
    let groups = launch.usedGroupIndices
    guard launch.places.hosts.count > 1 else {
      lines.append("# All ranks run on one node, where NCCL finds its ways by itself.")
      return
    }
    let inside = groups.compactMap { cluster.fabric(between: $0, and: $0) }
    let between = groups.flatMap { group in
      groups.filter { $0 > group }.compactMap { cluster.fabric(between: group, and: $0) }
    }
    let fabrics = (inside + between).reduce(into: [Fabric]()) { known, fabric in
      if !known.contains(where: { $0.name == fabric.name }) { known.append(fabric) }
    }
    if let slow = fabrics.first(where: \.needsSockets),
      fabrics.contains(where: { !$0.needsSockets })
    {
      mixed(slow, groups: groups.map { cluster.nodeGroups[$0].name })
      sockets(slow)
    } else {
      for fabric in fabrics { alone(fabric) }
    }
    set(
      "# NCCL_SOCKET_IFNAME", "",
      "The interface by which nodes find each other is yours to name, where",
      "NCCL chooses wrongly.")
  }

  /// The file, which bash reads.
  var text: String {
    (heading.map { "# \($0)" } + lines).map { $0 + "\n" }.joined()
  }

  private mutating func set(_ name: String, _ value: String, _ reasons: String...) {
    lines += [""] + reasons.map { "# \($0)" } + ["\(name)=\(value)"]
  }

  /// A communicator has one network; where some of its members meet by sockets only, all do.
  private mutating func mixed(_ fabric: Fabric, groups: [String]) {
    let names = groups.map(\.quoted).listed(joinedBy: "and")
    set(
      "NCCL_NET", "Socket",
      "\(names) meet on \(fabric.name.onOneLine) (\(fabric.kind.rawValue)), where no card of theirs",
      "reaches the other. A communicator of NCCL has a single network, and this variable holds for",
      "all of a process.")
    warnings.append(
      "NCCL_NET=Socket holds for every group of a process, those inside a pod too; to keep their "
        + "network, leave it out and give the groups between pods netName 'Socket' in ncclConfig_t")
  }

  /// What a network asks for that no other stands beside.
  private mutating func alone(_ fabric: Fabric) {
    let name = fabric.name.onOneLine
    switch fabric.kind {
    case .infiniband, .roce:
      lines += [
        "", "# \(name) (\(fabric.kind.rawValue)): NCCL finds the cards by itself. Name them by",
        "# NCCL_IB_HCA where a node has others, for storage say.",
      ]
      if fabric.kind == .roce {
        lines += [
          "# NCCL takes the card's index of RoCE v2 by itself since 2.21; NCCL_IB_GID_INDEX before."
        ]
      }
    case .ethernet:
      set("NCCL_NET", "Socket", "\(name) (ethernet) has no cards for remote memory access.")
      sockets(fabric)
    case .efa:
      set(
        "FI_PROVIDER", "efa", "\(name) (efa): libfabric's provider, under the plug-in aws-ofi-nccl."
      )
      set(
        "FI_EFA_USE_DEVICE_RDMA", "1",
        "Cards write into the memory of accelerators; newer libfabric does so unasked.")
    case .slingshot:
      set(
        "FI_PROVIDER", "cxi", "\(name) (slingshot): libfabric's provider, under aws-ofi-nccl.")
      set("NCCL_CROSS_NIC", "1", "Every card reaches every other by one hop of the switches.")
    case .tcpx:
      lines += [
        "", "# \(name) (tcpx): Google's plug-in brings a script with its own variables; source it",
        "# (nccl-env-profile.sh) in place of this file.",
      ]
    case .omnipath:
      lines += [
        "",
        "# \(name) (omnipath): NCCL reaches the cards by verbs; libfabric's opx needs a plug-in.",
      ]
    }
    if fabric.inNetworkReduction {
      set(
        "NCCL_COLLNET_ENABLE", "1", "The switches of \(name) add up messages on their way (SHARP).")
    }
  }

  /// More threads and sockets where one stream does not fill the line.
  private mutating func sockets(_ fabric: Fabric) {
    let cards = groups.compactMap { $0.nics?.fabric == fabric.name ? $0.nics?.total : nil }
    guard let rate = fabric.rate ?? cards.max(), rate >= .gigabits(100) else { return }
    set(
      "NCCL_SOCKET_NTHREADS", "4",
      "One stream does not fill 100 Gb/s and more; NCCL's guide has four threads of four sockets.")
    lines.append("NCCL_NSOCKS_PERTHREAD=4")
  }
}

extension Fabric {
  /// Whether its nodes talk by TCP only.
  fileprivate var needsSockets: Bool { kind == .ethernet }
}
